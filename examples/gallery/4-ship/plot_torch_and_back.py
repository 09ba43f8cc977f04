"""
From scikit-learn, to PyTorch, and back
=======================================

Networks move with their weights: a fitted MLP of scikit-learn becomes a model of Halfmoon, which can be looked into;
that becomes a module of PyTorch, which is trained on there with whatever PyTorch has; and the module comes back. All
the way the same rows get the same probabilities, up to rounding.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import make_moons
from sklearn.neural_network import MLPClassifier

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay

X, y = make_moons(n_samples=300, noise=0.2, random_state=0)
theirs = MLPClassifier((16, 8), solver="lbfgs", alpha=1, max_iter=1000, random_state=0)
theirs.fit(X, y)
model = hm.from_sklearn(theirs).model_
module = hm.to_torch(model)
print(module)
with torch.no_grad():
    said = torch.sigmoid(module(torch.as_tensor(X))).numpy()
print("scikit-learn to Halfmoon:", np.abs(theirs.predict_proba(X) - model.predict_proba(X)).max())
print("Halfmoon to PyTorch:     ", np.abs(said[:, 0] - model.predict_proba(X)[:, 1]).max())

optimizer = torch.optim.Adam(module.parameters(), lr=0.03)
for _ in range(150):
    optimizer.zero_grad()
    logits = module(torch.as_tensor(X))[:, 0]
    torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.as_tensor(y, dtype=torch.float64)).backward()
    optimizer.step()
back = hm.from_torch(module, loss=hm.Logistic())

figure, axes = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained", sharey=True)
BoundaryDisplay.from_estimator(model, X, y).plot(axes[0], fill="probability", title="From scikit-learn, with a strong penalty")
BoundaryDisplay.from_estimator(back, X, y).plot(axes[1], fill="probability", title="Back from PyTorch, trained on there without")
plt.show()

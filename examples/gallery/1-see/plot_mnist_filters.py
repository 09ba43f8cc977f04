"""
The weights of the first layer, as pictures
===========================================

scikit-learn's example `Visualization of MLP weights on MNIST
<https://scikit-learn.org/stable/auto_examples/neural_networks/plot_mnist_filters.html>`_, on the digits that come
with it, with one import changed. Each unit of the first layer has a weight for each pixel, which make a picture: what
the unit looks for. The weights are the same in both libraries up to rounding, and so are the scores; how long both
took is printed below.
"""

import warnings
from time import perf_counter

import matplotlib.pyplot as plt
from sklearn import neural_network
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

import halfmoon as hm

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0, test_size=0.7)
options = dict(hidden_layer_sizes=(40,), max_iter=30, alpha=1e-4, solver="sgd", random_state=1, learning_rate_init=0.2)

hm.MLPClassifier(**options, tol=1).fit(X_train, y_train)  # what is compiled once an installation is off the clock
fitted, seconds = {}, {neural_network: [], hm: []}
for library in [neural_network, hm] * 3:
    begun = perf_counter()
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # 30 epochs are meant
        fitted[library] = library.MLPClassifier(**options, tol=0).fit(X_train, y_train)
    seconds[library].append(perf_counter() - begun)
for library, mlp in fitted.items():
    print(f"{library.__name__}: test score {mlp.score(X_test, y_test):.4f}, fitted in {1000 * min(seconds[library]):.0f} ms")
weights = fitted[hm].coefs_[0]
print("largest difference between the weights:", abs(weights - fitted[neural_network].coefs_[0]).max())

figure, axes = plt.subplots(4, 10, figsize=(9, 4), layout="constrained")
limit = abs(weights).max()
for picture, ax in zip(weights.T, axes.flat, strict=True):
    ax.matshow(picture.reshape(8, 8), cmap="PuOr_r", vmin=-limit, vmax=limit)
    ax.set(xticks=(), yticks=())
figure.suptitle("What each of 40 units looks for: orange bright, purple dark")
plt.show()

"""
How sure is it, and how sure may it be
======================================

A network that was trained for long on noisy labels is surer than it is right: of what it calls 90% sure, less comes
true. Two remedies that leave its training as it is: ``calibrate`` divides the scores by one temperature, found on
rows of their own; an ensemble of ten, trained at once, takes the mean of ten networks' probabilities. Each dot is a
tenth of the fresh rows; on the diagonal everything comes true as often as it is said. The log-loss stands in the
titles.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from halfmoon import MLPClassifier
from halfmoon.plots import CalibrationDisplay

X, y = make_classification(8000, n_features=10, n_informative=6, n_clusters_per_class=3, flip_y=0.3, random_state=3)
X, X_test, y, y_test = train_test_split(X, y, test_size=5000, random_state=0)
X_train, X_own, y_train, y_own = train_test_split(X, y, test_size=800, random_state=0)
options = dict(hidden_layer_sizes=(64,), learning_rate_init=0.01, tol=1e-3, max_iter=500, dtype="float32", random_state=0)

one = MLPClassifier(**options).fit(X_train, y_train)
ten = MLPClassifier(n_ensemble=10, **options).fit(X_train, y_train)
figure, axes = plt.subplots(1, 3, figsize=(13, 4.5), layout="constrained", sharey=True)
for ax, name in zip(axes, ["one network", "calibrated", "an ensemble of ten"], strict=True):
    if name == "calibrated":
        one.calibrate(X_own, y_own)
        print("temperature:", one.temperature_)
    classifier = ten if name.startswith("an") else one
    loss = log_loss(y_test, classifier.predict_proba(X_test))
    CalibrationDisplay.from_estimator(classifier, X_test, y_test, strategy="quantile").plot(ax, title=f"{name}: log-loss {loss:.2f}")
plt.show()

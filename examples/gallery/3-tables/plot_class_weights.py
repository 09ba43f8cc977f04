"""
Rare classes
============

Of 1,000 rows 40 are of class 1. A classifier that is right as often as it can be gives most of them up.
``class_weight="balanced"`` makes both classes count the same, and a dict says how much each shall count: the boundary
moves towards the frequent class, more of the rare one is found (recall), and more of what is reported is a false
alarm (precision).
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import precision_score, recall_score

from halfmoon import MLPClassifier
from halfmoon.plots import BoundaryDisplay

random = np.random.RandomState(0)


def draw(frequent, rare):
    """Return a wide cloud of class 0, and a narrow one of class 1 at its side."""
    X = np.vstack([random.normal(0, 1, (frequent, 2)), random.normal((1.5, 1.5), 0.6, (rare, 2))])
    return X, np.repeat([0, 1], [frequent, rare])


X, y = draw(960, 40)
X_test, y_test = draw(9600, 400)
figure, axes = plt.subplots(1, 3, figsize=(13, 4.5), layout="constrained", sharey=True)
for ax, weight in zip(axes, [None, {1: 5}, "balanced"], strict=True):
    classifier = MLPClassifier((16,), class_weight=weight, learning_rate_init=0.01, max_iter=500, random_state=0).fit(X, y)
    said = classifier.predict(X_test)
    recall, precision = recall_score(y_test, said), precision_score(y_test, said)
    title = f"class_weight={weight!r}\nrecall {recall:.0%}, precision {precision:.0%}"
    BoundaryDisplay.from_estimator(classifier, X, y).plot(ax, title=title)
plt.show()

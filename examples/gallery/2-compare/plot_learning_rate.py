"""
Finding a learning rate, and letting it fall
============================================

``find_learning_rate`` trains for a moment at ever higher rates and suggests the one at which the loss falls fastest:
a short test instead of a grid of trainings. Beside it stands what that rate makes of the network, and what one makes
that is ten times too low or too high. A schedule that lets the rate fall to nothing by the last epoch forgives much.
"""

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

import halfmoon as hm
from halfmoon.plots import LearningRateDisplay

X, y = load_digits(return_X_y=True)
options = dict(hidden_layer_sizes=(64, 64, 64), dtype="float32", random_state=0, tol=0, n_iter_no_change=40, max_iter=40)
search = hm.find_learning_rate(hm.MLPClassifier(**options), X / 16, y)
print("suggestion:", search.suggestion)

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
LearningRateDisplay.from_search(search).plot(left)
for factor, schedule in [(0.1, "constant"), (1, "constant"), (10, "constant"), (10, "cosine")]:
    rate = factor * search.suggestion
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # forty epochs are meant
        fitted = hm.MLPClassifier(learning_rate_init=rate, learning_rate=schedule, **options).fit(X / 16, y)
    right.semilogy(fitted.loss_curve_, label=f"{rate:.2g}, {schedule}")
right.set(xlabel="epoch", ylabel="loss", title="Forty epochs at that rate, and at others")
right.legend()
plt.show()

"""
Intervals instead of numbers
============================

``quantiles=`` makes a regressor learn the borders between which the target lies, instead of its mean: no assumption
about the noise, which is here small on the left, large on the right, and lopsided. Early stopping and the rate are as
in any other fit. How many of the fresh rows lie inside is counted.
"""

import matplotlib.pyplot as plt
import numpy as np

from halfmoon import MLPRegressor

random = np.random.RandomState(0)


def draw(rows):
    """Return points around a wave, with noise that grows to the right and upwards."""
    x = random.uniform(0, 10, rows)
    return x[:, None] / 10, np.sin(x) + 0.04 * x * random.exponential(2, rows) - 0.05 * x


X, y = draw(2000)
X_new, y_new = draw(2000)
settings = dict(learning_rate_init=0.005, early_stopping=True, n_iter_no_change=30, max_iter=400, dtype="float32", random_state=0)
regressor = MLPRegressor(hidden_layer_sizes=(64, 64), activation="tanh", quantiles=(0.05, 0.5, 0.95), **settings).fit(X, y)
low, high = regressor.predict_interval(X_new).T
inside = np.mean((low <= y_new) & (y_new <= high))
print(f"{inside:.1%} of the new rows lie in the interval of 90%")

line = np.linspace(0, 1, 300)[:, None]
low, middle, high = regressor.predict_quantiles(line).T
figure, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
ax.plot(10 * X_new, y_new, ".", color="tab:grey", alpha=0.4, markersize=4, label="new rows")
ax.fill_between(10 * line[:, 0], low, high, color="tab:orange", alpha=0.35, label=f"from 5% to 95%: holds {inside:.1%}")
ax.plot(10 * line, middle, color="tab:orange", label="median")
ax.set(xlabel="x", ylabel="y", title="Quantiles, learnt together")
ax.legend(loc="upper left")
plt.show()

"""
Which setting is better, beyond what seeds do
=============================================

Change the layers, the rate and the activation, and compare: each of twelve settings is trained with ten seeds on the
same rows. A dot is a run, a bar the mean of a setting. The best one is compared with each other by a paired t-test
over the seeds, corrected for their number (Holm). What cannot be told from the best is orange: of these settings,
take the cheapest.
"""

from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=600, noise=0.3, random_state=0)
grid = {"hidden_layer_sizes": [(4,), (16,), (32, 16)], "activation": ["relu", "tanh"], "learning_rate_init": [0.01, 0.1]}
found = hm.compare(grid, X, y, seeds=10, epochs=60)
print(fill(found.summary(), 120))

order = np.argsort(found.scores.mean(axis=1))
tied = found.table()["within_noise"]
figure, ax = plt.subplots(figsize=(9, 5), layout="constrained")
for place, index in enumerate(order):
    scores, colour = found.scores[index], "tab:orange" if tied[int(index)] else "tab:blue"
    ax.plot(scores, np.full(10, place), "o", color=colour, alpha=0.4)
    ax.plot(scores.mean(), place, "|", color=colour, markersize=22, markeredgewidth=3)
ax.set_yticks(range(len(order)), [" · ".join(map(str, found.settings[index].values())) for index in order])
ax.set(xlabel="accuracy on rows held out", ylabel="layers · activation · rate", title="Orange: not told from the best")
plt.show()

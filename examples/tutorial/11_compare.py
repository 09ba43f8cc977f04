"""
11. Change it, and compare
==========================

How many layers, how wide, which activation, which rate? No formula says it. Change one thing, train again,
compare. There is only one trap, and it catches everybody: **chance**. Train the same network five times, from
five random starts:
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=300, noise=0.25, random_state=666)
new_X, new_y = make_moons(n_samples=1000, noise=0.25, random_state=7)


def score(width, seed):
    """Return the share of new points that a trained network of one hidden layer gets right."""
    network = hm.Network([hm.Dense(width), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic())
    model = network.init(n_inputs=2, seed=seed)
    hm.train(model, X, y, optimizer=hm.Adam(0.05), epochs=300)
    return float(np.mean(model.predict(new_X) == new_y))


print([score(4, seed) for seed in range(5)])

# %%
# Four starts found the moons. One got stuck with a straight line, which gets about 0.866. Whoever sees only
# that one will say that four neurons are too few. So train each setting with several seeds, and look at all
# of them:

widths = [1, 2, 4, 8, 16, 32]
scores = [[score(width, seed) for seed in range(5)] for width in widths]
plt.figure(figsize=(6, 4))
plt.plot(scores, "o", color="C0", alpha=0.5)
plt.plot(np.mean(scores, axis=1), color="black", label="mean over five seeds")
plt.title("Five seeds of each width")
plt.xticks(range(len(widths)), widths)
plt.xlabel("neurons in the hidden layer")
plt.ylabel("share of new points that are right")
plt.legend()
plt.show()

# %%
# One or two neurons are too few, whatever the seed. Four can be enough, but now and then a start gets stuck;
# from 16 on none does. Between 16 and 32 the dots overlap: these data do not say which is better. And the
# scores are taken on **new** points. On the points of the training a wider network nearly always wins.
#
# In Halfmoon
# -----------
#
# ``hm.compare`` trains every combination of some settings with several seeds, on all cores, on the same rows
# held out, and says which differences are larger than chance, and by which test:

grid = {"hidden_layer_sizes": [(2,), (16,)], "learning_rate_init": [0.001, 0.05]}
found = hm.compare(grid, X, y, seeds=5, epochs=300)
print(found.summary())

# %%
# A *t-test* says how often so large a difference would come about by chance alone, were both settings equally
# good; *paired*, since both had the same seeds. *Holm's method* takes into account that among many comparisons
# a few look large by chance.
#
# ``found.table()`` has a row for each setting, and ``found.report("report.html")`` writes a page with all
# boundaries and curves. From the command line:
# ``halfmoon compare moons --hidden 2 --hidden 16 --rate 0.001,0.05``. More in :doc:`/comparing`.
#
# Questions
# ---------
#
# **1.** Setting A has 0.95 on average over five seeds, B has 0.94. Is A better?
#
# .. dropdown:: Answer
#
#    It depends on the spread. If single seeds differ by 0.03, one percent is nothing. Compare seed by seed,
#    and take more seeds.
#
# **2.** You try 100 settings and keep the best on the validation set. Why is its score there too good?
#
# .. dropdown:: Answer
#
#    Of 100 throws of dice, the best is high. Part of it was luck, and luck does not come again. Take its
#    score on points that neither training nor choosing has seen, a *test* set.
#
# **3.** Change two things at once, and the score goes up. What have you learned?
#
# .. dropdown:: Answer
#
#    That both together help. Not which of them; perhaps one of them even harms.

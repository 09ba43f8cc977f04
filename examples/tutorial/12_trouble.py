"""
12. What goes wrong
===================

Four networks that do not learn, each for a reason of its own. They are made to fail, but each of these
happens to everybody once. ``hm.health`` looks at a network and says what is wrong with it, in words.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=300, noise=0.2, random_state=666)

# %%
# Dead units
# ----------
#
# A ReLU whose z is negative at every point gives 0 for every point, and its slope is 0. By the chain rule,
# each of its weights has the slope 0: it will never change again, the unit is **dead**. One step that goes
# too far, with a high rate, is enough. Here the biases are set by hand:

network = hm.Network([hm.Dense(8), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic())
dead = network.init(n_inputs=2, seed=0)
dead.params[0]["b"][:7] = -10
print(hm.health(dead, X, y))

# %%
# *What helps:* a lower rate; ``hm.LeakyReLU()``, which has a small slope below 0, too.
#
# Saturated units
# ---------------
#
# A sigmoid far away from z = 0 is flat: its slope a (1 - a) is nearly 0. That happens where weights, or
# inputs, are large:

network = hm.Network([hm.Dense(16), hm.Sigmoid(), hm.Dense(1)], loss=hm.Logistic())
saturated = network.init(n_inputs=2, seed=0)
saturated.params[0]["W"][...] *= 200
print(hm.health(saturated, X, y))

# %%
# *What helps:* smaller weights at the start, and inputs on a scale of about 1 (*standardised*: minus the
# mean, over the spread).
#
# A gradient that vanishes
# ------------------------
#
# Each sigmoid layer multiplies the slope by at most 1/4. Eight of them, and the first layer gets next to
# nothing:

layers = [layer for _ in range(8) for layer in (hm.Dense(8), hm.Sigmoid())]
vanishing = hm.Network([*layers, hm.Dense(1)], loss=hm.Logistic()).init(n_inputs=2, seed=0)
print(hm.health(vanishing, X, y))

# %%
# *What helps:* ReLU, whose slope is 1; fewer layers; weights that start on the right scale
# (``hm.Dense(8, weights="he_normal")``). The other two findings follow from this one: it always says the
# same.
#
# A rate that is too high
# -----------------------
#
# Each step goes too far, and lands where the slope is larger still; so the next goes further, until the
# numbers leave what a computer can hold. Halfmoon stops there, with what it knows:

network = hm.Network([hm.Dense(16), hm.ReLU(), hm.Dense(1)], loss=hm.SquaredError())
wild = network.init(n_inputs=2, seed=0, dtype="float64")
try:
    hm.train(wild, X, y, optimizer=hm.SGD(5), epochs=50)
except hm.DivergenceError as error:
    print(error)
    history = error.history
print(history["loss"])
print(hm.health(wild, X, y, history=history))

# %%
# *What helps:* a lower rate, as it says.
#
# All four in pictures
# --------------------

_, axes = plt.subplots(2, 2, figsize=(9, 6.5), layout="constrained")
axes[0, 0].bar(range(8), dead.forward(X)["1.y"].mean(axis=0))
axes[0, 0].set(title="dead: seven of eight say 0", xlabel="unit", ylabel="mean output")
axes[0, 1].hist(saturated.forward(X)["1.y"].ravel(), bins=40)
axes[0, 1].set(title="saturated: nearly all 0 or 1", xlabel="output of a unit at a point")
_, gradients = vanishing.gradients(X, y)
sizes = [np.abs(gradients[2 * place]["W"]).mean() for place in range(9)]
axes[1, 0].bar(range(9), sizes)
axes[1, 0].set(title="vanishing: slopes of weights", xlabel="Dense layer", ylabel="mean size", yscale="log")
axes[1, 1].plot(range(1, len(history["loss"]) + 1), history["loss"], "o-")
axes[1, 1].set(title="rate too high: loss", xlabel="epoch", yscale="log")
plt.show()

# %%
# And nothing
# -----------
#
# About a network that is well, ``health`` says nothing:

network = hm.Network([hm.Dense(16), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic())
well = network.init(n_inputs=2, seed=0)
history = hm.train(well, X, y, optimizer=hm.Adam(0.01), epochs=100, batch_size=25)
print(hm.health(well, X, y, history=history) or "all is well")

# %%
# Questions
# ---------
#
# **1.** Why can a dead unit not come back to life by training?
#
# .. dropdown:: Answer
#
#    Its weights move by rate · slope, and the slope is 0 for every point. Only if the layer before changes,
#    and with it the inputs of the unit, can z become positive again.
#
# **2.** The last step of the exercise's network is a sigmoid, and most of its outputs are near 0 or 1 at the
# end. Is it saturated, and is that bad?
#
# .. dropdown:: Answer
#
#    It is, and it should be: the network is sure, and right. ``health`` says so of hidden layers only.
#
# **3.** Train ``vanishing`` for 1000 epochs, once with ``hm.SGD(0.1)`` and once with ``hm.Adam(0.01)``. What
# is the last loss?
#
# .. dropdown:: Answer
#
#    With SGD it stays at 0.693, that of a coin. With Adam it gets to 0.06: Adam divides each slope by its own
#    size so far, so that even tiny slopes make proper steps. That is one of the reasons why it is popular.

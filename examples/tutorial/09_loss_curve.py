"""
9. What the loss curve says
===========================

A training that goes wrong gives no error message. It gives a curve. Here are three trainings of the same
network from the same start, with three learning rates. (From here on, ``Dense`` starts its weights as it does
unless told otherwise: random, and the smaller, the more inputs and neurons a layer has, so that what comes
out of a layer is about as large as what goes in.)
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=300, noise=0.2, random_state=666)
network = hm.Network([hm.Dense(16), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic())

models, histories = {}, {}
for rate in (0.01, 1, 30):
    models[rate] = network.init(n_inputs=2, seed=0)
    histories[rate] = hm.train(models[rate], X, y, optimizer=hm.SGD(rate), epochs=300)
    print("rate", rate, "last loss", histories[rate]["loss"][-1])

plt.figure(figsize=(6, 4), layout="constrained")
for rate, history in histories.items():
    plt.plot(history["loss"], label=f"rate {rate}")
plt.title("Three learning rates")
plt.yscale("log")
plt.xlabel("epoch")
plt.ylabel("loss")
plt.legend()
plt.show()

# %%
# - **Too low** (0.01): the curve falls, smoothly and slowly, and is still falling at the end. Nothing is
#   broken; it only takes long.
# - **About right** (1): it falls fast, then ever more slowly, and lies nearly flat at the end.
# - **Too high** (30): it leaps up first, and jumps about. The steps go too far, as on page 7. That such a run
#   gets anywhere at all is luck; with a little more it ends in infinity, as on page 12.
#
# The scale is logarithmic: equal ways on paper are equal *factors*. So one sees what goes on near the end,
# too. A loss of 0.69 = log 2 is what a coin gets with the logistic loss, 0.25 with squared error. A curve
# that stays there has learned nothing.
#
# A rule of thumb for the rate: try 1, 0.1, 0.01, and so on, and take the largest whose curve falls smoothly.
#
# Learning, or learning by heart?
# -------------------------------
#
# A low loss on the points of the training says little about new points. So keep some points out of the
# training, the **validation** set, and take the loss on them as well. ``hm.Adam`` is a rule that finds a step
# size of its own for each weight. Here is a large network with only 40 points to learn from, which are noisy:

few_X, few_y = make_moons(n_samples=40, noise=0.4, random_state=1)
new_X, new_y = make_moons(n_samples=400, noise=0.4, random_state=2)
layers = [hm.Dense(64), hm.ReLU(), hm.Dense(64), hm.ReLU(), hm.Dense(1)]
model = hm.Network(layers, loss=hm.Logistic()).init(n_inputs=2, seed=0)
adam = hm.Adam(0.01)
history = hm.train(model, few_X, few_y, optimizer=adam, epochs=150, validation=(new_X, new_y))

plt.figure(figsize=(6, 4))
plt.plot(history["loss"], label="loss on the points of the training")
plt.plot(history["val_loss"], label="loss on new points")
plt.title("Learned by heart")
plt.xlabel("epoch")
plt.ylabel("loss")
plt.legend()
plt.show()

# %%
# Both fall together at first: what is learned holds for new points. Then the ways part: the network learns
# the 40 points by heart, with their noise, and gets worse on others. This is **overfitting**. More points, a
# smaller network, or an end at the lowest point of the second curve help (``stopping=hm.EarlyStopping()``).
#
# In Halfmoon
# -----------
#
# What ``train`` returns is a **history**, a row for each epoch. ``hm.health`` reads it, and says what a
# teacher would say:

print(history["loss"][:3], history["val_loss"][:3])
print(hm.health(model, few_X, few_y, history=history))

# %%
# (*Dropout* switches neurons off at random while training, ``hm.Dropout(0.5)``; *weight decay* takes a little
# off every weight at each update, ``hm.Adam(0.01, weight_decay=0.1)``. Both make it harder to learn by heart.)
#
# The first of the three trainings above, too:

print(hm.health(models[0.01], X, y, history=histories[0.01]))

# %%
# ``LossDisplay`` draws a history, or many of several seeds with their spread: see :doc:`/plots`.
#
# Questions
# ---------
#
# **1.** A loss goes down, then stays at 0.3 for good. Does a lower rate help?
#
# .. dropdown:: Answer
#
#    Hardly: it has arrived where its steps lead. A larger network may go lower. Or the points cannot be told
#    apart any better.
#
# **2.** A loss jumps up and down between 0.2 and 0.4. Which two things would you try?
#
# .. dropdown:: Answer
#
#    A lower rate. And larger batches, if they are small: then each step is the mean over more points.
#
# **3.** Is the curve of new points always above the other?
#
# .. dropdown:: Answer
#
#    Nearly, but not by any law: the new points may happen to be easier ones.

r"""
1. One neuron
=============

Here are 200 points in two half moons. Each point has two numbers, x₁ and x₂ (in Python, which counts from 0,
``x[0]`` and ``x[1]``), and belongs to class 0 or to class 1. Given the two numbers of a new point, which class
is it?
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=200, noise=0.2, random_state=666)
print("X", X.shape, "y", y.shape)
print("the first point", X[0], "is of class", y[0])

# %%
# A **neuron** multiplies each number that it gets by a **weight** of its own, adds up, and adds one number
# more, the **bias**:
#
# .. math:: z = x_1 w_1 + x_2 w_2 + b
#
# Weights and bias are what a neuron knows. Here they are made up; from page 7 on they are learned.

w = np.array([0.5, -1.0])
b = 0.0

x = X[0]
print(x[0] * w[0] + x[1] * w[1] + b)
print(x @ w + b)  # the same: @ multiplies and adds

# %%
# ``@`` takes all points at once, too. Each row of ``X`` is a point, and gives one number:
#
# .. math:: \underset{(n)}{z} = \underset{(n,\,2)}{X} \; \underset{(2)}{w} + b

z = X @ w + b
print("z", z.shape, z[:3])

# %%
# Say "class 1" where z is above 0, and "class 0" elsewhere. The border between the two is where z = 0, and
# that is a straight line. The arrow is the vector w: it stands at a right angle to the line, and points to
# where z grows. The bias moves the line along the arrow.

x1 = np.array([-2.0, 3.0])
plt.figure(figsize=(6, 4))
for c in (0, 1):
    plt.scatter(X[y == c, 0], X[y == c, 1], s=15, marker="o^"[c], label=f"class {c}")
plt.plot(x1, -(w[0] * x1 + b) / w[1], color="black", label="z = 0")  # solved for x2
plt.arrow(0.5, 0.25, *w, width=0.02, color="black", length_includes_head=True)
plt.gca().set_aspect("equal")  # else right angles are none
plt.axis([-2, 3, -1.5, 2])
plt.title("A neuron draws a straight line")
plt.legend()
plt.show()
right = (z > 0) == y  # a true or a false for each point
print("right for", np.mean(right), "of the points")  # their mean is the share of trues

# %%
# Not bad for three numbers, but a single neuron will never do better than a straight line can. That is why
# there are networks.
#
# In Halfmoon
# -----------
#
# A neuron is a ``Dense`` layer of one unit ("dense", since every input goes to every neuron). ``init`` gives it
# numbers, random ones at first: how, is on page 2. They lie in ``model.params``, where they may be read and
# written; ``"float64"`` asks for 16 digits, as NumPy has.

model = hm.Network([hm.Dense(1)]).init(n_inputs=2, dtype="float64")
model.params[0]["W"][:, 0] = w  # W has the shape (2, 1): a column for each neuron
model.params[0]["b"][0] = b
print(model.forward(X)["0.y"][:3, 0])  # what layer 0 gives: y is its output

# %%
# These are the three numbers of ``z`` above.
#
# Questions
# ---------
#
# **1.** Which z does the point (0, 0) get, whatever the weights are?
#
# .. dropdown:: Answer
#
#    The bias: 0 · w₁ + 0 · w₂ + b = b.
#
# **2.** Multiply all weights and the bias by 10. Where does the line go?
#
# .. dropdown:: Answer
#
#    Nowhere: where z was 0, 10 z is 0. But every other z is ten times as large. On page 3 the size of z will
#    come to mean how sure the neuron is.
#
# **3.** Change ``w`` and ``b`` by hand. How many points can you get right?
#
# .. dropdown:: Answer
#
#    Some 84 in 100, for example with w = (1, -3) and b = 0.2. The tips of the moons reach behind one another,
#    and no line gets around them.

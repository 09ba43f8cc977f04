r"""
2. A layer, forward
===================

A **layer** is several neurons that look at the same numbers, each with weights of its own. Put the weights of
neuron j into column j of a matrix W, and the biases into a row b. Then one matrix product computes all
neurons for all points:

.. math:: \underset{(n,\,out)}{Y} = \underset{(n,\,in)}{X} \; \underset{(in,\,out)}{W} + \underset{(out)}{b}

Number by number, what comes out of neuron j for point n, from the inputs i of that point:

.. math:: y_{nj} = \sum_i x_{ni} \, w_{ij} + b_j

(So n is two things: in a shape how many points there are, and in an index which of them.)

In a matrix product the inner sizes must be equal, (n, **in**) with (**in**, out), and vanish; the outer ones
stay, (n, out). Whoever knows the shapes has understood half of a network.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm


class Dense:
    def __init__(self, n_in, n_out, random):
        self.W, self.b = random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        return x @ self.W + self.b


# %%
# ``randn`` draws random numbers around 0, the *standard normal* ones: most lie between -2 and 2. If they all
# started as 0, all neurons would be the same, and would stay so. Five points, three neurons:

X, y = make_moons(n_samples=200, noise=0.2, random_state=666)
layer = Dense(2, 3, np.random.RandomState(0))
Y = layer.forward(X[:5])
print("X", X[:5].shape, " W", layer.W.shape, " b", layer.b.shape, " Y", Y.shape)

# %%
# ``+ self.b`` adds the row b to each row of the product. Is it what the formula says? Take point 4 and neuron
# 2:

print(Y[4, 2])
print(sum(X[4, i] * layer.W[i, 2] for i in range(2)) + layer.b[2])

# %%
# A row of X times a column of W makes one number of Y:


def show(ax, title, matrix, bold):
    ax.imshow(matrix, cmap="coolwarm", vmin=-7, vmax=7)
    for (i, j), number in np.ndenumerate(matrix):
        weight = "bold" if (i, j) in bold else "normal"
        ax.text(j, i, f"{number:.2f}", ha="center", va="center", weight=weight)
    ax.set(title=f"{title} {matrix.shape}", xticks=[], yticks=[])


_, axes = plt.subplots(1, 3, figsize=(8, 4))
show(axes[0], "X", X[:5], bold=[(4, 0), (4, 1)])
show(axes[1], "W", layer.W, bold=[(0, 2), (1, 2)])
show(axes[2], "Y = X W + b", Y, bold=[(4, 2)])
plt.show()

# %%
# In Halfmoon
# -----------
#
# These are the lines of Halfmoon, as they stand in its source:

print(inspect.getsource(hm.Dense.forward))

# %%
# The formula is the same, but the weights come in from outside, as ``p``, by their names: ``p["W"]``, and
# ``p["b"]`` if there is a bias. ``hm.Dense(3)`` owns no numbers: it only describes what is to be computed. So
# a description can be compared, printed and saved, and one description can serve many networks at once.
# (``pass_`` says whether this is training. Dense does not care; some layers do.)
#
# The numbers are drawn when a network is told how many columns its input has, and from then on belong to the
# ``model``. ``weights="normal"`` draws them as ``randn`` does:

network = hm.Network([hm.Dense(3, weights="normal")])
model = network.init(n_inputs=2, seed=0, dtype="float64")
print(model.summary())

# %%
# The same seed draws the same numbers. So this is the same Y:

print(np.abs(model.forward(X[:5])["0.y"] - Y).max())

# %%
# Questions
# ---------
#
# **1.** A layer gets 64 numbers a point and has 32 neurons. What are the shapes of W and b, and how many
# numbers are that?
#
# .. dropdown:: Answer
#
#    W is (64, 32), b is (32,): 64 · 32 + 32 = 2080 numbers.
#
# **2.** What happens in ``Dense(2, 3, random).forward(np.ones((5, 4)))``?
#
# .. dropdown:: Answer
#
#    NumPy refuses: (5, 4) times (2, 3) has inner sizes 4 and 2. Most mistakes in networks are of this kind,
#    and the shapes show them.
#
# **3.** Y has a row for each point. Does what comes out for one point depend on the other points?
#
# .. dropdown:: Answer
#
#    No: a row of Y is made of that row of X alone. The matrix only saves us the loop.

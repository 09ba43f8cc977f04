r"""
6. A layer, backward
====================

One weight and one point were five factors. Now all weights and all points at once. A layer is handed ``dY``,
the slope of the loss by each number that it gave, from the layer behind it. It has to answer two questions:

- what is the slope by my **weights**? With it they will be changed;
- what is the slope by my **input**? It is handed on to the layer before.

Along a way multiply, over ways add. A layer computes y\ :sub:`nj` = Σᵢ x\ :sub:`ni` w\ :sub:`ij` +
b\ :sub:`j`. The weight w\ :sub:`ij` acts in every point n, through y\ :sub:`nj` only; the input x\ :sub:`ni`
acts through every neuron j of its own point:

.. math::

   dw_{ij} &= \sum_n x_{ni} \, dy_{nj} \\
   db_j &= \sum_n dy_{nj} \\
   dx_{ni} &= \sum_j dy_{nj} \, w_{ij}

These sums are matrix products:

.. math::

   \underset{(in,\,out)}{dW} &= \underset{(in,\,n)}{X^T} \; \underset{(n,\,out)}{dY} \\
   \underset{(out)}{db} &= \sum_{n} \underset{(n,\,out)}{dY} \\
   \underset{(n,\,in)}{dX} &= \underset{(n,\,out)}{dY} \; \underset{(out,\,in)}{W^T}

If you forget them, the shapes bring them back: dW must look like W, dX like X, and there is only one product
of the right shapes.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np

import halfmoon as hm


class Dense:
    def __init__(self, n_in, n_out, random):
        self.W, self.b = random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.dW, self.db = self.x.T @ dy, dy.sum(axis=0)
        return dy @ self.W.T


# %%
# ``forward`` now remembers its input, since ``backward`` needs it; ``sum(axis=0)`` adds up over the rows. Let
# us try it with five points, two inputs, four neurons. There is no loss yet, so ``dY`` is made up; that is as
# good as any loss whose slope it is.

random = np.random.RandomState(0)
X, dY = random.randn(5, 2), random.randn(5, 4)
layer = Dense(2, 4, random)
Y = layer.forward(X)
dX = layer.backward(dY)
print("W", layer.W.shape, "dW", layer.dW.shape)
print("b", layer.b.shape, "db", layer.db.shape)
print("X", X.shape, "dX", dX.shape)

# %%
# A loss with the slope dY is the sum of all y times dy. So each entry of dW can be measured:

measured = np.zeros_like(layer.W)
h = 1e-5
for place in np.ndindex(layer.W.shape):  # (0, 0), (0, 1), ...
    for sign in (1, -1):
        layer.W[place] += sign * h
        measured[place] += sign * np.sum(layer.forward(X) * dY) / (2 * h)
        layer.W[place] -= sign * h
print("largest error of dW", np.abs(measured - layer.dW).max())

# %%
# Row i of Xᵀ are all values of input i; column j of dY is what the loss wants from neuron j. Where both are
# large at the same points, the weight between them has a large slope:

_, axes = plt.subplots(1, 3, figsize=(8, 3), width_ratios=[5, 4, 4])
matrices = {"Xᵀ": X.T, "dY": dY, "dW = Xᵀ dY": layer.dW}
for ax, (title, matrix) in zip(axes, matrices.items(), strict=True):
    ax.imshow(matrix, cmap="coolwarm", vmin=-12, vmax=12)
    for (row, column), number in np.ndenumerate(matrix):
        ax.text(column, row, f"{number:.1f}", ha="center", va="center", fontsize=8)
    ax.set(title=f"{title} {matrix.shape}", xticks=[], yticks=[])
plt.show()

# %%
# An activation has no weights. Each entry goes one way, so its backward pass is a product, entry by entry. If
# A is what it makes of Z, then
#
# .. math:: \underset{(n,\,out)}{dZ} = \underset{(n,\,out)}{dA} \cdot \text{slope at } Z
#
# In the code a layer calls what it gets x and what it gives y, whichever layer it is. For ReLU, what was
# negative lets nothing through:


class ReLU:
    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, dy):
        return dy * (self.y > 0)


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)


relu = ReLU()
print(relu.forward(np.array([-2.0, 0.5, 3.0])))
print(relu.backward(np.array([10.0, 10.0, 10.0])))

# %%
# In Halfmoon
# -----------

print(inspect.getsource(hm.Dense.backward))

# %%
# The three formulas, once more. But nothing is remembered in between: ``x`` and ``y`` come back in as
# arguments, together with ``dy``. ``p`` are the parameters; a layer may have no bias, hence the ``if``.
#
# ``try_layer`` runs a layer alone, forward and backward, and measures each slope as we just did. Use it for a
# layer of your own, too:

print(hm.try_layer(hm.Dense(4), X, dy=dY))

# %%
# Questions
# ---------
#
# **1.** Why is db a sum over the points?
#
# .. dropdown:: Answer
#
#    The bias of a neuron acts in every point: n ways to the loss, and ways add up. The slope along each is 1
#    · dy.
#
# **2.** The very first layer: who needs its dX?
#
# .. dropdown:: Answer
#
#    Nobody, for training. But it says which input would change the loss most, which is interesting in itself:
#    for a picture, which pixels matter.
#
# **3.** Somebody writes ``dW = dY.T @ X``. How do you see the mistake without any calculus?
#
# .. dropdown:: Answer
#
#    (out, n) times (n, in) is (out, in): it has the shape of Wᵀ, not of W. The other way round it is right.

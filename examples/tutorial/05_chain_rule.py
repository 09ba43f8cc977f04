r"""
5. The chain rule
=================

Which weights must change, and in which direction? For every weight we want the slope of the loss: how fast
the loss changes as this weight changes and all others stay. Between a weight of the first layer and the loss
there are many steps. The **chain rule** says that their slopes multiply:

.. math:: \frac{dL}{dw} = \frac{dL}{da_2} \cdot \frac{da_2}{dz_2} \cdot \frac{dz_2}{da_1} \cdot \frac{da_1}{dz_1} \cdot \frac{dz_1}{dw}

Nothing else is needed to train a network. On this page we follow one weight and one point, number by number.
A small 1 or 2 says which of the two layers a thing belongs to: z₁ and a₁ are what the first one computes
before and after its sigmoid, z₂ and a₂ the second. The place within a layer stands in brackets, as in the
code: ``x[0]`` is input 0. Each factor is one number.
"""

import matplotlib.pyplot as plt
import numpy as np

import halfmoon as hm


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


x, y = np.array([0.4, 1.1]), 0.0  # one point, of class 0
W1, b1 = np.array([[1.8, 0.4], [1.0, 2.2]]), np.array([0.0, 0.0])  # two neurons
W2, b2 = np.array([[1.9], [-1.0]]), np.array([0.0])  # one neuron on top of them


def forward(w):
    """Return every number on the way, where the weight from input 0 to neuron 1 is w."""
    weights = W1.copy()
    weights[0, 1] = w
    z1 = x @ weights + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    return z1, a1, z2, a2, (a2[0] - y) ** 2


z1, a1, z2, a2, loss = forward(W1[0, 1])
print("z1", z1, "a1", a1)
print("z2", z2, "a2", a2, "loss", loss)

# %%
# The weight w is ``W1[0, 1]``: it leads from input 0 to neuron 1. Wiggle it, and what moves? First z₁ of
# neuron 1, then its a₁, then z₂ on top, then a₂, then the loss. Each step has a slope that we know from the
# pages before:

factors = {
    "dL/da2 = 2 (a2 - y)": 2 * (a2[0] - y),
    "da2/dz2 = a2 (1 - a2)": a2[0] * (1 - a2[0]),
    "dz2/da1 = W2[1, 0]": W2[1, 0],
    "da1/dz1 = a1 (1 - a1)": a1[1] * (1 - a1[1]),
    "dz1/dw = x[0]": x[0],
}
slope = 1.0
for name, factor in factors.items():
    slope *= factor
    print(f"{name:22} {factor:8.4f}   product so far {slope:8.5f}")

# %%
# Is it true? Ask the network itself, with w a little larger and a little smaller:

h = 1e-5
print("multiplied", slope)
print("measured  ", (forward(W1[0, 1] + h)[-1] - forward(W1[0, 1] - h)[-1]) / (2 * h))

# %%
# The picture: forward from left to right, slopes back from right to left. Whoever walks back has, at each
# station, the slope of the loss by the number there, and needs only the slope of the next step to go on. That
# is **backpropagation**.

stations = ["w", "z1", "a1", "z2", "a2", "loss"]
values = [W1[0, 1], z1[1], a1[1], z2[0], a2[0], loss]
backward = np.cumprod([1.0, *factors.values()])[::-1]
red, centred = "#a33333", {"ha": "center", "va": "center"}
plt.figure(figsize=(8, 2.4))
for place, (name, value, slope_here) in enumerate(zip(stations, values, backward, strict=True)):
    plt.text(place, 0.5, f"{name}\n{value:.3f}", bbox={"boxstyle": "round", "fc": "#dbe9f6"}, **centred)
    plt.text(place, -0.4, f"slope\n{slope_here:.4f}", color=red, **centred)
for place, factor in enumerate([*factors.values()][::-1]):
    plt.arrow(place + 0.7, 0.05, -0.35, 0, head_width=0.06, color=red)
    plt.text(place + 0.5, 0.2, f"· {factor:.3f}", color=red, **centred)
plt.title("Numbers forward, slopes backward")
plt.axis([-0.5, 5.5, -0.7, 0.9])
plt.axis("off")
plt.show()

# %%
# Several ways
# ------------
#
# Input ``x[0]`` itself leads to the loss in two ways, through neuron 0 and through neuron 1. Each way is a
# product as above, and the ways **add up**:

dz2 = 2 * (a2[0] - y) * a2[0] * (1 - a2[0])
ways = [dz2 * W2[j, 0] * a1[j] * (1 - a1[j]) * W1[0, j] for j in range(2)]
print([round(float(way), 5) for way in ways], "together", sum(ways))

# %%
# So: **along a way multiply, over ways add**. A sum of products is a matrix product, and that is the next
# page.
#
# In Halfmoon
# -----------
#
# The X-ray takes one training step of a model and shows every number in it. ``entry`` follows one of them
# back to the loss. Read it from below: these are our five factors. (``[...] =`` writes into an array that is
# there.)

layers = [hm.Dense(2), hm.Sigmoid(), hm.Dense(1), hm.Sigmoid()]
model = hm.Network(layers, loss=hm.SquaredError()).init(n_inputs=2, dtype="float64")
model.params[0]["W"][...] = W1
model.params[2]["W"][...] = W2
xray = hm.xray(model, [x], [y])
print(xray.entry("0.dW[0,1]"))

# %%
# Layers are counted from 0, activations too: layer 0 is Dense, layer 1 its sigmoid, layer 2 the Dense on top.
# ``0.dW[0,1]`` is the slope of the loss by our w; ``1.dx[0,1]`` is the slope by what went into layer 1, for
# point 0 and neuron 1, which we called z₁. The very last line is the loss's own slope, 2 (a₂ - y), times the
# share of this point in the mean over all points: 1/1, as there is only one. (The w in wₙ/Σw is no weight of
# the network: it is how much point n counts, and each counts 1 unless you say otherwise.)
#
# Questions
# ---------
#
# **1.** The input ``x[0]`` is 0 for some point. Can this point change the weights that lead away from it?
#
# .. dropdown:: Answer
#
#    No: the last factor, dz₁/dw = ``x[0]``, is 0, and so is the product.
#
# **2.** In which direction should w change, up or down, to make the loss smaller here?
#
# .. dropdown:: Answer
#
#    Its slope is negative: a larger w makes a smaller loss. So up. Against the slope, always.
#
# **3.** Each sigmoid on the way is a factor of at most 1/4. What happens in a network of ten layers of
# sigmoids?
#
# .. dropdown:: Answer
#
#    Ten such factors are at most 0.25¹⁰, about a millionth. Unless large weights make up for it, hardly any
#    slope reaches the first layer: it *vanishes*. Page 12 has one to look at.

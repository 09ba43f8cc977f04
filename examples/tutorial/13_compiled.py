"""
13. The same, compiled
======================

You have built all of it by hand. NumPy walks through each array once for every operation, and makes a new
array each time. It can be faster: take a few rows, run them through all layers while they lie in the
processor's nearest memory, and do so on all cores. Halfmoon has two **engines** for that reason:
``reference``, which is written to be read, and ``fused``, which is compiled to machine code, and which
``train`` takes unless told otherwise.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=1000, noise=0.2, random_state=666)
pairs = [(64, hm.ReLU), (32, hm.Sigmoid), (16, hm.Sigmoid), (1, hm.Sigmoid)]
layers = [layer for units, activation in pairs for layer in (hm.Dense(units, weights="normal"), activation())]
network = hm.Network(layers, loss=hm.SquaredError())

losses = {}
for engine in ("reference", "fused"):
    model = network.init(n_inputs=2, seed=0, dtype="float64")
    losses[engine] = hm.train(model, X, y, optimizer=hm.SGD(0.8), epochs=30, engine=engine)["loss"]
print(hm.explain(model))

# %%
# They do not know one another's code, but they must say the same. After 30 updates:

apart = np.abs(losses["fused"] - losses["reference"]) / losses["reference"]
print("losses are apart by at most", apart.max(), "of their size")

plt.figure(figsize=(6, 4), layout="constrained")
plt.plot(losses["reference"], lw=5, alpha=0.4, label="reference")
plt.plot(losses["fused"], color="black", lw=1, label="fused")
plt.title("Two engines, one curve")
plt.xlabel("epoch")
plt.ylabel("loss")
plt.yscale("log")
plt.legend()
plt.show()

# %%
# One line lies in the other. What is left is rounding: numbers in a computer have 16 digits, and sums in
# another order round in another way.
#
# How can the compiled engine know the slope of the sigmoid? There is only one place in Halfmoon where it
# stands, the definition of page 3. It is called once with symbols in place of numbers, and what it does with
# them is written down as an **expression**. From it come the machine code, and the sigmoid in every exported
# file:

print(hm.Sigmoid.value, "  |  ", hm.Sigmoid.slope)

# %%
# The optimiser's rule likewise. So what you have read is what runs:

print(inspect.getsource(hm.SGD.rule))

# %%
# How fast it is, beside scikit-learn, PyTorch and JAX, is measured in :doc:`/benchmarks`; how exact, in
# :doc:`/accuracy`.
#
# Where to go from here
# ---------------------
#
# - **Read the source.** The README lists twelve files, in an order in which each one needs only those before
#   it. You know most of it by now.
# - **Play.** ``halfmoon playground`` shows a network that trains while you turn its knobs.
# - **Use it on a table of your own:** :doc:`/tables`, or in place of scikit-learn's MLP, :doc:`/migration`.
#
# Questions
# ---------
#
# **1.** You write an activation of your own, ``hm.Activation("bump", lambda z: np.exp(-z * z))``. Which
# engine runs it?
#
# .. dropdown:: Answer
#
#    The compiled one: it needs only the expression. Ask ``hm.explain``.
#
# **2.** And a layer with a ``forward`` and a ``backward`` in Python of your own?
#
# .. dropdown:: Answer
#
#    The reference engine: nobody but Python can run Python. ``hm.explain`` says so, and ``hm.try_layer`` says
#    whether its gradients are right.

r"""
3. An activation
================

Would two layers, one after the other, do better than one? Not yet. Put the first formula into the second:

.. math:: (X W_1 + b_1) W_2 + b_2 = X \, (W_1 W_2) + (b_1 W_2 + b_2)

That is one layer again. If the first layer has h neurons, W₁ is (in, h) and W₂ is (h, out), so the product
W₁W₂ is (in, out), as the weights of a single layer are. A straight line stays a straight line.
"""

import inspect

import matplotlib.pyplot as plt
import numpy as np

import halfmoon as hm

random = np.random.RandomState(0)
X = random.randn(5, 2)
W1, b1 = random.randn(2, 8), random.randn(8)
W2, b2 = random.randn(8, 1), random.randn(1)

two_layers = (X @ W1 + b1) @ W2 + b2
one_layer = X @ (W1 @ W2) + (b1 @ W2 + b2)
print(np.abs(two_layers - one_layer).max())

# %%
# So between two layers there must be something that is not straight: an **activation**, a function of one
# number, applied to each entry alone. Shapes stay as they are. The number that goes in is called z, the one
# that comes out a. Two of them are in the exercise, the *rectified linear unit* and the *sigmoid*:
#
# .. math:: \mathrm{ReLU}(z) = \max(z, 0) \qquad \mathrm{sigmoid}(z) = \frac{1}{1 + e^{-z}}


class ReLU:
    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y


z = np.linspace(-6, 6, 241)
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
left.plot(z, ReLU().forward(z), label="ReLU")
left.set(title="ReLU: 0, then z", xlabel="z", ylabel="a", ylim=(-0.3, 6))
right.plot(z, Sigmoid().forward(z), label="sigmoid")
right.plot(z, Sigmoid().forward(z) * (1 - Sigmoid().forward(z)), "--", label="its slope")
right.set(title="sigmoid: from 0 to 1", xlabel="z")
right.legend()
plt.show()

# %%
# A network whose layers have ReLUs between them is bent wherever some z is 0, and many bends make any curve.
# The sigmoid turns any number into one between 0 and 1, which can be read as a probability: very negative is
# a sure "no", 0 is "half and half", very positive is a sure "yes". In the exercise it is the last step.
#
# Its slope
# ---------
#
# To learn, we will need slopes: how much does a change when z changes a little? For ReLU that is easy: 1
# where z is positive, else 0. For the sigmoid a = 1 / (1 + e⁻ᶻ), since 1/u has the slope -1/u², and e⁻ᶻ the
# slope -e⁻ᶻ:
#
# .. math:: \frac{da}{dz} = \frac{e^{-z}}{(1 + e^{-z})^2} = \frac{1}{1 + e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}} = a \, (1 - a)
#
# The second factor is (1 + e⁻ᶻ - 1) / (1 + e⁻ᶻ) = 1 - a, so the slope needs only a itself. It is at most 1/4,
# at z = 0, and nearly nothing far away from there. Keep that in mind for page 12.
#
# In Halfmoon
# -----------
#
# An activation is written as just these two formulas, its value and its slope:

print(hm.ReLU)
print(hm.Sigmoid)
print(hm.Sigmoid.value(np.array([-2.0, 0.0, 2.0])))

# %%
# All activations share these lines. ``numbers()`` are constants of the formula, such as the slope of a leaky
# ReLU; ReLU and Sigmoid have none. ``backward`` is the subject of the next pages.

print(inspect.getsource(hm.Activation.forward))
print(inspect.getsource(hm.Activation.backward))

# %%
# One of your own is one line. Its slope is worked out from its value:

print(hm.Activation("bump", lambda z: np.exp(-z * z)))

# %%
# That is -2 z a, as you would find: a machine worked it out, by the product rule, and left z + z as it was.

# %%
# Questions
# ---------
#
# **1.** What does the sigmoid give at z = 0, and what are its largest and smallest value?
#
# .. dropdown:: Answer
#
#    1/2. It comes as near to 0 and to 1 as you like, and never gets there.
#
# **2.** The hyperbolic tangent is a = (eᶻ - e⁻ᶻ) / (eᶻ + e⁻ᶻ). What is its slope, in terms of a?
#
# .. dropdown:: Answer
#
#    1 - a². Look: ``print(hm.Tanh)``.
#
# **3.** ReLU has no slope at exactly z = 0. Which one do the lines of Halfmoon take there?
#
# .. dropdown:: Answer
#
#    0: the slope is 1 where a > 0, else 0. It hardly ever matters, since a number is hardly ever exactly 0.

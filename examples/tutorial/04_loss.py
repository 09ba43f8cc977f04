r"""
4. The loss
===========

Before anything can get better, we must say what "better" is, in one number. For a point of class y (0 or 1)
for which the network says s, take the squared error (s - y)². The **loss** is the mean over all points, and
it is to become small:

.. math:: \underset{(1)}{L} = \frac{1}{n} \sum_n (s_n - y_n)^2 \qquad s, y: (n, 1)

The slope of the loss by one of the s, while all others stay as they are, is what all learning begins with.
Only one term of the sum contains it:

.. math:: ds_n = \frac{\partial L}{\partial s_n} = \frac{2 \, (s_n - y_n)}{n}

It is positive where s is too large, and the larger the further off.
"""

import matplotlib.pyplot as plt
import numpy as np

import halfmoon as hm

y = np.array([[1.0], [0.0], [1.0], [0.0]])
s = np.array([[0.9], [0.2], [0.4], [0.6]])

error = s - y
print("loss", np.mean(error**2))
print("ds", (2 * error / len(y)).ravel())

# %%
# Is the slope right? Ask the loss itself: move one s a little up and a little down, and divide the change by
# the way. This is called a **central difference**, and it needs no calculus at all:

h = 1e-5
up, down = s.copy(), s.copy()
up[2] += h
down[2] -= h
print((np.mean((up - y) ** 2) - np.mean((down - y) ** 2)) / (2 * h))

# %%
# It is the number at place 2 above. We will check every slope of this tutorial in that way.
#
# Uphill and downhill
# -------------------
#
# How does the loss depend on a weight? Take one neuron with a sigmoid, s = sigmoid(w x + b), and draw its
# loss for many w. The straight line is the slope at w = -1. It falls to the right, so a larger w is better:
# **walk against the slope**.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


x = np.array([-1.5, -0.5, 0.3, 1.0, 2.0])
y = np.array([0, 0, 1, 0, 1])
w = np.linspace(-4, 8, 200)
loss = [np.mean((sigmoid(each * x - 0.5) - y) ** 2) for each in w]
here = -1.0
a = sigmoid(here * x - 0.5)
slope = np.mean(2 * (a - y) * a * (1 - a) * x)  # why, is on the next page

plt.figure(figsize=(6, 4))
plt.plot(w, loss)
height = np.mean((a - y) ** 2)
plt.plot([here - 1, here + 1], [height - slope, height + slope], "k", label=f"slope {slope:.2f} at w = -1")
plt.plot(here, height, "ko")
plt.title("The loss of each w, and its slope at one of them")
plt.xlabel("w")
plt.ylabel("loss")
plt.legend()
plt.show()

# %%
# In Halfmoon
# -----------
#
# A loss, too, is written as its value and its slope, both for a single point; the mean is taken by the model.

print(hm.SquaredError)

# %%
# Another loss, and the link
# --------------------------
#
# For a question of yes or no there is a loss that fits better than squares. Let the network end **without** a
# sigmoid, in a raw **score** s, any number. The probability of class 1 is p = sigmoid(s): Halfmoon calls such
# a function, from the score to what ``predict_proba`` says, the **link** of a loss. The loss is how surprised
# one is by the true class, minus the (natural) logarithm of its probability:
#
# .. math:: l = -y \; \log p - (1 - y) \; \log (1 - p), \qquad p = \frac{1}{1 + e^{-s}}
#
# Its slope by the score: log p has the slope 1/p, and dp/ds = p (1 - p) as on page 3, so
#
# .. math:: \frac{dl}{ds} = \left( -\frac{y}{p} + \frac{1 - y}{1 - p} \right) p \, (1 - p) = -y \, (1 - p) + (1 - y) \, p = p - y
#
# The probability minus the truth: a formula that short is no accident, and it is why this pair of link and
# loss is used everywhere.

s = np.linspace(-8, 8, 200)
p = sigmoid(s)
theirs = hm.Logistic().gradient(s.reshape(200, 1), np.ones((200, 1)))  # y = 1 for all
print(np.abs(theirs.ravel() - (p - 1)).max())

plt.figure(figsize=(6, 4))
plt.plot(s, 2 * (p - 1) * p * (1 - p), label="sigmoid, then squared error")
plt.plot(s, p - 1, label="logistic loss")
plt.title("How loudly a loss says that a score is wrong")
plt.xlabel("score s of a point of class 1")
plt.ylabel("slope of its loss by s")
plt.legend()
plt.show()

# %%
# At the left, the network is sure and wrong. There the logistic loss says so with a slope near -1. Squared
# error behind a sigmoid says almost nothing: the sigmoid is flat there. The exercise uses squared error all
# the same, and so do we, to have its numbers.
#
# Questions
# ---------
#
# **1.** A network says 0.5 for every point. What is its loss by squared error?
#
# .. dropdown:: Answer
#
#    0.25: each error is 0.5 or -0.5. A loss of 0.25 therefore means that nothing has been learned.
#
# **2.** Why the mean and not the sum?
#
# .. dropdown:: Answer
#
#    With the mean, a loss of 0.1 means the same for 100 points and for 100 000, and so does a learning rate.
#    The course's own program prints the sum: 1000 times the mean.
#
# **3.** For k classes the network gives k scores, the probabilities are the *softmax*
# :math:`p_j = e^{s_j} / \sum_i e^{s_i}`, and the loss is :math:`-\log p_c` for the true class c. What is its
# slope by :math:`s_j`?
#
# .. dropdown:: Answer
#
#    :math:`l = -\log p_c = \log \sum_i e^{s_i} - s_c`. As log u has the slope 1/u, that of the first part by
#    :math:`s_j` is :math:`e^{s_j} / \sum_i e^{s_i} = p_j`; the second part gives -1 for j = c. So it is
#    :math:`p_j - q_j`, where q is 1 for the true class and 0 for the others: probability minus truth again.
#    This is ``hm.SoftmaxCrossEntropy``.

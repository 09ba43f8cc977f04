"""
A trial
=======

A formula, :math:`a = \\max(z, 0)`:

.. math:: \\frac{\\partial L}{\\partial z} = \\delta \\odot \\sigma'(z), \\qquad \\underset{(n, 2)}{X}\\,\\underset{(2, 4)}{W} = \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}
"""

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay
import numpy as np
import matplotlib.pyplot as plt

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 2)); y = (X[:, 0] > 0).astype(int)
print(X[:2])
model = hm.Network([hm.Dense(4), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic()).init(n_inputs=2, seed=0)

# %%
# And a picture:

BoundaryDisplay.from_estimator(model, X, y).plot()
plt.show()

# %%
hm.train(model, X, y, epochs=2)

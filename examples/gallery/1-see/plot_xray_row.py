"""
One gradient, back to the loss
==============================

Why is the gradient of this weight what it is? The X-ray takes one training step beside the model and can follow any
number of it. A gradient is a sum of products, each of a number of its own step and of a gradient of the step behind
it; the chain goes on with the largest product of each sum until it stands at the loss. The picture has a panel for
each sum with more than one product, and a bar for each product; the printed text has all of them with their factors.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=300, noise=0.2, random_state=0)
layers = [hm.Dense(5), hm.Tanh(), hm.Dense(4), hm.Tanh(), hm.Dense(3), hm.Tanh(), hm.Dense(1)]
model = hm.Network(layers, loss=hm.Logistic()).init(n_inputs=2, seed=0)

xray = hm.xray(model, X[17:18], y[17:18], optimizer=hm.SGD(0.1))
chain = xray.entry("0.dW[1,2]")
print(chain)

sums = [link for link in chain.links if len(link.terms) > 1]
figure, axes = plt.subplots(1, len(sums), figsize=(10, 3.5), layout="constrained")
for ax, link in zip(axes, sums, strict=True):
    labels = [" · ".join(factor.label for factor in term.factors) for term in link.terms]
    products = [term.product for term in link.terms]
    ax.barh(labels, products, color=["tab:orange" if product > 0 else "tab:blue" for product in products])
    ax.axvline(0, color="grey", linewidth=0.8)
    ax.axvline(float(link.value), color="black", linestyle="--")
    ax.invert_yaxis()
    place = ",".join(map(str, link.place))
    ax.set(title=f"{link.name}[{place}] = {float(link.value):.4f}\n{link.rule}", xlabel="product (dashed: the sum)")
plt.show()

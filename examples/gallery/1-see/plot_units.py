"""
What each unit answers to
=========================

A map for each unit: where in the plane it gives out something. After the first ReLU a unit is a fold along one
straight line. The next layer adds folds up to corners and arches, and the last one adds those up to the boundary. A
map that is white all over would belong to a dead unit.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_circles

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay, NeuronDisplay

X, y = make_circles(n_samples=400, noise=0.1, factor=0.4, random_state=0)
network = hm.Network([hm.Dense(9), hm.ReLU(), hm.Dense(9), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic())
model = network.init(n_inputs=2, seed=11)
hm.train(model, X, y, optimizer=hm.Adam(0.01), epochs=150, batch_size=40)

figure, (first, second, last) = plt.subplots(1, 3, figsize=(13, 4.5), layout="constrained")
NeuronDisplay.from_estimator(model, X, layer=1).plot(first, title="First hidden layer: folds")
NeuronDisplay.from_estimator(model, X, layer=3).plot(second, title="Second hidden layer: corners and arches")
BoundaryDisplay.from_estimator(model, X, y).plot(last, fill="probability", title="The network")
plt.show()

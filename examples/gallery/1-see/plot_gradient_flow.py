"""
Where the gradient fades, and what brings it back
=================================================

Ten layers of sigmoids: each multiplies the gradient that goes back through it by at most a quarter, and what arrives
at the first layer is next to nothing. A row is a layer, a column a recorded epoch, the colour how large the gradient
there is. Batch normalisation keeps every layer on the steep part of its sigmoid, once its running means have seen
some rows; residual branches give the gradient a way past.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import halfmoon as hm
from halfmoon.plots import FlowDisplay

X, y = make_moons(n_samples=300, noise=0.2, random_state=0)
depth = range(10)
networks = {
    "Sigmoids": [layer for _ in depth for layer in (hm.Dense(8), hm.Sigmoid())],
    "with batch normalisation": [layer for _ in depth for layer in (hm.Dense(8), hm.BatchNorm(), hm.Sigmoid())],
    "with residual branches": [hm.Dense(8), *(hm.Residual(hm.Dense(8), hm.Sigmoid()) for _ in depth)],
}
figure, axes = plt.subplots(1, 3, figsize=(14, 5), layout="constrained")
for ax, (name, layers) in zip(axes, networks.items(), strict=True):
    model = hm.Network([*layers, hm.Dense(1)], loss=hm.Logistic()).init(n_inputs=2, seed=0)
    recorder = hm.Recorder(X, y)
    hm.train(model, X, y, optimizer=hm.Adam(0.01), epochs=60, batch_size=30, callbacks=[recorder])
    accuracy = (model.predict_class(X) == y).mean()
    FlowDisplay.from_recording(recorder.recording).plot(ax, title=f"{name}: accuracy {accuracy:.2f}")
plt.show()

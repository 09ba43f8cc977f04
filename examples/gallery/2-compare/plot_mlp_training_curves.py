"""
Learning strategies, on four data sets
======================================

scikit-learn's example `Compare Stochastic learning strategies for MLPClassifier
<https://scikit-learn.org/stable/auto_examples/neural_networks/plot_mlp_training_curves.html>`_ with one import
changed. The curves are the same in both libraries: the largest difference between any two losses is printed below,
and how long both took.
"""

import warnings
from time import perf_counter

import matplotlib.pyplot as plt
from sklearn import datasets, neural_network
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import MinMaxScaler

import halfmoon as hm

sgd = dict(solver="sgd", learning_rate_init=0.2, momentum=0.9)
strategies = {
    "constant rate": sgd | dict(momentum=0),
    "constant rate, momentum": sgd | dict(nesterovs_momentum=False),
    "constant rate, Nesterov": sgd,
    "falling rate": sgd | dict(learning_rate="invscaling", momentum=0),
    "falling rate, Nesterov": sgd | dict(learning_rate="invscaling"),
    "Adam": dict(solver="adam", learning_rate_init=0.01),
}
data = {
    "iris": (*datasets.load_iris(return_X_y=True), 400),
    "digits": (*datasets.load_digits(return_X_y=True), 15),
    "circles": (*datasets.make_circles(noise=0.2, factor=0.5, random_state=1), 400),
    "moons": (*datasets.make_moons(noise=0.3, random_state=0), 400),
}
seconds, difference = {neural_network: 0.0, hm: 0.0}, 0.0
figure, axes = plt.subplots(2, 2, figsize=(12, 7), layout="constrained")
for ax, (name, (X, y, epochs)) in zip(axes.flat, data.items(), strict=True):
    for label, options in strategies.items():
        curves = []
        for library in (neural_network, hm):
            mlp = library.MLPClassifier(random_state=0, max_iter=epochs, **options)
            begun = perf_counter()
            with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # some shall be seen before they are done
                curves.append(mlp.fit(MinMaxScaler().fit_transform(X), y).loss_curve_)
            seconds[library] += perf_counter() - begun
        difference = max(difference, *(abs(theirs - ours) for theirs, ours in zip(*curves, strict=True)))
        ax.plot(curves[1], label=label)
    ax.set(title=name, xlabel="epoch", ylabel="loss")
figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside right upper")
print("largest difference between two losses:", difference)
print(*(f"{library.__name__}: 24 fits in {total:.2f} s" for library, total in seconds.items()), sep="\n")
plt.show()

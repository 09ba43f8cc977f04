"""
The strength of the penalty, on three data sets
===============================================

scikit-learn's example `Varying regularization in Multi-layer Perceptron
<https://scikit-learn.org/stable/auto_examples/neural_networks/plot_mlp_alpha.html>`_ with one import changed. A
larger ``alpha`` keeps the weights smaller and the boundary smoother; too large a one flattens it. The scores on the
test rows stand at the lower right. How long scikit-learn and Halfmoon took for the fifteen fits is printed below:
much the same, as L-BFGS is SciPy's in both and sixty rows are quickly gone through. The other two examples of
scikit-learn's show what the compiled engine does.
"""

from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn import neural_network
from sklearn.datasets import make_circles, make_classification, make_moons
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay

X, y = make_classification(n_features=2, n_redundant=0, n_informative=2, random_state=0, n_clusters_per_class=1)
X += 2 * np.random.RandomState(2).uniform(size=X.shape)
datasets = [make_moons(noise=0.3, random_state=0), make_circles(noise=0.2, factor=0.5, random_state=1), (X, y)]
alphas = np.logspace(-1, 1, 5)

fitted, seconds = {}, {neural_network: 0.0, hm: 0.0}
for row, (X, y) in enumerate(datasets):
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=42)
    for column, alpha in enumerate(alphas):
        for library in (neural_network, hm):
            mlp = library.MLPClassifier(solver="lbfgs", alpha=alpha, random_state=1, max_iter=2000, hidden_layer_sizes=(10, 10))
            begun = perf_counter()
            fitted[row, column] = make_pipeline(StandardScaler(), mlp).fit(X_train, y_train), X_test, y_test
            seconds[library] += perf_counter() - begun
for library, total in seconds.items():
    print(f"{library.__name__}: fifteen fits in {total:.2f} s")

figure, axes = plt.subplots(3, 5, figsize=(14, 8), layout="constrained")
for (row, column), (classifier, X_test, y_test) in fitted.items():
    ax = axes[row, column]
    BoundaryDisplay.from_estimator(classifier, X_test, y_test).plot(ax, title=f"alpha {alphas[column]:.2f}" if row == 0 else "")
    ax.get_legend().remove()
    ax.set(xlabel="", ylabel="", xticks=(), yticks=())
    ax.text(0.97, 0.03, f"{classifier.score(X_test, y_test):.2f}", transform=ax.transAxes, ha="right", fontsize=13)
plt.show()

"""
A model where Halfmoon is not
=============================

``hm.export`` writes a classifier, with its scaling and its labels, as one file that predicts by itself: Python that
needs NumPy alone and reads like a textbook, a JavaScript module, C, ONNX, or JSON for a program of your own. The maps
show the model and the Python file, which was loaded as any other module.
"""

import importlib.util
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

import halfmoon as hm
from halfmoon.plots import BoundaryDisplay

iris = load_iris()
X, y = iris.data[:, 2:], iris.target
classifier = hm.MLPClassifier((16,), max_iter=1000, learning_rate_init=0.02, random_state=0)
classifier.fit(X, iris.target_names[y])

with TemporaryDirectory() as folder:
    for ending in ("py", "mjs", "c", "onnx", "json"):
        path = Path(folder) / f"iris.{ending}"
        hm.export(classifier, path)
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    source = (Path(folder) / "iris.py").read_text()
    specification = importlib.util.spec_from_file_location("iris", Path(folder) / "iris.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
print(source[source.index("def forward") :].split("\n\n\n")[0])
print("largest difference:", np.abs(module.predict_proba(X) - classifier.predict_proba(X)).max())

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained", sharey=True)
names = list(iris.target_names)
BoundaryDisplay.from_estimator(classifier, X, iris.target_names[y]).plot(left, title="The classifier")
BoundaryDisplay.from_estimator(lambda rows: np.searchsorted(names, module.predict(rows)), X, y, class_names=names).plot(
    right, title="iris.py, which knows NumPy alone"
)
plt.show()

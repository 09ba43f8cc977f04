"""
A model that keeps learning
===========================

Rows come day by day, and what they mean drifts: the two clouds turn slowly about each other. A classifier that was
fitted on the first days and left alone gets worse; one whose ``partial_fit`` sees each day's rows, after it was asked
about them, keeps up. A file in between costs nothing: each evening the model is saved, each morning loaded.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

from halfmoon import MLPClassifier

random = np.random.RandomState(0)


def rows_of(day, rows=200):
    """Return the rows of a day: two clouds that lie opposite each other and turn once in a hundred days."""
    y = random.randint(0, 2, rows)
    angle = 2 * np.pi * day / 100 + np.pi * y
    return np.column_stack([np.cos(angle), np.sin(angle)]) + random.normal(0, 0.6, (rows, 2)), y


first = [rows_of(0) for _ in range(5)]
X, y = np.vstack([X for X, _ in first]), np.concatenate([y for _, y in first])
left_alone = MLPClassifier((16,), learning_rate_init=0.01, max_iter=500, random_state=0).fit(X, y)
scores = {"left alone": [], "goes on learning": []}
with TemporaryDirectory() as folder:
    path = Path(folder) / "model.safetensors"
    left_alone.save(path)
    for day in range(75):
        X, y = rows_of(day)
        learner = MLPClassifier.load(path)
        scores["left alone"].append(left_alone.score(X, y))
        scores["goes on learning"].append(learner.score(X, y))
        for _ in range(5):
            learner.partial_fit(X, y)
        learner.save(path)

figure, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
for name, values in scores.items():
    ax.plot(values, label=f"{name}: {np.mean(values):.0%} right on average")
ax.set(xlabel="day", ylabel="accuracy on the day's rows", title="Each day's rows are asked about before they are learnt from")
ax.legend()
plt.show()

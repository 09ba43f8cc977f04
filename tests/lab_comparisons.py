"""Comparisons to make reports of: real ones of every kind, and what is altered by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris, make_moons

import halfmoon as hm
from halfmoon.lab import Comparison

MOONS = make_moons(160, noise=0.2, random_state=0)
SCRIPT = "</script><img src=x onerror=\"document.title='caught'\">"

GRID = {"hidden_layer_sizes": [(4,), (8, 4)], "activation": ["relu", "tanh"], "learning_rate_init": [0.001, 0.03, 0.1]}


def _surface():
    X = np.random.default_rng(0).uniform(-2, 2, (120, 2))
    return X, 10 * np.sin(X[:, 0]) * X[:, 1]


def _scaled(data):
    return (data.data - data.data.mean(axis=0)) / data.data.std(axis=0), data.target


RATES = [{"learning_rate_init": float(rate), "activation": each} for each in ("relu", "tanh") for rate in np.geomspace(0.001, 0.5, 9)]

KINDS = {
    "grid": (GRID, *MOONS, 3, 20),
    "regression": ({"learning_rate_init": [0.01, 0.1]}, *_surface(), 2, 20),
    "three classes": ({"activation": ["relu", "tanh"]}, *_scaled(load_iris()), 3, 10),
    "wide": ({"alpha": [0.0, 1.0]}, *_scaled(load_breast_cancer()), 2, 5),
    "a lone feature": ({"alpha": [0.0, 1.0]}, MOONS[0][:, :1], MOONS[1], 2, 5),
    "one setting": ({}, *MOONS, 2, 5),
    "one seed": ({"alpha": [0.0, 1.0]}, *MOONS, 1, 5),
    "ranges": (RATES, *MOONS, 2, 5),
    "code for names": ([{"loss": "log_loss"}, {"loss": hm.SquaredError}], MOONS[0], np.where(MOONS[1], SCRIPT, "a & b"), 2, 5),
}


@cache
def compared(kind: str) -> Comparison:
    """Return a real comparison."""
    grid, X, y, seeds, epochs = KINDS[kind]
    return hm.compare(grid, X, y, seeds=seeds, epochs=epochs)


@cache
def troubled() -> Comparison:
    """Return the grid's comparison, in which all runs of setting 0 diverged at epoch 3, one of setting 1 failed, and one is missing."""
    found = compared("grid")

    def lost(run, status, message):
        kept = {"loss": np.array([1, 1e30, np.nan], np.float32), "score": run.curves["score"][:3]}
        return replace(run, status=status, message=message, score=np.nan, train_score=np.nan, loss=np.nan, epochs=3, curves=kept,
                       snapshot_epochs=run.snapshot_epochs[:3], maps=run.maps[:3], predictions=run.predictions[:0])  # fmt: skip

    runs = list(found.runs)
    runs[:3] = [lost(run, "diverged", "loss became NaN") for run in runs[:3]]
    runs[3] = replace(lost(runs[3], "failed", SCRIPT), curves={"loss": np.empty(0, np.float32), "score": np.empty(0, np.float32)},
                      snapshot_epochs=np.empty(0, np.int64), maps=None, epochs=0)  # fmt: skip
    return replace(found, runs=runs[:-1])


def embedded(html: str):
    """Return the data of a page."""
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])

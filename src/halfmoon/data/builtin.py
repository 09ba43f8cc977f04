"""The tables that come with Halfmoon: five drawn ones and five real ones.

A drawn table is the same on every machine; a fresh draw of it, with another random state, is for testing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array

ROWS = 1000
CENTRES = ((-3.0, -1.5), (0.0, 3.0), (3.0, -1.5))


@dataclass(frozen=True)
class Table:
    """A table with the name of the column to be predicted.

    Parameters
    ----------
    frame : polars.DataFrame
    target : str
        The column to be predicted.
    description : str
        One sentence.
    """

    frame: pl.DataFrame
    target: str
    description: str


@dataclass(frozen=True)
class Builtin:
    """How a table is made.

    Parameters
    ----------
    target : str
        The column to be predicted.
    description : str
        One sentence.
    make : callable
        Takes a random state and returns the frame; a real table is the same for all of them.
    state : int, optional
        The random state of a drawn table; its fresh draw has the next one. None for a real table.
    """

    target: str
    description: str
    make: Callable[[int], pl.DataFrame]
    state: int | None = None

    def table(self, state: int) -> Table:
        """Return the table that ``state`` makes."""
        return Table(self.make(state), self.target, self.description)


def load(name: str) -> Table:
    """Return a table by its name in ``BUILTIN``.

    Parameters
    ----------
    name : str

    Returns
    -------
    Table

    Raises
    ------
    InputError
        When there is no table of that name.
    """
    builtin = _builtin(name)
    return builtin.table(builtin.state or 0)


def fresh(name: str) -> Table | None:
    """Return another draw of a drawn table, for testing; None for a real table.

    Parameters
    ----------
    name : str

    Returns
    -------
    Table or None

    Raises
    ------
    InputError
        When there is no table of that name.
    """
    builtin = _builtin(name)
    return None if builtin.state is None else builtin.table(builtin.state + 1)


def _builtin(name: str) -> Builtin:
    return BUILTIN[checks.one_of("name", name, BUILTIN)]


def _scikit_learn() -> ModuleType:
    from sklearn import datasets  # noqa: PLC0415 - it takes a second to load

    return datasets


# ---- drawn tables -----------------------------------------------------------------------------------------------------


def _plane(points: Array, target: str, classes: Array) -> pl.DataFrame:
    """Return points in the plane as a table."""
    return pl.DataFrame({"x1": points[:, 0], "x2": points[:, 1], target: classes.astype(np.int64)})


def _moons(state: int) -> pl.DataFrame:
    points, classes = _scikit_learn().make_moons(n_samples=ROWS, noise=0.2, random_state=state)
    return _plane(points, "moon", classes)


def _circles(state: int) -> pl.DataFrame:
    points, classes = _scikit_learn().make_circles(n_samples=ROWS, noise=0.1, factor=0.5, random_state=state)
    return _plane(points, "circle", classes)


def _blobs(state: int) -> pl.DataFrame:
    # The centres are given: a random state must move the points and not the classes.
    points, classes = _scikit_learn().make_blobs(n_samples=ROWS, centers=np.array(CENTRES), random_state=state)
    return _plane(points, "blob", classes)


def _xor(state: int) -> pl.DataFrame:
    """Draw u evenly from [-1, 1]²; the class is 1 where u₁ u₂ < 0, and x = u + 0.1 e with standard normal e."""
    random = np.random.RandomState(state)
    points = random.uniform(-1, 1, size=(ROWS, 2))
    classes = points[:, 0] * points[:, 1] < 0
    return _plane(points + 0.1 * random.standard_normal(points.shape), "xor", classes)


def _spirals(state: int) -> pl.DataFrame:
    """Draw two arms, half a turn apart: x = r (cos φ, sin φ) + 0.02 e, where φ = 3π r + π arm and r² is even in [0, 1]."""
    random = np.random.RandomState(state)
    radius = np.sqrt(random.uniform(size=ROWS))
    arm = np.arange(ROWS) % 2
    angle = np.pi * (3 * radius + arm)
    points = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _plane(points + 0.02 * random.standard_normal(points.shape), "arm", arm)


# ---- real tables ------------------------------------------------------------------------------------------------------


def _columns(bunch: Any) -> dict[str, Array]:
    return {str(name): column for name, column in zip(bunch.feature_names, bunch.data.T, strict=True)}


def _named_classes(loader: str, target: str) -> Callable[[int], pl.DataFrame]:
    """Return what makes a table of scikit-learn's whose classes are texts."""

    def make(_: int) -> pl.DataFrame:
        bunch = getattr(_scikit_learn(), loader)()
        return pl.DataFrame(_columns(bunch) | {target: bunch.target_names[bunch.target].tolist()})

    return make


def _digits(_: int) -> pl.DataFrame:
    bunch = _scikit_learn().load_digits()
    pixels = {f"pixel_{row}_{column}": bunch.images[:, row, column] for row in range(8) for column in range(8)}
    return pl.DataFrame(pixels | {"digit": bunch.target.astype(np.int64)})


def _diabetes(_: int) -> pl.DataFrame:
    # In their own units: what is saved with a model then makes sense for new patients.
    bunch = _scikit_learn().load_diabetes(scaled=False)
    return pl.DataFrame(_columns(bunch) | {"progression": bunch.target.astype(np.float64)})


BUILTIN: dict[str, Builtin] = {
    "moons": Builtin("moon", "Two interleaving half moons in the plane, with noise.", _moons, state=666),
    "circles": Builtin("circle", "A circle inside another, with noise.", _circles, state=666),
    "blobs": Builtin("blob", "Three round clouds of points in the plane.", _blobs, state=666),
    "xor": Builtin("xor", "Four squares of the plane, with the same class in opposite ones.", _xor, state=666),
    "spirals": Builtin("arm", "Two spiral arms that wind around each other, with noise.", _spirals, state=666),
    "iris": Builtin("species", "Three species of iris by the size of their sepals and petals.", _named_classes("load_iris", "species")),
    "wine": Builtin("cultivar", "Wines from three cultivars by chemical analysis.", _named_classes("load_wine", "cultivar")),
    "breast-cancer": Builtin(
        "diagnosis", "Malignant and benign tumours by their cell nuclei.", _named_classes("load_breast_cancer", "diagnosis")
    ),
    "digits": Builtin("digit", "Handwritten digits in 8 by 8 pixels from 0 (white) to 16 (black).", _digits),
    "diabetes": Builtin("progression", "How far diabetes went within a year, by ten measurements at its start.", _diabetes),
}

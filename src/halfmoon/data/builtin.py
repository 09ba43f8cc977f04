"""The tables that come with Halfmoon: five drawn ones and five real ones.

A drawn table is the same on every machine; a fresh draw of it, with another random state, is for testing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.described import Registry

ROWS = 1000
CENTRES = np.array([[-3.0, -1.5], [0.0, 3.0], [3.0, -1.5]])
"""Given, because a random state must move the points of the blobs and not their classes."""


@dataclass(frozen=True)
class Table:
    """A table with the name of the column to be predicted.

    Parameters
    ----------
    target : str
        The column to be predicted.
    description : str
        One sentence.
    make : callable
        Takes the target and a random state, and returns the frame; a real table is the same for all of them.
    state : int, optional
        The random state of a drawn table; its fresh draw has the next one. None for a real table.
    """

    target: str
    description: str
    make: Callable[[str, int | None], pl.DataFrame]
    state: int | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """The table itself."""
        return self.make(self.target, self.state)


def load(name: str) -> Table:
    """Return a table by its name in ``BUILTIN``.

    Parameters
    ----------
    name : str
        One of ``BUILTIN``.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        When there is no table of that name.

    Examples
    --------
    >>> from halfmoon import data
    >>> table = data.load("moons")
    >>> table.target
    'moon'
    """
    return BUILTIN[checks.one_of("name", name, BUILTIN)]


def fresh(name: str) -> Table | None:
    """Return another draw of a drawn table, for testing; None for a real table.

    Parameters
    ----------
    name : str
        One of ``BUILTIN``.

    Returns
    -------
    Table or None

    Raises
    ------
    InputError
        When there is no table of that name.

    Examples
    --------
    >>> from halfmoon import data
    >>> data.fresh("moons").state, data.fresh("iris")
    (667, None)
    """
    table = load(name)
    return None if table.state is None else replace(table, state=table.state + 1)


# ---- drawn tables -----------------------------------------------------------------------------------------------------


def _plane(points: Array, target: str, classes: Array) -> pl.DataFrame:
    """Return points in the plane as a table."""
    return pl.DataFrame({"x1": points[:, 0], "x2": points[:, 1], target: classes.astype(np.int64)})


def _drawn(maker: str, target: str, state: int | None, **options: Any) -> pl.DataFrame:
    """Draw a table of scikit-learn's."""
    from sklearn import datasets  # noqa: PLC0415 - it takes a second to load

    points, classes = getattr(datasets, maker)(n_samples=ROWS, random_state=state, **options)
    return _plane(points, target, classes)


def _xor(target: str, state: int | None) -> pl.DataFrame:
    """Draw u evenly from [-1, 1]²; the class is 1 where u₁ u₂ < 0, and x = u + 0.1 e with standard normal e."""
    random = np.random.RandomState(state)
    points = random.uniform(-1, 1, size=(ROWS, 2))
    classes = points[:, 0] * points[:, 1] < 0
    return _plane(points + 0.1 * random.standard_normal(points.shape), target, classes)


def _spirals(target: str, state: int | None) -> pl.DataFrame:
    """Draw two arms, half a turn apart: x = r (cos φ, sin φ) + 0.02 e, where φ = 3π r + π arm and r² is even in [0, 1]."""
    random = np.random.RandomState(state)
    radius = np.sqrt(random.uniform(size=ROWS))
    arm = np.arange(ROWS) % 2
    angle = np.pi * (3 * radius + arm)
    points = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _plane(points + 0.02 * random.standard_normal(points.shape), target, arm)


# ---- real tables ------------------------------------------------------------------------------------------------------


def _real(loader: str, target: str, _: int | None, **options: Any) -> pl.DataFrame:
    """Return a table of scikit-learn's, its classes by their names."""
    from sklearn import datasets  # noqa: PLC0415 - it takes a second to load

    bunch = getattr(datasets, loader)(**options)
    columns: dict[str, Any] = {str(name): column for name, column in zip(bunch.feature_names, bunch.data.T, strict=True)}
    found = bunch.target_names[bunch.target] if "target_names" in bunch else bunch.target
    return pl.DataFrame(columns | {target: found.tolist()})


BUILTIN = Registry[Table](
    """Every table that comes along, by name.

Examples
--------
>>> from halfmoon.data import BUILTIN
>>> list(BUILTIN)
['moons', 'circles', 'blobs', 'xor', 'spirals', 'iris', 'wine', 'breast-cancer', 'digits', 'diabetes']
""",
    {
        "moons": Table(
            "moon", "Two interleaving half moons in the plane, with noise.", partial(_drawn, "make_moons", noise=0.2), state=666
        ),
        "circles": Table(
            "circle", "A circle inside another, with noise.", partial(_drawn, "make_circles", noise=0.1, factor=0.5), state=666
        ),
        "blobs": Table("blob", "Three round clouds of points in the plane.", partial(_drawn, "make_blobs", centers=CENTRES), state=666),
        "xor": Table("xor", "Four squares of the plane, with the same class in opposite ones.", _xor, state=666),
        "spirals": Table("arm", "Two spiral arms that wind around each other, with noise.", _spirals, state=666),
        "iris": Table("species", "Three species of iris by the size of their sepals and petals.", partial(_real, "load_iris")),
        "wine": Table("cultivar", "Wines from three cultivars by chemical analysis.", partial(_real, "load_wine")),
        "breast-cancer": Table("diagnosis", "Malignant and benign tumours by their cell nuclei.", partial(_real, "load_breast_cancer")),
        "digits": Table("digit", "Handwritten digits in 8 by 8 pixels from 0 (white) to 16 (black).", partial(_real, "load_digits")),
        # in their own units: what is saved with a model then makes sense for new patients
        "diabetes": Table(
            "progression",
            "How far diabetes went within a year, by ten measurements at its start.",
            partial(_real, "load_diabetes", scaled=False),
        ),
    },
)

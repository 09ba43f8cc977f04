"""Classes that come and go, labels and numbers of every dtype, and targets that are none."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.exceptions import DataConversionWarning
from sklearn.preprocessing import LabelBinarizer

from peak_memory import PEAK
from small_estimators import BOTH, CLASSES, NUMBERS, TARGETS, X, make, numbers

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


# ---- classes ----------------------------------------------------------------------------------------------------------


def test_classes_that_were_not_announced_are_refused_and_change_nothing():
    network = make("MLPClassifier").partial_fit(X, CLASSES, classes=[0, 1, 2])
    before = numbers(network)
    with pytest.raises(ValueError, match=re.escape("`y` has classes not in `self.classes_`. `self.classes_` has [0 1 2]. 'y' has [2 3].")):
        network.partial_fit(X[:2], [2, 3])
    with pytest.raises(ValueError, match="classes"):
        network.partial_fit(X, CLASSES, classes=[0, 1])
    np.testing.assert_array_equal(numbers(network), before)


@pytest.mark.parametrize("first", [0, 5])
def test_the_first_batch_may_have_only_classes_that_were_announced(first):
    network = make("MLPClassifier")
    labels = CLASSES + first
    with pytest.raises(ValueError, match=re.escape(f"'y' has {np.unique(labels)}.")):
        network.partial_fit(X, labels, classes=[first, first + 1])
    assert make("MLPClassifier").partial_fit(X, labels, classes=range(10)).predict_proba(X).shape == (60, 10)


def test_classes_must_be_given_at_the_first_partial_fit():
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        make("MLPClassifier").partial_fit(X, CLASSES)


def test_a_warm_start_must_have_the_same_classes():
    network = make("MLPClassifier", warm_start=True).fit(X, CLASSES)
    with pytest.raises(ValueError, match="warm_start can only be used where `y` has the same classes as in the previous call to fit"):
        network.fit(X, CLASSES % 2)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_one_class_is_always_said(solver):
    network = make("MLPClassifier", solver=solver).fit(X, np.full(60, "only"))
    assert list(network.classes_) == ["only"]
    assert set(network.predict(X)) == {"only"}


@pytest.mark.parametrize("early", [False, True])
def test_memory_does_not_grow_by_rows_times_classes(early):
    code = f"""
import warnings
import numpy as np
import halfmoon as hm

warnings.simplefilter("ignore")
X, y = np.random.RandomState(0).standard_normal((20_000, 2)), np.arange(20_000) % 10_000
network = lambda: hm.MLPClassifier((4,), max_iter=1, random_state=0, batch_size=100, early_stopping={early}, validation_fraction=0.02)
network().fit(X[:100], y[:100] % 3)  # what is loaded or compiled once
before = {PEAK}
fitted = network().fit(X, y)
assert len(fitted.classes_) == 10_000 and set(fitted.predict(X[:50])) <= set(y)
print({PEAK} - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 150_000  # KiB; a column of ones and zeros for each class would take 1.6 GB as floats, 200 MB as booleans


LABELS = {
    "bool": CLASSES > 0,
    "float": CLASSES * 1.0,
    "float32": CLASSES.astype(np.float32),
    "str": np.array(["a", "b", "ccc"])[CLASSES],
    "object": np.array(["a", "b", "ccc"], dtype=object)[CLASSES],
    **{np.dtype(kind).name: CLASSES.astype(kind) for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.uint64)},
    "largest uint64": np.array([2**64 - 1, 2**64 - 2, 7], np.uint64)[CLASSES],
    "least int64": np.array([-(2**63), 0, 2**63 - 1])[CLASSES],
    "big endian": CLASSES.astype(">i4"),
}


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("options", [{}, {"early_stopping": True}, {"solver": "lbfgs"}, {"class_weight": "balanced"}, {"warm_start": True}])
def test_labels_of_every_dtype_come_back(kind, options):
    labels = LABELS[kind]
    network = make("MLPClassifier", **options).fit(X, labels).fit(X, labels)
    found = network.predict(X)
    assert found.dtype == network.classes_.dtype == LabelBinarizer().fit(labels).classes_.dtype
    numbered = make("MLPClassifier", **options).fit(X, np.unique(labels, return_inverse=True)[1])
    if options.get("warm_start"):
        numbered.fit(X, np.unique(labels, return_inverse=True)[1])
    np.testing.assert_array_equal(found, np.unique(labels)[numbered.predict(X)])


COLUMNS = {
    "pandas category": lambda y: pd.Series(y, dtype="category"),
    "pandas string": lambda y: pd.Series(y, dtype="string"),
    "pandas with an index": lambda y: pd.Series(y, index=range(1000, 1060)),
    "polars": pl.Series,
    "polars enum": lambda y: pl.Series(y, dtype=pl.Enum(["a", "b", "ccc"])),
    "list": lambda y: y.tolist(),
    "tuple": lambda y: tuple(y.tolist()),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_labels(kind):
    labels = np.array(["a", "b", "ccc"])[CLASSES]
    plain = make("MLPClassifier").fit(X, labels)
    network = make("MLPClassifier").fit(X, COLUMNS[kind](labels))
    assert list(network.predict(X)) == list(plain.predict(X))
    assert network.score(X, COLUMNS[kind](labels)) == plain.score(X, labels)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (NUMBERS, "Unknown label type"),
        (np.array([1, "a", 2.5] * 20, dtype=object), "(?i)label|unknown|str"),
        (np.array([None, 1, 2] * 20, dtype=object), "(?i)label|unknown|None"),
        (np.where(X[:, 0] > 0, np.nan, 1), "(?i)NaN"),
        (CLASSES[:59], r"inconsistent numbers of samples: \[60, 59\]"),
        (np.zeros((60, 2, 2)), "(?i)dim|label"),
        (None, "(?i)y.*None|requires y"),
    ],
)
def test_labels_that_are_none(labels, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        make("MLPClassifier").fit(X, labels)


# ---- numbers as targets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint64, np.float16, bool])
@pytest.mark.parametrize("options", [{}, {"early_stopping": True, "validation_fraction": 0.3}, {"solver": "lbfgs"}, {"loss": "poisson"}])
def test_targets_do_not_overflow(dtype, options):
    y = np.where(np.arange(60) % 2, 127, 0 if "loss" in options or np.dtype(dtype).kind in "ub" else -128).astype(dtype)
    network = make("MLPRegressor", **options).fit(X, y)
    plain = make("MLPRegressor", **options).fit(X, y.astype(float))
    np.testing.assert_array_equal(numbers(network), numbers(plain))
    assert network.loss_ == plain.loss_
    assert network.score(X, y) == pytest.approx(plain.score(X, y.astype(float)))


@pytest.mark.parametrize("huge", [np.full(60, 2**62), np.full(60, 2**64 - 1, np.uint64), np.full(60, 1e30)])
def test_huge_targets_have_a_huge_but_right_loss(huge):
    network = make("MLPRegressor", max_iter=1, shuffle=False).fit(X, huge)
    assert network.loss_ == pytest.approx(0.5 * float(huge[0]) ** 2, rel=1e-9)


@pytest.mark.parametrize("y", [np.where(X[:, 0] > 0, np.nan, 1), np.where(X[:, 0] > 0, np.inf, 1)])
def test_targets_that_are_not_finite(y):
    with pytest.raises(ValueError, match=r"Input y contains (NaN|infinity)"):
        make("MLPRegressor").fit(X, y)


def test_targets_of_poisson_that_are_negative():
    with pytest.raises(ValueError, match=r"y must lie in \[0, inf\).*got values from"):
        make("MLPRegressor", loss="poisson").fit(X, NUMBERS)


@BOTH
def test_a_column_of_targets_is_made_a_vector_and_said_to_be(name):
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed when a 1d array was expected"):
        network = make(name).fit(X, TARGETS[name][:, None])
    np.testing.assert_array_equal(numbers(network), numbers(make(name).fit(X, TARGETS[name])))
    assert network.predict(X).shape == (60,)

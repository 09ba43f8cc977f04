"""What is fitted on the training part turns every table into finite numbers, or says which value it cannot take."""

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.data import Preparation, fit
from halfmoon.data.columns import Category, Number
from halfmoon.data.formats.number import NumberFormat
from halfmoon.data.formats.text import TextFormat
from halfmoon.data.targets import Classes, Quantity, drop_missing_target, find_task, task_of

NAN, INF = float("nan"), float("inf")
TARGET = [0, 1, 0, 1]
PEOPLE = pl.DataFrame(
    {
        "age": [20, 30, None, 70],
        "city": ["Paris", "Rome", None, "Paris"],
        "member": [True, None, False, True],
        "since": [dt.date(1970, 1, 2), dt.date(1970, 1, 4), dt.date(1970, 1, 3), None],
        "empty": [None, None, None, None],
        "bought": ["no", "yes", "no", "yes"],
    }
)


def prepare(column, dtype=None, **options):
    """Return what is fitted on one column, and its features."""
    frame = pl.DataFrame({"x": pl.Series(column, dtype=dtype), "y": (TARGET * len(column))[: len(column)]})
    fitted = fit(frame, "y", **options)
    return fitted, fitted.preparation.features(frame)


# ---- columns ----------------------------------------------------------------------------------------------------------


def test_a_table_becomes_numbers():
    fitted = fit(PEOPLE, "bought", standardise=False)
    features = fitted.preparation.features(PEOPLE)
    names = ("age", "city=Paris", "city=Rome", "city is missing", "member", "since")
    assert fitted.preparation.feature_names[:6] == names
    assert fitted.preparation.feature_names[6:] == ("since season sin", "since season cos", "since weekday sin", "since weekday cos")
    np.testing.assert_array_equal(features[:, :6], [[20, 1, 0, 0, 1, 1], [30, 0, 1, 0, 1, 3], [30, 0, 0, 1, 0, 2], [70, 1, 0, 0, 1, 2]])
    season, weekday = 2 * np.pi * np.array([1, 3, 2]) / 365.25, 2 * np.pi * np.array([4, 6, 5]) / 7  # the second of January was a Friday
    parts = np.column_stack([np.sin(season), np.cos(season), np.sin(weekday), np.cos(weekday)])
    np.testing.assert_allclose(features[:3, 6:], parts, rtol=1e-12)
    assert features[3, 6:].tolist() == [0, 0, 0, 0]
    assert features.dtype == np.float64
    assert features.flags.c_contiguous
    assert fitted.preparation.targets(PEOPLE).tolist() == [0, 1, 0, 1]
    assert fitted.preparation.target.task == "classification"
    assert fitted.notes == ("The column 'empty' is left out, because all its values are missing.",)


def test_numbers_are_standardised():
    fitted, features = prepare([1.0, 2.0, None, 9.0])
    np.testing.assert_allclose([features.mean(), features.std()], [0, 1], atol=1e-15)
    assert fitted.preparation.columns == (Number("x", 2.0, 3.5, np.std([1, 2, 2, 9])),)


DAY = dt.datetime(1970, 1, 2, 12)  # noqa: DTZ001 - a table's times have no zone
KINDS = [
    # training column, type, its features as they are
    ([1, 2, 3, 4], pl.UInt8, [1, 2, 3, 4]),
    ([1, 2, None, 10**25], pl.Int128, [1, 2, 2, 1e25]),
    ([1.5, NAN, None, 2.5], pl.Float32, [1.5, 2, 2, 2.5]),
    ([Decimal("1.5"), None, Decimal("2.5"), Decimal(2)], pl.Decimal(10, 2), [1.5, 2, 2.5, 2]),
    ([True, False, None, True], pl.Boolean, [1, 0, 1, 1]),
    ([DAY.date(), None], pl.Date, [1, 1]),
    ([DAY, None], pl.Datetime("us"), [1.5, 1.5]),
    ([DAY, None], pl.Datetime("ms"), [1.5, 1.5]),
    ([DAY, None], pl.Datetime("ns"), [1.5, 1.5]),
    ([dt.time(6), None], pl.Time, [0.25, 0.25]),
    ([dt.timedelta(hours=36), None], pl.Duration("ns"), [1.5, 1.5]),
]


@pytest.mark.parametrize(("column", "dtype", "expected"), KINDS)
def test_every_kind_of_number_is_taken(column, dtype, expected):
    assert prepare(column, dtype, standardise=False)[1][:, 0].tolist() == expected


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["b", "a", "c"])])
def test_every_kind_of_text_is_taken(dtype):
    fitted, features = prepare(["b", None, "a", "b"], dtype)
    assert fitted.preparation.columns == (Category("x", ("a", "b", None)),)
    assert features.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_a_constant_column_is_zero():
    assert prepare([0.1] * 7)[1].tolist() == [[0.0]] * 7
    assert prepare([1e-170, 2e-170])[0].preparation.columns[0].scale == pytest.approx(5e-171)
    assert prepare([1e-310, 2e-310])[0].preparation.columns[0].scale == 1.0


OTHER_DIGITS = [
    # the levels, a cell of another table, the level it is taken for, whether that is said
    (["1.0", "2.0"], "2", "2.0", True),
    (["1.0", "2.0"], 2, "2.0", False),
    (["1", "2"], "2.0", "2", True),
    (["01067", "01068"], "1067", "01067", True),
    (["01067", "01068"], "01067", "01067", False),
    (["1", "01"], "1.0", None, False),
    (["1", "2"], 2, "2", False),
    (["1", "x"], "y", None, False),
]


@pytest.mark.parametrize(("levels", "cell", "level", "said"), OTHER_DIGITS)
def test_a_level_in_other_digits_is_the_same(levels, cell, level, said):
    table = pl.DataFrame({"x": levels * 3, "y": [0.5, 1.5] * 3})
    fitted = fit(table, "y", formats={"x": TextFormat(), "y": NumberFormat()})
    read = fitted.preparation.read(pl.DataFrame({"x": [cell]}))
    assert read.frame["x"][0] == level
    assert any("the same number in other digits" in note for note in read.notes) is said
    classes = Classes("x", tuple(sorted(levels)))
    if level is not None:
        assert classes.encode(pl.DataFrame({"x": [cell]}))[0] == classes.labels.index(level)


def test_the_most_frequent_levels_are_kept():
    fitted, features = prepare(["c", "a", "b", "c", "d", None], most_levels=3)
    assert fitted.preparation.columns[0].levels == ("a", "b", "c", None)
    assert fitted.notes == ("The column 'x' keeps the 3 most frequent of its 4 levels; drop=... leaves it out.",)
    assert features[4:].tolist() == [[0, 0, 0, 0], [0, 0, 0, 1]]
    assert len(prepare([f"id{i}" for i in range(200)])[0].preparation.feature_names) == 50


def test_what_was_not_seen_is_all_zeros():
    column = Category("x", ("a", "b"))
    assert column.features(pl.Series(["b", "new", None])).tolist() == [[0, 1], [0, 0], [0, 0]]


def test_a_new_table_may_have_other_types_and_more_columns():
    preparation = fit(pl.DataFrame({"n": [1, 2], "t": ["1", "x"], "y": [0, 1]}), "y", standardise=False).preparation
    new = pl.DataFrame({"t": [1, 2], "more": [[1], [2]], "n": ["7.5", None]})
    assert preparation.features(new).tolist() == [[7.5, 1, 0], [1.5, 0, 0]]


REFUSED_FEATURES = [
    (pl.DataFrame({"Age": [1], "b": [2], "city": ["x"]}), "must have the column 'age', it has 'Age', 'b', 'city' (did you mean 'Age'?)"),
    (
        pl.DataFrame({str(i): [i] for i in range(13)}),
        "must have the 2 columns 'age', 'city', it has '0', '1', '2', '3', '4', '5', '6', '7', 5 more",
    ),
    (pl.DataFrame({"age": [1]}), "must have the column 'city'"),
    (pl.DataFrame({"age": [1], "y": [2], "weight": [3], "": [4]}), "the column 'city', it has 'age', 'y', 'weight', ''$"),
    (pl.DataFrame({"agee": [1], "Citty": [4]}), "'age', 'city', it has 'agee', 'Citty' (did you mean 'agee', 'Citty'?)"),
    (pl.DataFrame(), "at least one row"),
    (pl.DataFrame({"age": [], "city": []}), "at least one row"),
    ({"age": [1]}, "a polars DataFrame"),
    (pl.DataFrame({"age": ["1", None, "old"], "city": ["x"] * 3}), "'age' must hold numbers as in training, got 'old' in row 3"),
    (pl.DataFrame({"age": [1.0, -INF], "city": ["x"] * 2}), "the column 'age' must hold finite numbers below 1e+100, got -inf in row 2"),
    (pl.DataFrame({"age": [1e100], "city": ["x"]}), "got 1e+100 in row 1"),
    (pl.DataFrame({"age": [[1]], "city": ["x"]}), "column 'age' must hold numbers, text, truth values or dates, its type is List(Int64)"),
    (pl.DataFrame({"age": [1], "city": [{"a": 1}]}), "'city'"),
]


@pytest.mark.parametrize(("frame", "sentence"), REFUSED_FEATURES)
def test_features_that_do_not_fit_are_refused(frame, sentence):
    preparation = Preparation((Number("age", 0.0, 0.0, 1.0), Category("city", ("x",))), Quantity("y", 0.0, 1.0))
    with pytest.raises(InputError) as caught:
        preparation.features(frame)
    assert sentence in f"{caught.value}$"


REFUSED_COLUMNS = [
    ([[1], [2]], "the column 'x' must hold numbers, text, truth values or dates, its type is List(Int64)"),
    ([{"a": 1}, {"a": 2}], "its type is Struct"),
    ([b"1", b"2"], "its type is Binary"),
    ([1.0, INF], "the column 'x' must hold finite numbers below 1e+100, got inf in row 2"),
    ([None, None], "a column with values besides the target 'y', it has 'x', 'y'"),
    ([NAN, NAN], "a column with values besides the target 'y', it has 'x', 'y'"),
]


@pytest.mark.parametrize(("column", "sentence"), REFUSED_COLUMNS)
def test_columns_that_cannot_be_numbers_are_refused(column, sentence):
    with pytest.raises(InputError) as caught:
        prepare(column)
    assert sentence in str(caught.value)


REFUSED_OPTIONS = [
    ({"task": "regresion"}, "task must be one of classification, regression (did you mean 'regression'?), got 'regresion'"),
    ({"most_levels": 0}, "most_levels must be a whole number of at least 1, got 0"),
    ({"standardise": "yes"}, "standardise must be True or False, got 'yes'"),
]


@pytest.mark.parametrize(("options", "sentence"), REFUSED_OPTIONS)
def test_options_that_mean_nothing_are_refused(options, sentence):
    with pytest.raises(InputError) as caught:
        prepare([1, 2], **options)
    assert str(caught.value) == sentence


NUMBERS = st.lists(st.none() | st.floats(-1e100, 1e100, exclude_min=True, exclude_max=True) | st.just(NAN), min_size=2, max_size=9)
TEXTS = st.lists(st.none() | st.text(max_size=2), min_size=2, max_size=9)


@settings(max_examples=50)
@given(NUMBERS, TEXTS, NUMBERS, TEXTS)
def test_features_are_finite_on_tables_never_seen(numbers, texts, new_numbers, new_texts):
    rows, new_rows = min(len(numbers), len(texts)), min(len(new_numbers), len(new_texts))
    schema = {"n": pl.Float64, "t": pl.String}
    frame = pl.DataFrame({"n": numbers[:rows], "t": texts[:rows], "y": ([0, 1] * rows)[:rows]}, schema=schema | {"y": pl.Int64})
    new = pl.DataFrame({"n": new_numbers[:new_rows], "t": new_texts[:new_rows]}, schema=schema)
    if not any(text is not None for text in texts[:rows]) and all(n is None or np.isnan(n) for n in numbers[:rows]):
        return
    preparation = fit(frame, "y").preparation
    for each in (frame, new):
        features = preparation.features(each)
        assert features.shape == (each.height, len(preparation.feature_names))
        assert np.isfinite(features).all()
        assert features.flags.c_contiguous
    assert decode(json.loads(json.dumps(encode(preparation)))) == preparation


# ---- targets ----------------------------------------------------------------------------------------------------------

TASKS = [
    # target, task, why
    (["a", "b", "a"], "classification", "Classification, because 'y' holds text."),
    (pl.Series(["a", "b"], dtype=pl.Categorical), "classification", "text"),
    ([True, False], "classification", "Classification, because 'y' holds truth values."),
    ([0.0, 1.5], "regression", "Regression, because 'y' holds numbers with fractions."),
    ([0, 1], "classification", "Classification, because 'y' holds only 2 different whole numbers in 2 rows."),
    ([0.0, 5.0, None, NAN], "classification", "2 different whole numbers"),
    ([0, 1, 2], "regression", "Regression, because 'y' holds 3 different whole numbers in 3 rows; task=\"classification\" says otherwise."),
    ([0, 1, 2] * 10, "regression", "3 different whole numbers in 30 rows"),
    ([0, 1, 2] * 11, "classification", "only 3 different whole numbers in 33 rows"),
    ([float(i) for i in range(20)] * 11, "classification", "only 20 different"),
    (list(range(21)) * 11, "regression", "21 different"),
]


@pytest.mark.parametrize(("target", "task", "why"), TASKS)
def test_the_task_is_found_out(target, task, why):
    found, sentence = find_task(pl.Series("y", target, strict=False))
    assert found == task
    assert why in sentence


@pytest.mark.parametrize(("target", "task", "why"), TASKS)
def test_arrays_have_the_task_of_a_column(target, task, why):
    array = target.to_list() if isinstance(target, pl.Series) else target
    assert find_task(array)[0] == find_task(np.array(array))[0] == task


SAID = [([0, 1, 2, 3], "classification"), ([0, 1, 0, 1], "regression"), ([True, False], "regression")]


@pytest.mark.parametrize(("target", "task"), SAID)
def test_the_task_can_be_said(target, task):
    fitted = fit(pl.DataFrame({"x": range(len(target)), "y": target}), "y", task=task)
    assert fitted.preparation.target.task == task
    assert task_of(target, task) == (task, f"{task.capitalize()}, as asked.")


REFUSED_TARGETS = [
    (["a", "a", "a"], {}, "the target 'y' must have at least two classes, it has only 'a'"),
    ([1, 1, 1], {}, "at least two classes, it has only 1"),
    ([1, 1, 1], {"task": "regression"}, "at least two different values, it has only 1"),
    ([0.5, 0.5], {}, "at least two different values, it has only 0.5"),
    (["a", "b", "a"], {"task": "regression"}, "the target 'y' must hold numbers for regression, it holds text such as 'a'"),
    (["a", "b", "c"], {}, "it looks like an identifier"),
    (list(range(1001)) * 2, {"task": "classification"}, "at most 1000 of them, got 1001 in 2002 rows; it looks like an identifier"),
    ([0, None, 1], {}, "the column 'y' must have no missing values, got one in row 2"),
    ([0.5, NAN, 1], {}, "the column 'y' must have no missing values, got one in row 2"),
    ([0.5, INF], {}, "the column 'y' must hold finite numbers below 1e+100, got inf in row 2"),
    ([dt.date(2020, 1, 1)] * 2, {}, "the target 'y' must hold numbers, truth values or text, it holds dates"),
    ([[1], [2]], {}, "the target 'y' must hold numbers, truth values or text, its type is List(Int64)"),
]


@pytest.mark.parametrize(("target", "options", "sentence"), REFUSED_TARGETS)
def test_targets_that_cannot_be_predicted_are_refused(target, options, sentence):
    with pytest.raises(InputError) as caught:
        fit(pl.DataFrame({"x": range(len(target)), "y": target}, strict=False), "y", **options)
    assert sentence in str(caught.value)


def test_a_target_that_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"must have the column 'bougth'.*did you mean 'bought'"):
        fit(PEOPLE, "bougth")


LABELS = [
    # training target, labels, type of what comes back
    (["b", "a", "b"], ("a", "b"), pl.String),
    ([7, -1, 7], (-1, 7), pl.Int64),
    ([1.0, 0.0, 1.0], (0.0, 1.0), pl.Float64),
    ([True, False, True], (False, True), pl.Boolean),
    (pl.Series([Decimal("1.5"), Decimal(1), Decimal("1.5")]), (1.0, 1.5), pl.Float64),
]


@pytest.mark.parametrize(("target", "labels", "kind"), LABELS)
def test_classes_come_back_as_they_were(target, labels, kind):
    frame = pl.DataFrame({"x": [1, 2, 3], "y": target})
    preparation = fit(frame, "y", task="classification").preparation
    assert decode(json.loads(json.dumps(encode(preparation)))) == preparation
    assert preparation.target == Classes("y", labels)
    assert [type(label) for label in preparation.target.labels] == [type(label) for label in labels]
    encoded = preparation.targets(frame)
    assert encoded.dtype == np.int64
    assert encoded.tolist() == [1, 0, 1]
    decoded = preparation.target.decode(encoded)
    assert decoded.dtype == kind
    assert decoded.name == "y"
    assert decoded.to_list() == list(target)


REFUSED_LABELS = [
    ({"y": ["a", "c"]}, "the column 'y' must hold 'a', 'b', got 'c' in row 2"),
    ({"y": ["a", None]}, "no missing values, got one in row 2"),
    ({"z": ["a"]}, "must have the column 'y', it has 'z'"),
    ({"y": []}, "at least one row"),
    ({"y": [["a"]]}, "its type is List(String)"),
]


@pytest.mark.parametrize(("columns", "sentence"), REFUSED_LABELS)
def test_labels_that_are_unknown_are_refused(columns, sentence):
    preparation = Preparation((Number("x", 0.0, 0.0, 1.0),), Classes("y", ("a", "b")))
    with pytest.raises(InputError) as caught:
        preparation.targets(pl.DataFrame(columns))
    assert sentence in str(caught.value)


@settings(max_examples=50)
@given(st.lists(st.integers(-(10**6), 10**6).map(lambda n: n / 64 + 0.001), min_size=2, max_size=20).filter(lambda v: len(set(v)) > 1))
def test_a_quantity_comes_back_in_its_units(values):
    frame = pl.DataFrame({"x": range(len(values)), "y": values})
    preparation = fit(frame, "y").preparation
    targets = preparation.targets(frame)
    np.testing.assert_allclose([targets.mean(), targets.std()], [0, 1], atol=1e-6)
    np.testing.assert_allclose(preparation.target.decode(targets).to_numpy(), values, rtol=1e-9, atol=1e-9)
    assert decode(json.loads(json.dumps(encode(preparation)))) == preparation
    plain = fit(frame, "y", standardise=False).preparation
    assert plain.target == Quantity("y", 0.0, 1.0)
    assert plain.targets(frame).tolist() == values


def test_rows_without_a_target_are_dropped():
    frame = pl.DataFrame({"x": [1, 2, 3, 4], "y": [0.5, NAN, None, 1.5]})
    kept, note = drop_missing_target(frame, "y")
    assert kept["x"].to_list() == [1, 4]
    assert note == "2 of 4 rows miss the target 'y' and are left out."
    assert drop_missing_target(kept, "y") == (kept, None)
    with pytest.raises(InputError, match="the target 'y' must have values, all 2 rows miss it"):
        drop_missing_target(frame[1:3], "y")
    with pytest.raises(InputError, match="must have the column 'z'"):
        drop_missing_target(frame, "z")


# ---- records ----------------------------------------------------------------------------------------------------------

DAMAGED = [
    lambda: Number("x", NAN, 0.0, 1.0),
    lambda: Number("x", 0.0, 0.0, 0.0),
    lambda: Category("x", "ab"),
    lambda: Category("x", (1, 2)),
    lambda: Quantity("y", INF, 1.0),
    lambda: Classes("y", ("a",)),
    lambda: Classes("y", ["a", "b"]),
    lambda: Preparation((), Quantity("y", 0.0, 1.0)),
    lambda: Preparation(("x",), Quantity("y", 0.0, 1.0)),
    lambda: Preparation((Number("x", 0.0, 0.0, 1.0),), "y"),
]


@pytest.mark.parametrize("build", DAMAGED)
def test_damaged_records_are_refused(build):
    with pytest.raises(InputError):
        build()

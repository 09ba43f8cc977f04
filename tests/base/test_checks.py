"""The checks of arguments: what passes, in which form, and the sentence otherwise."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from halfmoon.base import checks
from halfmoon.base.checks import Between
from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode

F32, F64 = np.dtype(np.float32), np.dtype(np.float64)
ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.complex_numbers()
    | st.lists(st.integers(), max_size=3)
    | st.sampled_from([10**400, -(10**400), Decimal(1), Fraction(1, 3), object, b"1"])
    | st.sampled_from([np.float32(0.5), np.int8(3), np.nan, np.True_, np.ones(2)])
)


def sentence(error, name):
    """Check that an error is one sentence that begins with the argument's name, and return it."""
    message = str(error.value)
    assert message.startswith(f"{name} must ")
    assert "\n" not in message
    assert len(message) < 400
    assert not message.endswith(".")
    return message


@given(ANYTHING)
def test_a_number_is_a_finite_float_or_one_sentence(value):
    try:
        got = checks.number("rate", value)
    except InputError as error:
        assert str(error).startswith("rate must be a finite number, got ")  # noqa: PT017
    else:
        assert type(got) is float
        assert math.isfinite(got)
        assert got == float(value)


@given(ANYTHING, st.integers(-3, 3))
def test_a_whole_number_is_an_int_or_one_sentence(value, least):
    try:
        got = checks.whole("epochs", value, least=least)
    except InputError as error:
        assert str(error).startswith(f"epochs must be a whole number of at least {least}, got ")  # noqa: PT017
    else:
        assert type(got) is int
        assert got == value >= least


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: checks.number("rate", "0.1"), "rate must be a finite number, got '0.1'"),
        (lambda: checks.number("rate", None), "rate must be a finite number, got None"),
        (lambda: checks.number("rate", True), "rate must be a finite number, got True"),
        (lambda: checks.number("rate", math.inf), "rate must be a finite number, got inf"),
        (lambda: checks.positive("rate", 0), "rate must be a number in (0, inf), got 0"),
        (lambda: checks.not_negative("rate", -1), "rate must be a number in [0, inf), got -1"),
        (lambda: checks.share("momentum", 1), "momentum must be a number in [0, 1), got 1"),
        (lambda: checks.inner_share("rise", 0), "rise must be a number in (0, 1), got 0"),
        (lambda: checks.whole("epochs", 0), "epochs must be a whole number of at least 1, got 0"),
        (lambda: checks.whole("epochs", 2.0), "epochs must be a whole number of at least 1, got 2.0"),
        (lambda: checks.flag("nesterov", 1), "nesterov must be True or False, got 1"),
        (lambda: checks.one_of("fan", "inn", ["in", "out"]), "fan must be one of in, out (did you mean 'in'?), got 'inn'"),
        (lambda: checks.one_of("fan", "zzz", ["in", "out"]), "fan must be one of in, out, got 'zzz'"),
        (lambda: checks.one_of("fan", ["in"], ["in", "out"]), "fan must be one of in, out, got ['in']"),
        (lambda: checks.instance("name", 3, str, "text"), "name must be text, got 3"),
        (lambda: checks.dtype("dtype", "int32"), "dtype must be 'float32' or 'float64', got 'int32'"),
    ],
)
def test_the_sentences(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message


def test_a_long_value_is_cut_short():
    with pytest.raises(InputError) as caught:
        checks.number("rate", "x" * 500)
    message = str(caught.value)
    assert message.endswith("...")
    assert len(message) == len("rate must be a finite number, got ") + checks.LONGEST


def test_a_matrix_as_a_value_stays_on_one_line():
    with pytest.raises(InputError) as caught:
        checks.number("rate", np.eye(2))
    sentence(caught, "rate")


@given(st.floats(-2, 3), st.sampled_from(["both", "left", "right", "neither"]))
def test_between(value, closed):
    between = Between(0, 1, closed)
    expected = {"both": 0 <= value <= 1, "left": 0 <= value < 1, "right": 0 < value <= 1, "neither": 0 < value < 1}[closed]
    assert between.holds(np.array([value])) is expected
    try:
        assert between("x", value) == value
    except InputError:
        assert not expected
    else:
        assert expected


def test_between_is_a_record():
    texts = {"both": "[0, 1.5]", "left": "[0, 1.5)", "right": "(0, 1.5]", "neither": "(0, 1.5)"}
    assert {closed: str(Between(0, 1.5, closed)) for closed in texts} == texts
    assert decode(encode(checks.positive)) == checks.positive == Between(0, math.inf, "neither")
    assert not Between(0, 1).holds(np.array([0.5, math.nan]))
    assert Between(0, 1).holds(np.array([]))


@pytest.mark.parametrize("value", ["float32", "float64", np.float32, np.float64, F32, F64, "f4", float])
def test_dtypes(value):
    assert checks.dtype("dtype", value) == np.dtype(value)


OTHER_DTYPES = ["int32", "float16", ">f4", int, object(), 5, {}, [("a", "f4")], "nonsense", "", ",", "f4,f4", np.float16, None]


@pytest.mark.parametrize("value", OTHER_DTYPES)
def test_other_dtypes(value):
    with pytest.raises(InputError) as caught:
        checks.dtype("dtype", value)
    assert "'float32' or 'float64'" in sentence(caught, "dtype")


def test_flags_and_choices():
    assert checks.flag("x", np.True_) is True
    assert checks.flag("x", False) is False
    assert checks.one_of("x", "a", {"a": 1, "b": 2}) == "a"
    assert checks.one_of("x", "b", iter(["a", "b"])) == "b"


NOT_NUMERIC = {
    "text": (["a", "b"], "must hold real numbers"),
    "objects": ([None, 1], "must hold real numbers"),
    "complex": ([1j], "must hold real numbers"),
    "dates": (np.array(["2020-01-01"], "datetime64[D]"), "must hold real numbers"),
    "records": (np.zeros(2, "f4,f4"), "must hold real numbers"),
    "ragged": ([[1, 2], [3]], "must be a rectangular array of numbers"),
    "NaN": ([[0.0, 1.0], [2.0, math.nan]], "must be finite, got nan at index (1, 1)"),
    "infinite": ([-math.inf], "must be finite, got -inf at index (0,)"),
    "a single NaN": (math.nan, "must be finite, got nan at index ()"),
    "sparse": (scipy.sparse.csr_matrix(np.eye(2)), "must be a dense array, got a sparse csr_matrix; call .toarray() first"),
    "masked": (np.ma.masked_equal([[1.0, 2.0]], 2.0), "must have no masked entries, got 1; fill them or leave their rows out"),
    "huge integer": ([10**30], "must hold real numbers"),
}


@pytest.mark.parametrize("what", NOT_NUMERIC)
def test_what_is_not_numeric(what):
    value, words = NOT_NUMERIC[what]
    with pytest.raises(InputError) as caught:
        checks.numeric("X", value)
    assert words in sentence(caught, "X")
    with pytest.raises(InputError):
        checks.matrix("X", value, F64)


@pytest.mark.parametrize("make", [scipy.sparse.csr_matrix, scipy.sparse.csc_array, scipy.sparse.coo_array, scipy.sparse.lil_matrix])
def test_sparse_rows(make):
    X = np.array([[0, 1.5], [0, 0], [-2, 0]])
    found = checks.rows("X", make(X), np.dtype(np.float32), columns=2)
    assert found.format == "csr"
    assert found.dtype == np.float32
    np.testing.assert_array_equal(checks.dense(found), X)


NOT_SPARSE_ROWS = {
    "NaN": (scipy.sparse.csr_array([[0, math.nan]]), "X.data must be finite, got nan at index (0,)"),
    "too large": (scipy.sparse.csr_array([[0, 1e300]]), "X.data must fit in float32, got 1e+300"),
    "complex": (scipy.sparse.csr_array([[0, 1j]]), "X.data must hold real numbers"),
    "columns": (scipy.sparse.csr_array([[0, 1, 2]]), "X must have 2 columns, got 3"),
    "one dimension": (scipy.sparse.coo_array([0, 1]), "X must have two dimensions (rows, columns), got shape (2,)"),
    "no rows": (scipy.sparse.csr_array((0, 2)), "X must have at least one row and one column, got shape (0, 2)"),
}


@pytest.mark.parametrize("what", NOT_SPARSE_ROWS)
def test_what_are_no_sparse_rows(what):
    value, words = NOT_SPARSE_ROWS[what]
    with pytest.raises(InputError) as caught:
        checks.rows("X", value, np.dtype(np.float32), columns=2)
    assert words in str(caught.value)


KINDS = st.sampled_from(["f2", "f4", "f8", ">f8", "i1", "i8", "u4", "?"])


@given(arrays(KINDS, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)), st.data())
def test_a_matrix_is_proper_or_one_sentence(array, data):
    dtype = data.draw(st.sampled_from([F32, F64]))
    columns = data.draw(st.none() | st.integers(1, 4))
    order = data.draw(st.sampled_from(["C", "F"]))
    given_array = np.asarray(array, order=order)
    fits = array.ndim == 2 and array.size and np.isfinite(array).all() and (columns is None or array.shape[1] == columns)
    if fits and dtype == F32 and np.abs(array.astype(float)).max() > np.finfo(np.float32).max:
        fits = False
    try:
        got = checks.matrix("X", given_array, dtype, columns=columns)
    except InputError as error:
        assert not fits
        assert str(error).startswith("X must ")  # noqa: PT017
    else:
        assert fits
        assert got.dtype == dtype
        assert got.flags.c_contiguous
        assert np.array_equal(got, array.astype(dtype))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], "X must have two dimensions (rows, columns), got shape (2,)"),
        (np.zeros((0, 3)), "X must have at least one row and one column, got shape (0, 3)"),
        (np.zeros((3, 0)), "X must have at least one row and one column, got shape (3, 0)"),
        ([[1, 2, 3]], "X must have 2 columns, got 3"),
        ([[1e300, -2e300]], "X must fit in float32, got 2e+300"),
    ],
)
def test_the_sentences_of_a_matrix(value, message):
    with pytest.raises(InputError) as caught:
        checks.matrix("X", value, F32, columns=2)
    assert str(caught.value) == message


def test_a_proper_matrix_is_not_copied():
    array = np.ones((2, 3))
    assert checks.matrix("X", array, F64) is array


def test_weights():
    assert checks.weights("sample_weight", None, 3, F32) is None
    got = checks.weights("sample_weight", [1, 0, 2], 3, F32)
    assert got.tolist() == [1, 0, 2]
    assert got.dtype == F32


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], "w must have one weight for each of the 3 rows, got shape (2,)"),
        ([[1, 2, 3]], "w must have one weight for each of the 3 rows, got shape (1, 3)"),
        ([1, -2, 3], "w must not be negative, got -2 at index 1"),
        ([0, 0, 0], "w must have a sum above zero that fits in float32, got weights from 0 to 0"),
        ([1, math.nan, 1], "w must be finite, got nan at index (1,)"),
        ("abc", "w must hold real numbers, got an array of dtype <U3"),
    ],
)
def test_wrong_weights(value, message):
    with pytest.raises(InputError) as caught:
        checks.weights("w", value, 3, F32)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [[1e300, 1, 1], [1e-300, 0, 0]])
def test_weights_that_float32_cannot_hold(value):
    with pytest.raises(InputError) as caught:
        checks.weights("w", value, 3, F32)
    sentence(caught, "w")


# indices and index pointers of a matrix of two rows and three columns that are none of one
NO_INDICES = {
    "a column too far": ([0, 3], [0, 1, 2]),
    "a column far away": ([0, 10**6], [0, 1, 2]),
    "a negative column": ([0, -1], [0, 1, 2]),
    "rows that go back": ([0, 1], [0, 2, 1]),
    "more entries than there are": ([0, 1], [0, 1, 20]),
}


@pytest.mark.parametrize("what", NO_INDICES)
@pytest.mark.parametrize("kind", ["csr", "csc"])
def test_a_sparse_matrix_whose_indices_lie_outside_is_refused(what, kind):
    from scipy import sparse

    indices, pointers = NO_INDICES[what]
    whole = getattr(sparse, f"{kind}_matrix")(np.eye(2, 3) if kind == "csr" else np.eye(3, 2))
    whole.indices, whole.indptr = np.array(indices, np.int32), np.array(pointers, np.int32)
    with pytest.raises(InputError, match="X must be a sparse matrix whose indices lie in it"):
        checks.rows("X", whole, np.dtype(np.float32))

"""Records and their plain JSON."""

import base64
import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, decode, encode, record


@record
class Leaf(Record):
    size: int
    name: str = "leaf"


@record
class Tree(Record):
    leaves: tuple[Leaf, ...] = ()
    main: Any = Leaf(1)
    notes: Any = field(default_factory=dict, compare=False)


def through_json(value):
    return decode(json.loads(json.dumps(encode(value))))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    PLAIN | st.builds(Leaf, st.integers(), st.text()),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(), inner, max_size=3) | st.builds(Tree, st.just(()), inner)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read(value):
    assert through_json(value) == value


@given(arrays(st.sampled_from(["<f4", ">f4", "<f8", ">f8", "<i8", ">i4", "<u2", "?", "f2"]), array_shapes(min_dims=0, min_side=0)))
def test_arrays_are_read_exactly(array):
    got = through_json(array)
    assert got.shape == array.shape
    assert got.dtype == array.dtype.newbyteorder("=")
    assert got.dtype.isnative
    assert got.tobytes() == array.astype(got.dtype).tobytes()
    assert got.flags.writeable


def test_strided_arrays():
    array = np.arange(24.0).reshape(4, 6)
    for view in (array.T, array[::2, ::-1], np.asfortranarray(array)):
        assert np.array_equal(through_json(view), view)


@pytest.mark.smoke
def test_a_record_in_json():
    assert encode(Leaf(3)) == {"kind": f"{__name__}.Leaf", "size": 3, "name": "leaf"}
    from halfmoon.losses.penalty import Penalty

    assert encode(Penalty(1.0)) == {"kind": "Penalty", "l1": 1.0, "l2": 0.0, "per_batch": False}
    assert through_json(Tree((Leaf(1), Leaf(2)))) == Tree((Leaf(1), Leaf(2)))
    assert encode([1, (2, 3)]) == [1, [2, 3]]
    assert encode(np.float32(0.5)) == 0.5
    assert type(encode(np.int64(3))) is int
    assert encode(np.True_) is True


def test_no_two_records_of_halfmoon_share_a_kind():
    import importlib
    import pkgutil

    import halfmoon

    found = {}
    for module in pkgutil.walk_packages(halfmoon.__path__, "halfmoon."):
        if module.name.endswith("__main__"):
            continue
        for name, each in vars(importlib.import_module(module.name)).items():
            if isinstance(each, type) and issubclass(each, Record) and each is not Record and each.__module__.startswith("halfmoon."):
                assert found.setdefault(each.__name__, each) is each, name
                assert Record.kinds[each.__name__] is each


def test_records_are_values():
    tree = Tree((Leaf(1),))
    assert tree == Tree((Leaf(1),))
    assert hash(tree) == hash(Tree((Leaf(1),)))
    assert tree != Tree((Leaf(2),))
    assert Leaf(1) == Leaf(1.0)
    for other in (copy.deepcopy(tree), copy.copy(tree), pickle.loads(pickle.dumps(tree))):
        assert other == tree
    with pytest.raises(FrozenInstanceError):
        tree.main = 3


def test_labels_are_short():
    assert repr(Leaf(3)) == "Leaf(3)"
    assert repr(Leaf(3, "oak")) == "Leaf(3, name='oak')"
    assert repr(Tree()) == "Tree()"
    assert repr(Tree(main=Leaf(2), notes={"a": 1})) == "Tree(main=Leaf(2), notes={'a': 1})"


UNWRITABLE = {
    "function": len,
    "class": Leaf,
    "set": {1},
    "complex": 1j,
    "bytes": b"1",
    "object array": np.array([None]),
    "text array": np.array(["a"]),
    "complex array": np.array([1j]),
    "date array": np.array(["2020-01-01"], "datetime64[D]"),
    "inside": Tree(main=(1, {"a": len})),
}


@pytest.mark.parametrize("what", UNWRITABLE)
def test_what_cannot_be_read_back_is_not_written(what):
    with pytest.raises(InputError):
        encode(UNWRITABLE[what])


ARRAY = encode(np.arange(6.0).reshape(2, 3))
LEAF = encode(Leaf(1))
DAMAGED = {
    "unknown class": {"kind": "Missing"},
    "another module's class": {"kind": "os.system", "command": "true"},
    "no kind": {"size": 1},
    "kind is a list": {"kind": []},
    "kind is a number": {"kind": 3},
    "kind is null": {"kind": None},
    "abstract class": {"kind": "Schedule"},
    "the base": {"kind": "Record"},
    "missing field": {"kind": LEAF["kind"]},
    "extra field": LEAF | {"extra": 1},
    "value out of limits": {"kind": "Penalty", "l1": -1.0, "l2": 0.0},
    "array of objects": ARRAY | {"dtype": "|O"},
    "array of text": ARRAY | {"dtype": "<U1"},
    "array of records": ARRAY | {"dtype": "f4,f4"},
    "array of nothing": ARRAY | {"dtype": "V8"},
    "array of an unknown type": ARRAY | {"dtype": "f99"},
    "array of a comma": ARRAY | {"dtype": ","},
    "array type is a number": ARRAY | {"dtype": 8},
    "array of long numbers": ARRAY | {"dtype": "<f16"},
    "array type is long": ARRAY | {"dtype": "f8," * 10**6},
    "pairs that are none": {"kind": "dict", "pairs": [1, 2]},
    "pairs of lists": {"kind": "dict", "pairs": [[{"kind": "dict", "items": {}}, 2]]},
    "array type is null": ARRAY | {"dtype": None},
    "array without a type": {key: item for key, item in ARRAY.items() if key != "dtype"},
    "too few bytes": ARRAY | {"base64": base64.b64encode(bytes(40)).decode()},
    "too many bytes": ARRAY | {"base64": base64.b64encode(bytes(56)).decode()},
    "odd bytes": ARRAY | {"base64": base64.b64encode(bytes(47)).decode()},
    "no base64": ARRAY | {"base64": "abc"},
    "base64 is null": ARRAY | {"base64": None},
    "shape is text": ARRAY | {"shape": "2"},
    "shape is huge": ARRAY | {"shape": [2**63, 3]},
    "shape is a fraction": ARRAY | {"shape": [2.0, 3]},
    "dict of a list": {"kind": "dict", "items": [1, 2]},
    "dict of text": {"kind": "dict", "items": "ab"},
    "dict without items": {"kind": "dict"},
}


@pytest.mark.parametrize("what", DAMAGED)
@pytest.mark.parametrize("deep", [False, True])
def test_damaged_data_are_refused(what, deep):
    with pytest.raises(InputError) as caught:
        decode([{"kind": "dict", "items": {"a": DAMAGED[what]}}] if deep else DAMAGED[what])
    message = str(caught.value)
    assert "\n" not in message
    assert message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["kind", "items", "dtype"]), inner, max_size=3),
    max_leaves=6,
)


@given(JSON, st.sampled_from(["array", "dict", "Penalty", "Cosine", "Expression", "Constant", "Between", "Activation"]), st.data())
def test_no_data_at_all_make_another_error(data, kind, draw):
    names = {"array": ["dtype", "shape", "base64"], "dict": ["items"], "Penalty": ["l1", "l2"], "Cosine": ["end", "epochs"]}
    names |= {"Expression": ["inputs", "steps"], "Constant": ["array"], "Between": ["low", "high", "closed"]}
    names |= {"Activation": ["name", "value", "slope", "constants", "limits"]}
    for damaged in (data, {"kind": kind} | {name: draw.draw(JSON) for name in names[kind]}):
        try:
            decode(damaged)
        except InputError as error:
            assert str(error)  # noqa: PT017


def nested(depth):
    inner = ()
    for _ in range(depth):
        inner = (inner,)
    return inner


def test_what_is_too_deep_is_neither_written_nor_read():
    assert through_json(nested(90)) == nested(90)
    for function in (encode, decode):
        for depth in (120, 10_000):
            with pytest.raises(InputError, match="at most 100 deep"):
                function(nested(depth) if function is encode else json.loads(json.dumps(nested(120))))


def test_keys_that_are_no_text_stay_what_they_are():
    for each in ({0: 0.5, 1: 2.0}, {True: 1, 2.5: 2, "a": 3}, {(1, 2): "pair"}, {}):
        assert through_json(each) == each


def test_infinity_and_nan_pass():
    assert through_json((math.inf, -math.inf)) == (math.inf, -math.inf)
    assert math.isnan(through_json(math.nan))

"""What files may hold, declared: checks of dicts, lists, arrays and records."""

import numpy as np
import pytest

from halfmoon.base import checks, schema
from halfmoon.base.errors import InputError
from halfmoon.losses.penalty import Penalty

PERSON = schema.entries({"name": checks.text, "age": checks.counter}, {"friends": schema.each(checks.text)})
WEIGHTS = schema.mapping(checks.number)
VECTOR = schema.array("f4 i", None)
PENALTY = schema.decoded(checks.kind(Penalty, "a penalty"))

# a check, what it is given, and what it gives back
PASSED = {
    "all that is needed": (PERSON, {"name": "Ada", "age": 36}, {"name": "Ada", "age": 36}),
    "more than is needed": (PERSON, {"age": 36, "name": "Ada", "friends": ["Mary"]}, {"name": "Ada", "age": 36, "friends": ("Mary",)}),
    "what nobody asked for": (PERSON, {"name": "Ada", "age": 36, "shoes": 38}, {"name": "Ada", "age": 36}),
    "a dict of numbers": (WEIGHTS, {"a": 1, "b": 0.5}, {"a": 1.0, "b": 0.5}),
    "an empty dict": (WEIGHTS, {}, {}),
    "a list": (schema.each(checks.flag), [True, False], (True, False)),
    "a record": (PENALTY, {"kind": "Penalty", "l1": 1.0, "l2": 0.0}, Penalty(1.0)),
    "anything": (schema.anything, [1, "a", None], [1, "a", None]),
}


@pytest.mark.parametrize("what", PASSED)
def test_what_is_declared_passes(what):
    check, given, expected = PASSED[what]
    assert check("it", given) == expected


# a check, what it is given, and what is told
REFUSED = {
    "no dict": (PERSON, [1], r"^it must be a dict, got \[1\]$"),
    "nothing": (PERSON, {}, r"^it must have 'name', it has only nothing$"),
    "a key too few": (PERSON, {"name": "Ada"}, r"^it must have 'age', it has only name$"),
    "another type": (PERSON, {"name": 5, "age": 36}, r"^it\.name must be text, got 5$"),
    "a truth value as a number": (PERSON, {"name": "Ada", "age": True}, r"^it\.age must be a whole number from 0 to \d+, got True$"),
    "a number beyond 64 bits": (PERSON, {"name": "Ada", "age": 2**64}, r"^it\.age must be a whole number from 0"),
    "an item of another type": (PERSON, {"name": "Ada", "age": 1, "friends": ["a", 2]}, r"^it\.friends\[1\] must be text, got 2$"),
    "text as a list": (schema.each(checks.text), "ab", r"^it must be a list, got 'ab'$"),
    "a number for a key": (WEIGHTS, {1: 2}, r"^a key of it must be text, got 1$"),
    "a value of another type": (WEIGHTS, {"a": "b"}, r"^it\['a'\] must be a finite number, got 'b'$"),
    "no array": (VECTOR, [1.0], r"^it must be an array, got \[1\.0\]$"),
    "an array of another type": (VECTOR, np.zeros(3), r"^it must be an array of f4 i and shape \(any\), got float64 \(3,\)$"),
    "an array of another shape": (VECTOR, np.zeros((3, 1), int), r"and shape \(any\), got int64 \(3, 1\)$"),
    "an array of another size": (schema.array("f8", 2, None), np.zeros((3, 1)), r"and shape \(2, any\), got float64 \(3, 1\)$"),
    "another record": (PENALTY, {"kind": "Fixed"}, r"^it must be a penalty, got Fixed\(\)$"),
    "a record of wrong fields": (PENALTY, {"kind": "Penalty", "l1": True}, r"^l1 must be a finite number, got True$"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_declared_is_one_sentence(what):
    check, given, words = REFUSED[what]
    with pytest.raises(InputError, match=words) as caught:
        check("it", given)
    assert len(str(caught.value)) < 300


def test_an_array_is_given_back_as_it_is():
    array = np.zeros(3, np.float32)
    assert VECTOR("it", array) is array

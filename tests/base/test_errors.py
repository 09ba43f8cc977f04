"""An error's sentence is short, whatever it quotes."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import halfmoon as hm
from halfmoon.base import checks
from halfmoon.base.errors import LONGEST, InputError, UnknownNameError, bounded

# a long sentence, and what is left of it beside the value
LONG = {
    "a path": (
        "the file '" + "/deep" * 900 + "/model.safetensors' does not exist",
        ["the file '/deep/", "/model.safetensors' does not exist"],
    ),
    "a value": (f"--row must be a row such as 17, got {'9' * 4000!r}", ["--row must be a row such as 17, got '999", "99'"]),
    "names": (
        f"--target must name the column to be predicted, one of {', '.join(f'column {each}' for each in range(2000))}",
        ["--target must name the column to be predicted, one of column 0, ", "column 1999"],
    ),
    "a name and names": (
        f"the column {'x' * 900!r} is none of {', '.join(f'c{each}' for each in range(900))}, which the table has",
        ["the column 'xxx", "is none of c0, ", ", which the table has"],
    ),
    "many lines": ("y must be short, got\n  " + "1 2 3\n" * 500, ["y must be short, got 1 2 3 "]),
}


@pytest.mark.parametrize("what", LONG)
def test_a_long_sentence_keeps_what_it_says(what):
    sentence, kept = LONG[what]
    said = str(InputError(sentence))
    assert len(said) <= LONGEST < 300
    for part in kept:
        assert part in said
    assert "\n" not in said


def test_a_short_sentence_is_left_alone():
    said = "rate must be a number in (0, inf), got '  a  value  '"
    assert str(InputError(said)) == said


@given(st.text(max_size=2000))
def test_any_sentence_is_bounded_once(text):
    said = bounded(text)
    assert len(said) <= LONGEST
    assert bounded(said) == said


@pytest.mark.parametrize("kind", [InputError, UnknownNameError])
def test_errors_are_copied_and_pickled(kind):
    error = kind("path must be short, got " + "x" * 1000)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(again) is kind
        assert str(again) == str(error)


HUGE = st.one_of(st.text(min_size=200), st.lists(st.integers(), min_size=100), st.integers(10**400, 10**900), st.binary(min_size=300))


@given(st.text(max_size=400), HUGE)
def test_checks_of_long_names_and_huge_values_fail_in_short_sentences(name, value):
    for check in (checks.number, checks.whole, checks.flag, checks.choice(["a", "b"]), checks.dtype):
        try:
            check(name, value)
        except InputError as error:
            assert len(str(error)) <= LONGEST  # noqa: PT017 - not every value is refused


@pytest.mark.parametrize("call", [
    lambda: hm.load("x" * 5000),
    lambda: hm.load("/" + "deep/" * 500 + "model"),
    lambda: hm.save("x" * 5000, hm.Network([hm.Dense(1)]).init(1)),
    lambda: hm.Network(["x" * 5000]),
    lambda: hm.Dense("9" * 5000),
    lambda: hm.Network([hm.Dense(1)]).init("3" * 5000),
    lambda: hm.MLPClassifier.load("x" * 5000),
])  # fmt: skip
def test_what_is_public_refuses_in_short_sentences(call):
    with pytest.raises(InputError) as caught:
        call()
    assert len(str(caught.value)) <= LONGEST

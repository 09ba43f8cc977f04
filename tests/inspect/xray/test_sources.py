"""The lines that the X-ray shows are those that ran, as they stand in the file."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.inspect.xray.sources import Source, definition, sources
from halfmoon.layers.activations import LeakyReLU, ReLU
from halfmoon.layers.contract import INFERENCE, TRAINING
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm
from halfmoon.losses.penalty import Penalty
from halfmoon.losses.pointwise import Quantile
from halfmoon.optimizers.rules import SGD, AdamW
from inspect_networks import rows, xray

X = np.arange(6.0).reshape(3, 2)
NORM = {"scale": np.ones(2), "shift": np.zeros(2), "mean": np.zeros(2), "variance": np.ones(2)}


class Own:
    """Something with every kind of statement, of which some do not run."""

    def step(self, n):
        """Return a number.

        And a second paragraph for whoever calls it.
        """
        # total = 0 at first
        total = 0
        # never = seen
        if n > 100:
            # this = neither
            total = 1
        for number in range(n):
            if number == 0:
                total += 1  # type: ignore[operator]
            elif number == 50:
                total += 2
            else:
                total -= 3  # goes down
        while total > 1000:
            total /= 2
        try:
            # total ← total / n
            total /= n
        except ZeroDivisionError:
            total = helper(total)
        finally:
            total += 1
        with np.errstate(all="ignore"):
            total = max(
                total,
                sum(each for each in [1, 2]),
            )
        return total, n


def helper(total):
    # total = -1
    return total - 1


ALL = '''def step(self, n):
    """Return a number."""
    # total = 0 at first
    total = 0
    for number in range(n):
        if number == 0:
            total += 1
        elif number == 50:
            ...
        else:
            total -= 3  # goes down
    try:
        # total ← total / n
        total /= n
    finally:
        total += 1
    with np.errstate(all="ignore"):
        total = max(
            total,
            sum(each for each in [1, 2]),
        )
    return total, n'''

NONE = '''def step(self, n):
    """Return a number."""
    # total = 0 at first
    total = 0
    try:
        # total ← total / n
        total /= n
    except ZeroDivisionError:
        total = helper(total)
    finally:
        total += 1
    with np.errstate(all="ignore"):
        total = max(
            total,
            sum(each for each in [1, 2]),
        )
    return total, n'''


@pytest.mark.parametrize(("n", "text"), [(3, ALL), (0, NONE)])
def test_what_did_not_run_is_left_out(n, text):
    own = Own()
    found = sources(own, ["step"], lambda: own.step(n))
    assert found[0].text == text
    assert found[0].title == f"Own.step, test_sources.py:{Own.step.__code__.co_firstlineno}"
    assert [each.text.splitlines()[0] for each in found[1:]] == ([] if n else ["def helper(total):"])


def test_the_functions_that_run_stand_in_the_order_of_their_first_calls():
    norm = BatchNorm()
    training = sources(norm, ["backward"], lambda: norm.backward(NORM, X, X, X, TRAINING))
    assert [each.title.split(",")[0] for each in training] == [
        "BatchNorm.backward",
        "BatchNorm._normalise",
        "_standardise",
        "_backward",
    ]
    dropout = Dropout()
    drawn = sources(dropout, ["forward"], lambda: dropout.forward({}, X, TRAINING))
    assert [each.title.split(",")[0] for each in drawn] == ["Dropout.forward", "Dropout._scale"]
    in_use = sources(norm, ["backward"], lambda: norm.backward(NORM, X, X, X, INFERENCE))
    assert "_standardise" not in {each.title.split(",")[0] for each in in_use}


def test_equations_are_comments_with_a_sign():
    norm = BatchNorm()
    found = sources(norm, ["forward"], lambda: norm.forward(NORM, X, TRAINING))
    assert found[0].equations == ["Y = x̂ scale + shift"]
    text = "# Y = X W\ny = x @ w  # fast\n    # a remark\n# θ ← θ - g"
    assert Source("f", text).equations == ["Y = X W", "θ ← θ - g"]


def test_what_has_no_file_has_no_source():
    space = {}
    exec("class Typed:\n    def forward(self):\n        return 1", space)  # noqa: S102 - as if it were typed at a prompt
    typed = space["Typed"]()
    assert sources(typed, ["forward"], typed.forward) == []


def test_a_debugger_is_left_as_it_was():
    def debugger(*_):
        return None

    before = sys.gettrace()
    sys.settrace(debugger)
    try:
        with pytest.raises(ZeroDivisionError):
            sources(Own(), ["step"], lambda: 1 / 0)
        assert sys.gettrace() is debugger
    finally:
        sys.settrace(before)


def test_definitions_say_value_slope_and_constants():
    assert definition(ReLU) == ["value(z) = maximum(z, 0)", "slope by z = where(a > 0, 1, 0)"]
    assert definition(LeakyReLU(alpha=0.2))[2:] == ["alpha = 0.2"]
    assert definition(Quantile(level=(0.1, 0.9)))[2:] == ["level = (0.1, 0.9)"]
    assert definition(hm.Dense(2)) == []


@pytest.mark.parametrize(
    ("options", "shown", "hidden"),
    [
        ({"optimizer": SGD(0.1)}, [], ["penalty.for_batch", "clip", "weight_decay", "np.where(weights > 0"]),
        ({"optimizer": SGD(0.1, clip_norm=1e-3)}, ["g = clip(g, self.clip_norm)", "norm = float("], ["weight_decay", "penalty.for_batch"]),
        ({"optimizer": AdamW()}, ["self.weight_decay"], ["clip", "penalty.for_batch"]),
        ({"penalty": Penalty(l2=0.1)}, ["penalty.for_batch(total)"], ["clip"]),
        ({"sample_weight": [1, 2, 1, 1, 1, 1, 1]}, ["np.where(weights > 0"], ["penalty.for_batch"]),
    ],
)  # fmt: skip
def test_penalty_clipping_and_weights_are_shown_where_they_ran(options, shown, hidden):
    text = "\n".join(source.text for card in xray("linear", **options).cards for source in card.sources)
    assert all(each in text for each in shown)
    assert not [each for each in hidden if each in text]


@pytest.mark.parametrize("name", ["dropout", "batch norm", "layer norm", "residual", "quantiles"])
def test_comments_are_for_a_learner(name):
    looked_at = hm.xray(xray(name).model, *rows(name))
    for card in looked_at.cards:
        for source in card.sources:
            assert "noqa" not in source.text
            assert "type: ignore" not in source.text
            assert "Parameters\n" not in source.text
        assert "float64: in float32" not in "".join(card.rules)

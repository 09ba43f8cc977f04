"""Dropout's mask comes from a counter alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.base.philox import philox
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.network.network import Network

WORD = st.integers(0, 2**32 - 1)


def mask(rows: int, columns: int, *, rate: float = 0.5, dtype: str = "float64", **place: int):
    return Dropout(rate).forward({}, np.ones((rows, columns), dtype), Pass(training=True, **place))


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [  # the known answers of Random123
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_numbers(counter, key, expected):
    assert philox(counter, key) == expected


@settings(max_examples=60)
@given(
    st.integers(2, 12), st.integers(1, 9), st.integers(1, 11), st.integers(0, 2**64 - 1), WORD, st.integers(0, 300), st.integers(0, 9999)
)
def test_a_batch_cut_in_two_has_the_same_mask(rows, columns, cut, seed, update, layer, first_row):
    cut = min(cut, rows - 1)
    place = {"seed": seed, "update": update, "layer": layer}
    whole = mask(rows, columns, first_row=first_row, **place)
    parts = [mask(cut, columns, first_row=first_row, **place), mask(rows - cut, columns, first_row=first_row + cut, **place)]
    assert np.vstack(parts).tobytes() == whole.tobytes()
    assert mask(rows, columns + 3, first_row=first_row, **place)[:, :columns].tobytes() == whole.tobytes()


def test_each_word_of_the_place_matters():
    reference = {"seed": 5, "update": 4, "layer": 3, "first_row": 2}
    drawn = [mask(50, 40, **reference)]
    drawn += [mask(50, 40, **reference | {name: number + 1}) for name, number in reference.items()]
    drawn.append(mask(50, 40, **reference | {"seed": 5 + 2**32}))
    for i, one in enumerate(drawn):
        for other in drawn[:i]:
            assert 0.4 < (one == other).mean() < 0.6


@pytest.mark.parametrize("rate", [0.05, 0.25, 0.5, 0.75, 0.9])
def test_the_share_that_is_kept_and_the_mean(rate):
    rows, columns = 300, 400
    drawn = mask(rows, columns, rate=rate, seed=11)
    deviation = np.sqrt(rate * (1 - rate) / drawn.size)
    assert abs((drawn > 0).mean() - (1 - rate)) < 4.5 * deviation
    assert set(np.unique(drawn)) == {0.0, 1 / (1 - rate)}
    for axis in (0, 1):  # no row and no column is special
        count = drawn.shape[axis]
        shares = (drawn > 0).mean(axis=axis)
        assert np.abs(shares - (1 - rate)).max() < 5.5 * np.sqrt(rate * (1 - rate) / count)


@pytest.mark.smoke
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_forward_and_backward_drop_the_same_entries(dtype):
    random = np.random.RandomState(0)
    x, dy = (random.standard_normal((30, 7)).astype(dtype) for _ in range(2))
    layer, pass_ = Dropout(0.4), Pass(training=True, seed=3, update=9, layer=2)
    y = layer.forward({}, x, pass_)
    dx, gradients = layer.backward({}, x, y, dy, pass_)
    assert not gradients
    assert ((y == 0) == (dx == 0)).all()
    assert 0 < (y == 0).mean() < 1
    np.testing.assert_allclose(y / x, dx / dy, rtol=1e-5)


@settings(max_examples=20)
@given(st.integers(0, 2**64 - 1), st.booleans())
def test_rate_zero_and_inference_change_nothing(seed, training):
    x = np.random.RandomState(1).standard_normal((20, 11))
    layer = Dropout(0.0) if training else Dropout(0.9)
    pass_ = Pass(training=training, seed=seed)
    assert layer.forward({}, x, pass_).tobytes() == x.tobytes()
    assert layer.backward({}, x, x, x, pass_)[0].tobytes() == x.tobytes()


def test_two_dropouts_of_a_network_draw_different_masks_and_the_same_ones_again():
    model = Network([Dropout(), Dropout()]).init(50)
    x = np.ones((40, 50), np.float32)
    first, again, other = (model.forward(x, Pass(training=True, seed=seed)) for seed in (1, 1, 2))
    assert first.scores.tobytes() == again.scores.tobytes()
    assert first.scores.tobytes() != other.scores.tobytes()
    assert (first["0.y"] > 0).mean() == pytest.approx(0.5, abs=0.05)
    assert (first.scores > 0).mean() == pytest.approx(0.25, abs=0.05)
    assert model.forward(x, INFERENCE).scores.tobytes() == x.tobytes()


def test_the_mask_does_not_hang_on_what_goes_through():
    pass_ = Pass(training=True, seed=8)
    layer = Dropout(0.5)
    a, b = (layer.forward({}, x, pass_) for x in (np.full((9, 9), 2.0), np.full((9, 9), -3.0)))
    assert ((a == 0) == (b == 0)).all()


def test_the_gradient_check_holds_in_a_training_pass():
    model = Network([Dense(6), Dropout(0.5), Dense(1)]).init(3, dtype="float64")
    random = np.random.RandomState(2)
    X, y = random.standard_normal((8, 3)), random.standard_normal(8)
    _, gradients = model.gradients(X, y, pass_=Pass(training=True, seed=4))
    assert gradients.vector.any()
    assert gradients.vector.tobytes() != model.gradients(X, y)[1].vector.tobytes()


@pytest.mark.parametrize("rate", [1, 1.0, -0.1, 2, float("nan"), "0.5", None, True])
def test_a_wrong_rate_is_refused(rate):
    with pytest.raises(InputError, match="rate must be"):
        Dropout(rate)

"""The schedules against PyTorch's and scikit-learn's. One row each: a missing row fails."""

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.optimizers.schedules import (
    SCHEDULES,
    Clock,
    Cosine,
    CosineLog,
    Exponential,
    Fixed,
    FlatCosine,
    InverseScaling,
    OneCycle,
    Plateau,
    Schedule,
    StepDecay,
    WarmUp,
)

EPOCHS, PER_EPOCH = 12, 7
UPDATES = EPOCHS * PER_EPOCH


def factors(schedule, updates=UPDATES, epochs=EPOCHS, per_epoch=PER_EPOCH):
    return [schedule.factor(Clock(update, per_epoch, epochs), {}) for update in range(updates)]


def torch_factors(make, steps):
    """Return the rate before each step of a PyTorch scheduler, for a rate of 1."""
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    seen = []
    for step in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < steps - 1:
            scheduler.step()
    return seen


def by_epoch(values):
    return np.repeat(values, PER_EPOCH)


def sklearn_inverse(power, rows):
    from sklearn.neural_network._stochastic_optimizers import SGDOptimizer

    theirs = SGDOptimizer([np.zeros(1)], learning_rate_init=1.0, lr_schedule="invscaling", power_t=power)
    seen = []
    for epoch in range(EPOCHS):
        seen.append(theirs.learning_rate)
        theirs.iteration_ends((epoch + 1) * rows)
    return by_epoch(seen)


def plateau_run(schedule, losses):
    memory, seen = {}, []
    for loss in losses:
        memory = schedule.observe(memory, loss)
        seen.append(schedule.factor(Clock(), memory))
    return seen


LOSSES = [5.0, 4.0, 3.0, 3.0, 2.9995, 3.1, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 1.0, math.inf, math.nan, 2.0, 2.0, 2.0, 0.99995, 0.5]


def torch_plateau(schedule, losses):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=schedule.ratio, patience=schedule.patience, threshold=schedule.tolerance, threshold_mode="abs", eps=0
    )
    seen = []
    for loss in losses:
        theirs.step(loss)
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


# For each schedule: pairs of (what ours gives, what it should give), each called in a test of its own.
EXPECTED = {
    "fixed": [(lambda: factors(Fixed()), lambda: [1.0] * UPDATES)],
    "step": [
        (lambda e=e, r=r: factors(StepDecay(e, r)), lambda e=e, r=r: by_epoch(torch_factors(lambda s, o: s.StepLR(o, e, r), EPOCHS)))
        for e, r in ((1, 0.5), (3, 0.1), (5, 2.0))
    ],
    "exponential": [
        (lambda r=r: factors(Exponential(r)), lambda r=r: by_epoch(torch_factors(lambda s, o: s.ExponentialLR(o, r), EPOCHS)))
        for r in (0.99, 0.5, 1.1)
    ],
    "inverse_scaling": [
        (lambda p=p, n=n: factors(InverseScaling(p, n)), lambda p=p, n=n: sklearn_inverse(p, n)) for p, n in ((0.5, 100), (1.5, 33), (1, 1))
    ],
    "cosine": [
        (
            lambda end=end: factors(Cosine(end), UPDATES + 1),
            lambda end=end: torch_factors(lambda s, o: s.CosineAnnealingLR(o, UPDATES, end), UPDATES + 1),
        )
        for end in (0.0, 0.2)
    ]
    + [
        (
            lambda: factors(Cosine(0.1, epochs=5), 5 * PER_EPOCH + 1, epochs=None),
            lambda: torch_factors(lambda s, o: s.CosineAnnealingLR(o, 5 * PER_EPOCH, 0.1), 5 * PER_EPOCH + 1),
        ),
    ],
    "one_cycle": [
        (
            lambda rise=rise, start=start, end=end: factors(OneCycle(rise, start, end)),
            lambda rise=rise, start=start, end=end: torch_factors(
                lambda s, o: s.OneCycleLR(
                    o, 1.0, total_steps=UPDATES, pct_start=rise, div_factor=1 / start, final_div_factor=start / end, cycle_momentum=False
                ),
                UPDATES,
            ),
        )
        for rise, start, end in ((0.3, 1 / 25, 1 / 25e4), (0.5, 0.1, 0.01), (0.05, 0.5, 0.2))
    ],
    # pytabkit.models.realmlp.train.SCHEDULES of pytabkit 1.8.0, at t = 0, 1/84, ...
    "cosine_log": [
        (
            lambda: factors(CosineLog()),
            lambda: [0.5 * (1.0 - math.cos(2 * math.pi * math.log2(1.0 + 15.0 * t))) for t in np.arange(UPDATES) / UPDATES],
        ),
        (lambda: [*factors(CosineLog(cycles=1), 1), CosineLog(1).factor(Clock(UPDATES, PER_EPOCH, EPOCHS), {})], lambda: [0, 0]),
    ],
    "flat_cosine": [
        (
            lambda: factors(FlatCosine()),
            lambda: [1.0 if t <= 0.5 else 0.5 * (1.0 + math.cos(math.pi * (2.0 * t - 1.0))) for t in np.arange(UPDATES) / UPDATES],
        ),
        (lambda: factors(FlatCosine(flat=0.0, end=0.3)), lambda: factors(Cosine(0.3))),
    ],
    "warm_up": [
        (
            lambda n=n, start=start: factors(WarmUp(n, start=start)),
            lambda n=n, start=start: torch_factors(lambda s, o: s.LinearLR(o, start, 1.0, n), UPDATES),
        )
        for n, start in ((10, 0.01), (1, 0.5), (30, 0.25))
    ],
    "plateau": [
        (lambda s=s: plateau_run(s, LOSSES), lambda s=s: torch_plateau(s, LOSSES))
        for s in (Plateau(patience=2), Plateau(0.5, 0), Plateau(0.5, 1, tolerance=0.0), Plateau(0.2, 3, tolerance=0.7), Plateau())
    ],
}
SAMPLES = {
    "fixed": Fixed(),
    "step": StepDecay(3, 0.5),
    "exponential": Exponential(0.5),
    "inverse_scaling": InverseScaling(1.5, 60),
    "cosine": Cosine(0.1, epochs=4),
    "one_cycle": OneCycle(0.4, 0.1, 0.01),
    "cosine_log": CosineLog(3),
    "flat_cosine": FlatCosine(0.7, 0.1),
    "warm_up": WarmUp(5, Cosine(), start=0.2),
    "plateau": Plateau(0.5, 3, tolerance=0.1),
}
NOT_POSITIVE = (0, -1, math.nan, math.inf, "1", None, True)
NEGATIVE = (-0.1, math.nan, "1", None, True)
NOT_WHOLE = (0, -1, 1.5, 2.0, "2", True)
WRONG = {
    "fixed": {},
    "step": {"every": NOT_WHOLE, "ratio": NOT_POSITIVE},
    "exponential": {"ratio": NOT_POSITIVE},
    "inverse_scaling": {"power": NOT_POSITIVE, "scale": NOT_POSITIVE},
    "cosine": {"end": NEGATIVE, "epochs": NOT_WHOLE},
    "one_cycle": {"rise": (0, 1, -0.5, 2, math.nan, "0.3", None), "start": NEGATIVE, "end": NEGATIVE},
    "cosine_log": {"cycles": (*NOT_WHOLE, 51)},
    "flat_cosine": {"flat": (-0.5, 1, math.nan, "0.3", None), "end": NEGATIVE},
    "warm_up": {"updates": NOT_WHOLE, "then": ("cosine", None, Cosine), "start": NEGATIVE},
    "plateau": {"ratio": NOT_POSITIVE, "patience": (-1, 1.0, "3", None, True), "tolerance": NEGATIVE},
}


def test_every_schedule_has_its_rows():
    assert set(EXPECTED) == set(SAMPLES) == set(WRONG) == set(SCHEDULES)
    assert all(EXPECTED.values())
    assert {type(each) for each in SAMPLES.values()} == set(SCHEDULES.values())


@pytest.mark.parametrize(
    ("ours", "theirs"), [pytest.param(*pair, id=f"{name} {i}") for name, pairs in EXPECTED.items() for i, pair in enumerate(pairs)]
)
def test_a_whole_run(ours, theirs):
    np.testing.assert_allclose(ours(), theirs(), rtol=1e-12, atol=1e-14)


@pytest.mark.smoke
def test_a_few_factors_by_hand():
    clock = Clock(update=21, updates_per_epoch=7, epochs=12)
    assert clock.epoch == 3
    assert StepDecay(2, 0.1).factor(clock, {}) == 0.1
    assert Exponential(0.5).factor(clock, {}) == 0.125
    assert InverseScaling(0.5, 5).factor(clock, {}) == 0.25
    assert Cosine().factor(Clock(42, 7, 12), {}) == pytest.approx(0.5, abs=1e-15)
    assert WarmUp(40, start=0.2).factor(Clock(20, 7, 12), {}) == pytest.approx(0.6, abs=1e-15)


def test_cosine_stays_at_its_end():
    assert factors(Cosine(0.25, epochs=2), 60)[14:] == [0.25] * 46
    assert Cosine().factor(Clock(10**6, 7, 12), {}) == 0.0


def test_one_cycle_stays_at_its_end():
    assert OneCycle(end=0.125).factor(Clock(10**6, 7, 12), {}) == 0.125


@given(st.floats(0.01, 0.99), st.integers(1, 30), st.integers(1, 5))
def test_one_cycle_is_defined_for_every_length(rise, epochs, per_epoch):
    got = factors(OneCycle(rise), epochs * per_epoch + 2, epochs, per_epoch)
    assert all(1 / 25e4 - 1e-15 <= factor <= 1 for factor in got)
    assert got[-1] == pytest.approx(1 / 25e4)


def test_warm_up_multiplies_what_it_stands_on():
    got = factors(WarmUp(9, then=Cosine(), start=0.1))
    expected = np.multiply(factors(WarmUp(9, start=0.1)), factors(Cosine()))
    np.testing.assert_allclose(got, expected, rtol=1e-15)
    assert got[9:] == factors(Cosine())[9:]


def test_warm_up_passes_the_loss_on():
    losses = [1.0, 1.0, 1.0, 1.0, 0.5]
    memory = {}
    for loss in losses:
        memory = WarmUp(3, Plateau(0.5, 1)).observe(memory, loss)
    assert memory["factor"] == 0.5
    assert WarmUp(3, Plateau(0.5, 1)).factor(Clock(10), memory) == 0.5


def test_plateau_changes_no_memory():
    memory = {"best": 1.0, "waited": 0, "factor": 1.0}
    Plateau(patience=0).observe(memory, 2.0)
    assert memory == {"best": 1.0, "waited": 0, "factor": 1.0}
    assert Cosine().observe(memory, 2.0) is memory


@pytest.mark.parametrize("schedule", [Cosine(), OneCycle(), CosineLog(), FlatCosine(), WarmUp(2, Cosine())])
def test_without_a_length_it_says_what_to_give(schedule):
    with pytest.raises(InputError, match=r"must know when to end: give it epochs=, or train with a number of epochs"):
        schedule.factor(Clock(1, 10, None), {})


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_a_record(name):
    each = SAMPLES[name]
    for other in (copy.deepcopy(each), pickle.loads(pickle.dumps(each)), decode(json.loads(json.dumps(encode(each)))), replace(each)):
        assert other == each
        assert hash(other) == hash(each)
        assert type(other) is SCHEDULES[name]
    with pytest.raises(FrozenInstanceError):
        each.ratio = 3.0
    assert isinstance(each, Schedule)
    assert repr(each).startswith(type(each).__name__)
    assert eval(repr(each), {"__builtins__": {}, **{s.__name__: s for s in SCHEDULES.values()}}) == each  # noqa: S307


REQUIRED = {"step": {"every": 1}, "warm_up": {"updates": 1}}


@pytest.mark.parametrize("name", SCHEDULES)
def test_wrong_arguments_are_named(name):
    assert set(WRONG[name]) == {each.name for each in fields(SAMPLES[name])}
    for argument, values in WRONG[name].items():
        for value in values:
            with pytest.raises(InputError) as caught:
                SCHEDULES[name](**REQUIRED.get(name, {}) | {argument: value})
            message = str(caught.value)
            assert message.startswith(f"{argument} must be ")
            assert message.endswith(f"got {value!r}")


def test_a_rate_that_grows_beyond_all_numbers_is_infinite():
    assert Exponential(10.0).factor(Clock(400), {}) == math.inf

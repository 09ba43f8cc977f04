"""The optimisers against arithmetic by hand, PyTorch, scikit-learn and their papers. One row each: a missing row fails."""

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.expressions.tracing import Symbol, Tape
from halfmoon.optimizers.contract import FirstOrder, clip
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import OPTIMIZERS, SGD, Adagrad, Adam, AdamW, Lion, Momentum, RMSprop
from halfmoon.optimizers.schedules import Cosine, Plateau, StepDecay, WarmUp

THETA = (1.0, -2.0)
GRADIENTS = ((0.5, -1.0), (0.25, 2.0), (-1.0, 0.5))
RATES = (0.1, 0.05, 0.2)


def root(x):
    return math.sqrt(x)


def sign(x):
    return (x > 0) - (x < 0)


# Each row: what the three updates take off one parameter, from its gradients a, b, c and the rates r, s, t; unrolled by hand.
HAND = {
    "sgd": {"plain": (SGD(), lambda a, b, c, r, s, t: (r * a, s * b, t * c))},
    "momentum": {
        "plain": (Momentum(momentum=0.9), lambda a, b, c, r, s, t: (r * a, s * (b + 0.9 * a), t * (c + 0.9 * b + 0.81 * a))),
        "nesterov": (
            Momentum(momentum=0.9, nesterov=True),
            lambda a, b, c, r, s, t: (r * 1.9 * a, s * (1.9 * b + 0.81 * a), t * (1.9 * c + 0.81 * b + 0.729 * a)),
        ),
        "rate in velocity": (
            Momentum(momentum=0.9, rate_in_velocity=True),
            lambda a, b, c, r, s, t: (r * a, s * b + 0.9 * r * a, t * c + 0.9 * s * b + 0.81 * r * a),
        ),
        "both": (
            Momentum(momentum=0.9, nesterov=True, rate_in_velocity=True),
            lambda a, b, c, r, s, t: (1.9 * r * a, 1.9 * s * b + 0.81 * r * a, 1.9 * t * c + 0.81 * s * b + 0.729 * r * a),
        ),
        "no momentum": (Momentum(momentum=0), lambda a, b, c, r, s, t: (r * a, s * b, t * c)),
    },
    "adam": {
        "plain": (
            Adam(beta1=0.9, beta2=0.99, epsilon=0.01),
            lambda a, b, c, r, s, t: (
                r * a / (abs(a) + 0.01),
                s * ((0.1 * b + 0.09 * a) / 0.19) / (root((0.01 * b * b + 0.0099 * a * a) / 0.0199) + 0.01),
                t
                * ((0.1 * c + 0.09 * b + 0.081 * a) / 0.271)
                / (root((0.01 * c * c + 0.0099 * b * b + 0.009801 * a * a) / 0.029701) + 0.01),
            ),
        ),
        "epsilon before correction": (
            Adam(beta1=0.9, beta2=0.99, epsilon=0.01, epsilon_before_correction=True),
            lambda a, b, c, r, s, t: (
                r * root(0.01) / 0.1 * (0.1 * a) / (root(0.01 * a * a) + 0.01),
                s * root(0.0199) / 0.19 * (0.1 * b + 0.09 * a) / (root(0.01 * b * b + 0.0099 * a * a) + 0.01),
                t
                * root(0.029701)
                / 0.271
                * (0.1 * c + 0.09 * b + 0.081 * a)
                / (root(0.01 * c * c + 0.0099 * b * b + 0.009801 * a * a) + 0.01),
            ),
        ),
    },
    "adamw": {
        "no decay": (
            AdamW(weight_decay=0.0, beta1=0.5, beta2=0.5, epsilon=0.01),
            lambda a, b, c, r, s, t: (
                r * a / (abs(a) + 0.01),
                s * ((0.5 * b + 0.25 * a) / 0.75) / (root((0.5 * b * b + 0.25 * a * a) / 0.75) + 0.01),
                t * ((0.5 * c + 0.25 * b + 0.125 * a) / 0.875) / (root((0.5 * c * c + 0.25 * b * b + 0.125 * a * a) / 0.875) + 0.01),
            ),
        ),
    },
    "rmsprop": {
        "plain": (
            RMSprop(decay=0.8, epsilon=0.01),
            lambda a, b, c, r, s, t: (
                r * a / (root(0.2 * a * a) + 0.01),
                s * b / (root(0.2 * b * b + 0.16 * a * a) + 0.01),
                t * c / (root(0.2 * c * c + 0.16 * b * b + 0.128 * a * a) + 0.01),
            ),
        ),
    },
    "adagrad": {
        "plain": (
            Adagrad(epsilon=0.01),
            lambda a, b, c, r, s, t: (
                r * a / (abs(a) + 0.01),
                s * b / (root(a * a + b * b) + 0.01),
                t * c / (root(a * a + b * b + c * c) + 0.01),
            ),
        ),
    },
    "lion": {
        "plain": (
            Lion(beta1=0.9, beta2=0.8),
            lambda a, b, c, r, s, t: (
                r * sign(0.1 * a),
                s * sign(0.1 * b + 0.18 * a),
                t * sign(0.1 * c + 0.18 * b + 0.144 * a),
            ),
        ),
    },
    "lbfgs": {},  # the trainer drives it
}
ROWS = [pytest.param(*row, id=f"{name}: {what}") for name, rows in HAND.items() for what, row in rows.items()]
FIRST_ORDER = [name for name in OPTIMIZERS if name != "lbfgs"]


def run(optimizer, gradients=GRADIENTS, rates=RATES, *, theta=THETA, factors=None, decayed=0, dtype=np.float64):
    """Return theta after each update, and the slots at the end."""
    theta = np.array(theta, dtype)
    slots = np.zeros((len(optimizer.slots), theta.size), dtype)
    factors = None if factors is None else np.array(factors, dtype)
    seen = []
    for count, (g, rate) in enumerate(zip(gradients, rates, strict=True), 1):
        optimizer.update(theta, np.array(g, dtype), slots, count=count, rate=rate, factors=factors, decayed=decayed)
        seen.append(theta.copy())
    return np.array(seen), slots


def by_hand(taken_off, *, gradients=GRADIENTS, factors=(1, 1), decay=(0, 0)):
    """Return theta after each update from what the row says an update takes off."""
    columns = []
    for theta, factor, share, (a, b, c) in zip(THETA, factors, decay, zip(*gradients, strict=True), strict=True):
        rates = [rate * factor for rate in RATES]
        column = []
        for rate, off in zip(rates, taken_off(a, b, c, *rates), strict=True):
            theta = theta - rate * share * theta - off  # noqa: PLW2901 - the parameter as it moves
            column.append(theta)
        columns.append(column)
    return np.array(columns).T


def test_every_optimizer_has_its_rows():
    assert set(HAND) == set(PYTORCH) == set(SAMPLES) == set(WRONG) == set(OPTIMIZERS)
    assert all(HAND[name] for name in FIRST_ORDER)


@pytest.mark.smoke
@pytest.mark.parametrize(("optimizer", "taken_off"), ROWS)
def test_three_updates_by_hand(optimizer, taken_off):
    np.testing.assert_allclose(run(optimizer)[0], by_hand(taken_off), rtol=1e-14)


@pytest.mark.parametrize(("optimizer", "taken_off"), ROWS)
def test_factors_multiply_the_rate_of_each_parameter(optimizer, taken_off):
    np.testing.assert_allclose(run(optimizer, factors=(2.0, 0.25))[0], by_hand(taken_off, factors=(2.0, 0.25)), rtol=1e-14)


@pytest.mark.parametrize(("optimizer", "taken_off"), ROWS)
@pytest.mark.parametrize("decayed", [0, 1, 2])
def test_weight_decay_reaches_only_the_first_parameters(optimizer, taken_off, decayed):
    decay = [0.5 if place < decayed else 0.0 for place in range(2)]
    got, _ = run(replace(optimizer, weight_decay=0.5), decayed=decayed)
    np.testing.assert_allclose(got, by_hand(taken_off, decay=decay), rtol=1e-14)
    got, _ = run(replace(optimizer, weight_decay=0.5), decayed=decayed, factors=(2.0, 0.25))
    np.testing.assert_allclose(got, by_hand(taken_off, decay=decay, factors=(2.0, 0.25)), rtol=1e-14)


@pytest.mark.parametrize(("optimizer", "taken_off"), ROWS)
def test_long_gradients_are_clipped_over_all_parameters(optimizer, taken_off):
    # |g| is √1.25, √4.0625 and √1.25: above 1.5 only the second
    short = (GRADIENTS[0], tuple(1.5 / math.sqrt(4.0625) * g for g in GRADIENTS[1]), GRADIENTS[2])
    np.testing.assert_allclose(run(replace(optimizer, clip_norm=1.5))[0], by_hand(taken_off, gradients=short), rtol=1e-14)


@pytest.mark.parametrize(("optimizer", "taken_off"), ROWS)
def test_the_gradient_is_left_as_it_was(optimizer, taken_off):
    g = np.array([3.0, 4.0])
    theta = np.array(THETA)
    slots = np.zeros((len(optimizer.slots), 2))
    replace(optimizer, clip_norm=1.0, weight_decay=0.1).update(theta, g, slots, count=1, rate=0.1, factors=None, decayed=2)
    assert g.tolist() == [3.0, 4.0]


def test_clip():
    np.testing.assert_allclose(clip(np.array([3.0, 4.0]), 1.0), [0.6, 0.8], rtol=1e-15)
    g = np.array([0.3, 0.4])
    assert clip(g, 0.5) is g
    assert clip(np.zeros(2), 1.0).tolist() == [0, 0]
    assert clip(np.array([3, 4], np.float32), 1.0).dtype == np.float32


# PyTorch's optimiser of the same rule, where there is one: (ours, theirs by name, its options).
PYTORCH = {
    "sgd": [(SGD(), "SGD", {})],
    "momentum": [
        (Momentum(momentum=0.8), "SGD", {"momentum": 0.8}),
        (Momentum(momentum=0.8, nesterov=True), "SGD", {"momentum": 0.8, "nesterov": True}),
    ],
    "adam": [(Adam(beta1=0.8, beta2=0.95, epsilon=1e-3), "Adam", {"betas": (0.8, 0.95), "eps": 1e-3}), (Adam(), "Adam", {})],
    "adamw": [(AdamW(), "AdamW", {}), (AdamW(weight_decay=0.3), "AdamW", {"weight_decay": 0.3})],
    "rmsprop": [(RMSprop(), "RMSprop", {}), (RMSprop(decay=0.7, epsilon=1e-2), "RMSprop", {"alpha": 0.7, "eps": 1e-2})],
    "adagrad": [(Adagrad(), "Adagrad", {}), (Adagrad(epsilon=1e-2), "Adagrad", {"eps": 1e-2})],
    "lion": [],
    "lbfgs": [],
}


def long_run():
    random = np.random.default_rng(3)
    gradients = random.normal(size=(100, 6)) * np.exp(random.normal(size=(100, 1)))
    return random.normal(size=6) + 3, gradients, random.uniform(0.001, 0.02, size=100)


@pytest.mark.parametrize(("ours", "theirs", "options"), [pytest.param(*row, id=repr(row[0])) for rows in PYTORCH.values() for row in rows])
def test_a_hundred_updates_of_pytorch(ours, theirs, options):
    torch = pytest.importorskip("torch")
    start, gradients, rates = long_run()
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, theirs)([theta], lr=0.1, **options)
    expected = []
    for g, rate in zip(gradients, rates, strict=True):
        optimizer.param_groups[0]["lr"] = float(rate)
        theta.grad = torch.tensor(g)
        optimizer.step()
        expected.append(theta.detach().numpy().copy())
    got, _ = run(ours, gradients, rates, theta=start, decayed=len(start))
    np.testing.assert_allclose(got, expected, rtol=1e-10)


@pytest.mark.parametrize("nesterov", [False, True])
def test_a_hundred_updates_of_scikit_learn_sgd(nesterov):
    start, gradients, rates = long_run()
    theta = [start.copy()]
    theirs = SGDOptimizer(theta, momentum=0.85, nesterov=nesterov)
    expected = []
    for g, rate in zip(gradients, rates, strict=True):
        theirs.learning_rate = float(rate)
        theirs.update_params(theta, [g])
        expected.append(theta[0].copy())
    ours = Momentum(momentum=0.85, nesterov=nesterov, rate_in_velocity=True)
    np.testing.assert_allclose(run(ours, gradients, rates, theta=start)[0], expected, rtol=1e-10)


def test_a_hundred_updates_of_scikit_learn_adam():
    start, gradients, _ = long_run()
    theta = [start.copy()]
    theirs = AdamOptimizer(theta, learning_rate_init=0.01, beta_1=0.85, beta_2=0.97, epsilon=1e-2)
    expected = []
    for g in gradients:
        theirs.update_params(theta, [g])
        expected.append(theta[0].copy())
    ours = Adam(beta1=0.85, beta2=0.97, epsilon=1e-2, epsilon_before_correction=True)
    np.testing.assert_allclose(run(ours, gradients, [0.01] * 100, theta=start)[0], expected, rtol=1e-10)


def test_a_hundred_updates_of_lion():
    """Chen et al., 2023, algorithm 2, with the means as sums over all gradients so far."""
    start, gradients, rates = long_run()
    beta1, beta2, decay = 0.9, 0.95, 0.1
    theta, expected = start.copy(), []
    for t in range(100):
        mean = (1 - beta2) * sum((beta2 ** (t - 1 - k) * gradients[k] for k in range(t)), np.zeros(6))
        theta = theta - rates[t] * (np.sign(beta1 * mean + (1 - beta1) * gradients[t]) + decay * theta)
        expected.append(theta)
    got, _ = run(Lion(beta1=beta1, beta2=beta2, weight_decay=decay), gradients, rates, theta=start, decayed=6)
    np.testing.assert_allclose(got, expected, rtol=1e-10)


def test_adamw_is_adam_with_decay():
    assert AdamW() == Adam(weight_decay=0.01)
    assert AdamW(0.1, weight_decay=0.2, beta1=0.5) == Adam(0.1, weight_decay=0.2, beta1=0.5)


SAMPLES = {
    "sgd": SGD(0.5, schedule=StepDecay(3), weight_decay=0.1, clip_norm=2.0),
    "momentum": Momentum(0.5, momentum=0.3, nesterov=True, rate_in_velocity=True, schedule=Cosine(end=0.1)),
    "adam": Adam(0.5, beta1=0.1, beta2=0.2, epsilon=1e-3, epsilon_before_correction=True),
    "adamw": AdamW(0.5, weight_decay=0.3),
    "rmsprop": RMSprop(0.5, decay=0.3, epsilon=1e-3),
    "adagrad": Adagrad(0.5, epsilon=1e-3, clip_norm=1.0),
    "lion": Lion(0.5, beta1=0.1, beta2=0.2),
    "lbfgs": LBFGS(5, 7, 1e-3, 1e-4),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_a_record(name):
    for each in (SAMPLES[name], OPTIMIZERS[name]()):
        copies = copy.deepcopy(each), pickle.loads(pickle.dumps(each)), decode(json.loads(json.dumps(encode(each)))), replace(each)
        for other in copies:
            assert other == each
            assert hash(other) == hash(each)
            assert type(other) is type(each)
        with pytest.raises(FrozenInstanceError):
            each.rate = 1.0
    assert SAMPLES[name] != OPTIMIZERS[name]()
    assert type(SAMPLES[name]).__name__ in repr(SAMPLES[name])


@pytest.mark.smoke
@pytest.mark.parametrize("name", FIRST_ORDER)
def test_a_rule_is_traceable(name):
    optimizer = SAMPLES[name]
    tape = Tape()
    names = ["theta", "g", *optimizer.slots, *(f"c{i}" for i in range(len(optimizer.constants(1, 0.1))))]
    results = optimizer.rule(*(tape.write("input", each) for each in names))
    assert len(results) == 1 + len(optimizer.slots)
    assert all(isinstance(result, Symbol) for result in results)
    random = np.random.default_rng(0)
    given = [random.uniform(0.1, 1, 5) for _ in range(2 + len(optimizer.slots))] + list(optimizer.constants(3, 0.1))
    for result, expected in zip(results, optimizer.rule(*given), strict=True):
        np.testing.assert_allclose(tape.expression(result, names)(*given), expected, rtol=1e-15)


@pytest.mark.parametrize("name", FIRST_ORDER)
@pytest.mark.parametrize("factors", [None, (2.0, 0.5)])
def test_float32_stays_float32(name, factors):
    optimizer = replace(SAMPLES[name], weight_decay=0.1, clip_norm=0.9)
    seen = []

    def rule(*given):
        results = type(optimizer).rule(optimizer, *given)
        seen.extend(result.dtype for result in results)
        return results

    single, slots = run(optimizer, factors=factors, decayed=1, dtype=np.float32)
    double, _ = run(optimizer, factors=factors, decayed=1)
    np.testing.assert_allclose(single, double, rtol=1e-4)
    assert single.dtype == slots.dtype == np.float32
    rates = 0.1 if factors is None else np.float32(0.1) * np.array(factors, np.float32)
    rule(*np.ones((2 + len(optimizer.slots), 2), np.float32), *optimizer.constants(1, rates))
    assert set(seen) == {np.dtype(np.float32)}


@pytest.mark.parametrize("make", [lambda f: Momentum(momentum=f(0.9)), lambda f: Adam(beta1=f(0.9)), lambda f: Lion(beta2=f(0.9))])
def test_a_number_of_numpy_means_the_same_as_a_python_float(make):
    """Otherwise float64 would creep into a float32 update."""
    for got, expected in zip(run(make(np.float64), dtype=np.float32), run(make(float), dtype=np.float32), strict=True):
        assert np.array_equal(got, expected)


NOT_POSITIVE = (0, -0.1, math.nan, math.inf, "0.1", None, True, [0.1])
NEGATIVE = (-0.1, math.nan, math.inf, "0.1", None, False)
NO_SHARE = (1, 1.5, -0.1, math.nan, "0.9", None, True)
NO_FLAG = (1, 0, "yes", None)
NOT_WHOLE = (0, -1, 1.0, "2", None, True)
COMMON = {
    "rate": NOT_POSITIVE,
    "weight_decay": NEGATIVE,
    "clip_norm": tuple(value for value in NOT_POSITIVE if value is not None),
    "schedule": ("cosine", None, 1),
    "decay_schedule": ("cosine", None, 1, Plateau(), WarmUp(3, Plateau())),
}
WRONG = {
    "sgd": COMMON,
    "momentum": COMMON | {"momentum": (1.5, -0.1, math.nan, "0.9", None, True), "nesterov": NO_FLAG, "rate_in_velocity": NO_FLAG},
    "adam": COMMON | {"beta1": NO_SHARE, "beta2": NO_SHARE, "epsilon": NOT_POSITIVE, "epsilon_before_correction": NO_FLAG},
    "adamw": COMMON | {"beta1": NO_SHARE, "beta2": NO_SHARE, "epsilon": NOT_POSITIVE, "epsilon_before_correction": NO_FLAG},
    "rmsprop": COMMON | {"decay": NO_SHARE, "epsilon": NOT_POSITIVE},
    "adagrad": COMMON | {"epsilon": NOT_POSITIVE},
    "lion": COMMON | {"beta1": NO_SHARE, "beta2": NO_SHARE},
    "lbfgs": {
        "memory": NOT_WHOLE,
        "line_search": NOT_WHOLE,
        "tolerance": NEGATIVE,
        "relative_decrease": NEGATIVE,
        "evaluations": [value for value in NOT_WHOLE if value is not None],
    },
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_wrong_arguments_are_named(name):
    assert set(WRONG[name]) == {each.name for each in fields(SAMPLES[name])}
    for argument, values in WRONG[name].items():
        for value in values:
            with pytest.raises(InputError) as caught:
                OPTIMIZERS[name](**{argument: value})
            message = str(caught.value)
            assert message.startswith(f"{argument} must be ")
            assert message.endswith(f"got {value!r}")


def test_a_rule_of_ones_own():
    class Half(FirstOrder):
        def rule(self, theta, g, rate):
            return (theta - 0.5 * rate * g,)

    np.testing.assert_allclose(run(Half())[0][-1], [1 - 0.5 * (0.05 + 0.0125 - 0.2), -2 - 0.5 * (-0.1 + 0.1 + 0.1)], rtol=1e-15)

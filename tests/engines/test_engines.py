"""Both engines against a loop in plain NumPy."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.engines import ENGINES, engine
from halfmoon.engines.contract import Data, EpochRequest
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.losses.penalty import NO_PENALTY

RATE, L2 = 0.05, 0.3
ROWS = 10


def data(weighted=False):
    random = np.random.RandomState(5)
    X, y = random.normal(size=(ROWS, 3)), random.normal(size=(ROWS, 2))
    return X, y, random.uniform(0.1, 2, ROWS) if weighted else None


def state_of(optimizer=None, penalty=NO_PENALTY, dtype="float64"):
    model = hm.Network([hm.Dense(5), hm.Tanh, hm.Dense(2)], hm.SquaredError).init(3, 1, dtype)
    return TrainingState(model, optimizer or hm.SGD(RATE), penalty, 0)


@pytest.fixture(params=ENGINES)
def run(request):
    """Return what makes an engine of a state."""
    return lambda state: engine(request.param, state, threads=2)


def step(made, X, y, weights):
    return made.update(Data(X, y, weights), slice(None), len(X))


def epoch(made, X, y, weights, order, size, should_continue=None):
    """Run an epoch, and return the mean of its losses."""
    told = []

    def note(losses, updates, _):
        told.append((losses, updates))

    made.epochs(EpochRequest(Data(X, y, weights), RowOrder(order), 1, size, note, should_continue=should_continue))
    (((loss,), (updates,)),) = told
    assert updates == made.state.updates
    return loss


def by_hand(p, X, y, weights, order, size, l2=0.0):
    """Change the parameters ``p`` by an epoch of gradient descent; return each batch's loss and its rows."""
    losses, counts = [], []
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        x, t, w = X[rows], y[rows], np.ones(len(rows)) if weights is None else weights[rows]
        if w.sum() == 0:
            continue
        A = np.tanh(x @ p["0.W"] + p["0.b"])
        S = A @ p["2.W"] + p["2.b"]
        decay = l2 / 2 * ((p["0.W"] ** 2).sum() + (p["2.W"] ** 2).sum())
        losses.append((w * ((S - t) ** 2).sum(axis=1)).sum() / w.sum() + decay)
        counts.append(len(rows))
        dS = 2 * (S - t) * (w / w.sum())[:, None]
        dZ = dS @ p["2.W"].T * (1 - A**2)
        slopes = {"2.W": A.T @ dS + l2 * p["2.W"], "2.b": dS.sum(axis=0), "0.W": x.T @ dZ + l2 * p["0.W"], "0.b": dZ.sum(axis=0)}
        for name, slope in slopes.items():
            p[name] -= RATE * slope
    return losses, counts


@pytest.mark.parametrize("size", [1, 3, 4, 5, ROWS, 99])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("l2", [0.0, L2])
def test_epochs_equal_a_plain_loop(run, size, weighted, shuffled, l2):
    X, y, weights = data(weighted)
    state = state_of(penalty=hm.Penalty(l2=l2))
    p = {name: array.copy() for name, array in state.model.params.items()}
    random = np.random.RandomState(8)
    for _ in range(4):
        order = random.permutation(ROWS) if shuffled else None
        found = epoch(run(state), X, y, weights, order, size)
        losses, counts = by_hand(p, X, y, weights, np.arange(ROWS) if order is None else order, size, l2)
        assert found == pytest.approx(np.average(losses, weights=counts), rel=1e-12)
    for name, array in state.model.params.items():
        np.testing.assert_allclose(array, p[name], rtol=1e-12, atol=1e-14)
    assert state.updates == 4 * -(-ROWS // size)


@pytest.mark.smoke
def test_the_last_batch_may_be_short(run):
    X, y, _ = data()
    state = state_of()
    heard = []
    epoch(run(state), X, y, None, None, 4, lambda loss: heard.append(loss) or True)
    assert len(heard) == state.updates == 3
    other = state_of()
    alone = run(other)
    assert heard == pytest.approx([step(alone, X[rows], y[rows], None) for rows in (slice(0, 4), slice(4, 8), slice(8, 10))], rel=1e-14)
    np.testing.assert_allclose(state.model.theta, other.model.theta, rtol=1e-13)


def test_a_batch_without_weight_makes_no_update(run):
    X, y, weights = data(weighted=True)
    weights[4:8] = 0
    state = state_of()
    p = {name: array.copy() for name, array in state.model.params.items()}
    heard = []
    found = epoch(run(state), X, y, weights, None, 4, lambda loss: heard.append(loss) or True)
    losses, counts = by_hand(p, X, y, weights, np.arange(ROWS), 4)
    assert len(losses) == len(heard) == state.updates == 2
    assert found == pytest.approx(np.average(losses, weights=counts), rel=1e-12)
    for name, array in state.model.params.items():
        np.testing.assert_allclose(array, p[name], rtol=1e-12, atol=1e-14)


def test_a_row_without_weight_changes_nothing(run):
    X, y, weights = data(weighted=True)
    weights[[2, 7]] = 0
    some, all_ = state_of(), state_of()
    kept = weights > 0
    epoch(run(some), X[kept], y[kept], weights[kept], None, ROWS)
    epoch(run(all_), X, y, weights, None, ROWS)
    np.testing.assert_allclose(all_.model.theta, some.model.theta, rtol=1e-12)


def test_stops_when_told(run):
    X, y, _ = data()
    state = state_of()
    heard = []
    found = epoch(run(state), X, y, None, None, 3, lambda loss: heard.append(loss) or len(heard) < 2)
    assert state.updates == 2
    assert found == pytest.approx(np.mean(heard), rel=1e-14)


def test_a_loss_that_is_not_finite_makes_no_update(run):
    X, y, _ = data()
    state = state_of()
    before = state.model.theta.copy()
    with pytest.raises(NotFiniteError) as caught:
        step(run(state), X, np.full_like(y, 1e200), None)
    assert caught.value.loss == np.inf
    assert state.updates == 0
    assert state.model.theta.tobytes() == before.tobytes()


@pytest.mark.parametrize("counting", [ROWS, 5])  # a last batch without weight makes no update
def test_a_parameter_that_is_not_finite_ends_the_epoch(run, counting):
    X, y, _ = data()
    state = state_of(hm.SGD(1e308))
    with pytest.raises(NotFiniteError):
        epoch(run(state), X * 1e3, y * 1e3, (np.arange(ROWS) < counting).astype(float), None, counting)


def test_the_newest_gradient_is_kept(run):
    X, y, _ = data()
    state = state_of()
    _, expected = state.model.gradients(X, y)
    step(run(state), X, y, None)
    np.testing.assert_allclose(state.gradient, expected.vector, rtol=1e-12)
    largest, name = state.largest_gradient()
    assert largest == np.abs(state.gradient).max() == pytest.approx(np.abs(expected[name]).max())


def test_the_largest_gradient_is_a_finite_one():
    state = state_of()
    state.gradient[...] = 0
    assert state.largest_gradient() == (0.0, "")
    views = hm.Parameters(state.model.program.parameters, state.gradient)
    views["0.W"][1, 2], views["2.b"][0], views["2.W"][0, 0] = 3.0, -7.0, np.inf
    assert state.largest_gradient() == (7.0, "2.b")


def test_lbfgs_makes_no_single_updates(run):
    X, y, _ = data()
    state = state_of(hm.LBFGS())
    assert state.rate is None
    with pytest.raises(TypeError, match="no single updates"):
        step(run(state), X, y, None)


def test_unknown_engine():
    with pytest.raises(hm.InputError, match=r"^engine must be one of .*did you mean 'reference'"):
        engine("referense", state_of())


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("optimizer", [hm.Adam(), hm.RMSprop(decay=0.999)])
def test_what_float32_cannot_tell_from_one_is_taken_from_one_before(optimizer, name):
    random = np.random.RandomState(0)
    state = TrainingState(hm.Network([hm.Dense(3)]).init(4, 0, "float32"), optimizer, NO_PENALTY, 0)
    X, y = random.normal(size=(9, 4)).astype("float32"), random.normal(size=(9, 3)).astype("float32")
    step(engine(name, state, 1), X, y, None)
    # v = (1 - 0.999) g², where 1 - 0.999 in float32 would be wrong by 1.3e-5
    np.testing.assert_allclose(state.slots[-1], (1 - 0.999) * state.gradient.astype(float) ** 2, rtol=1e-6)

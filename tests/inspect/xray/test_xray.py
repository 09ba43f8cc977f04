"""The cards are the Trace: to the last bit, with differences that agree, in the order in which things happen."""

from __future__ import annotations

import re

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.engines.contract import Data
from halfmoon.engines.reference import Reference
from halfmoon.engines.state import TrainingState
from halfmoon.layers.activations import Activation, Tanh
from halfmoon.layers.contract import INFERENCE, TRAINING, Pass
from halfmoon.layers.dense import Dense
from halfmoon.losses.penalty import Penalty
from halfmoon.losses.pointwise import SquaredError
from halfmoon.network.network import Network
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import SGD, Adam, AdamW, Lion, Momentum
from inspect_networks import NETWORKS, rows, xray


def tables(text):
    """Return the numbers that a text shows of each array, by card and name."""
    found, card, name = {}, "", None
    for line in text.splitlines():
        if line.startswith("card "):
            card = line.split("  ", 1)[1]
        heading = re.match(r"(\S.*?)   \(([\d, ]+)\) (?:float|int)", line)
        if heading:
            name = heading[1]
            found[card, name] = []
        elif name and line.startswith("    "):
            found[card, name].append(line.split())
        else:
            name = None
    return found


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_that_is_printed_is_the_traces_to_the_last_bit(name, dtype):
    looked_at = xray(name, dtype=dtype, pass_=Pass(training=True, seed=5))
    model = NETWORKS[name].init(4, seed=1, dtype=dtype)
    trace = model.trace(*model.batch(*rows(name)), pass_=Pass(training=True, seed=5))
    shown, seen = tables(looked_at.text(all_digits=True)), set()
    for (card, array), cells in shown.items():
        if array in trace.names():
            whole = trace[array].reshape(1, -1) if trace[array].ndim == 1 else trace[array]
            numbers = np.array(cells, dtype=dtype)
            assert numbers.tobytes() == np.ascontiguousarray(whole[: numbers.shape[0], : numbers.shape[1]]).tobytes(), (card, array)
            seen.add(array)
    assert set(trace.names()) == seen


@pytest.mark.parametrize("n", [1, 7])
@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("name", NETWORKS)
def test_differences_agree_with_every_gradient_shown(name, training, n):
    looked_at = xray(name, n, pass_=Pass(training=training, seed=2), penalty=Penalty(0.01, 0.1))
    checked = [measured for card in looked_at.cards for measured in looked_at.measured(card)]
    gradients = {each for each in looked_at.trace.names() if each.rpartition(".")[2].startswith("d") and not each.endswith(".dy")}
    last = {f"{looked_at.trace.steps[-1].name}.dy"} if looked_at.trace.steps else {"dX"}
    assert {each.name for each in checked} == gradients | last
    parameters = [each for each in checked if each.direction is not None]
    assert len(parameters) == len(looked_at.trace.gradients)
    for each in checked:
        assert each.error <= 1e-5, each
        for entry in each.entries:
            array = looked_at.trace.dx if each.name == "dX" else looked_at.trace[each.name]
            assert entry.written == pytest.approx(float(array[entry.place]), rel=1e-3, abs=1e-5)


def test_a_wrong_gradient_is_seen_at_its_entry():
    class Slip(Dense):
        def backward(self, p, x, y, dy, pass_):
            dx, gradients = super().backward(p, x, y, dy, pass_)
            gradients["W"][1, 2] += 1e-3
            return dx, gradients

    looked_at = hm.xray(Network([Slip(4), Dense(1)]).init(3, dtype="float64"), np.ones((5, 3)), np.zeros(5))
    errors = {each.name: each for card in looked_at.cards for each in looked_at.measured(card)}
    assert errors["0.dW"].worst.place == (1, 2)
    assert errors["0.dW"].worst.error > 1e-5
    assert errors["0.dW"].direction.error > 1e-5
    assert errors["1.dW"].error < 1e-7


CUBE = Activation("cube", lambda z: z * z * z, lambda z, a: 2 * z * z)


def test_a_wrong_slope_marks_its_card_and_says_which_others_it_spoils():
    network = Network([Dense(4), CUBE, Dense(3), Tanh, Dense(1)], SquaredError)
    looked_at = hm.xray(network.init(4, seed=1), *rows("exercise"))
    (culprit,) = [index for index, card in enumerate(looked_at.cards) if card.fault]
    card = looked_at.cards[culprit]
    assert card.title == "Backward: layer 1, cube"
    assert re.fullmatch(
        r"the slope of layer 1 \(cube\) is wrong: at z = (\S+) it gives (\S+), central differences measure (\S+); "
        r"leave the slope out, and it is worked out from the value\.",
        card.fault,
    )
    z, written, measured = map(float, re.findall(r"-?\d+\.?\d*(?:e-?\d+)?(?=[ ,;])", card.fault)[1:4])
    assert (written, measured) == (pytest.approx(2 * z * z, rel=1e-2), pytest.approx(3 * z * z, rel=1e-2))
    assert [each.title for each in looked_at.cards if each.spoiled] == ["Backward: layer 0, Dense", "Update: layer 0, Dense"]
    assert f"because of card {culprit}, backward: layer 1, cube." in looked_at.cards[culprit + 1].spoiled
    assert f"{culprit}  Backward: layer 1, cube  WRONG" in repr(looked_at.cards)
    assert looked_at.card_text(culprit).splitlines()[2] == f"WRONG: {card.fault}"
    assert looked_at.card_text(culprit + 1).splitlines()[2].startswith("Mind: These numbers are wrong")
    assert looked_at.text().count("WRONG: ") == 1


@pytest.mark.parametrize("name", NETWORKS)
def test_no_card_is_marked_where_all_slopes_are_right(name):
    for pass_ in (INFERENCE, TRAINING):
        assert not [card for card in xray(name, pass_=pass_).cards if card.fault or card.spoiled]


def test_a_card_goes_by_one_number_everywhere():
    looked_at = xray("exercise")
    last = len(looked_at.cards) - 1
    for index, card in enumerate(looked_at.cards):
        assert looked_at.card_text(index).startswith(f"card {index} of 0 to {last}  {card.title}\n")
        assert f"{index:>3}  {card.title}" in repr(looked_at)
    assert looked_at.card_text(-1) == looked_at.card_text(last)
    for wrong in (last + 1, -last - 2, "0", 1.0):
        with pytest.raises(InputError, match=f"^index must be the number of a card, from 0 to {last}, got "):
            looked_at.card_text(wrong)


@pytest.mark.parametrize("name", NETWORKS)
def test_arrays_are_called_as_the_trace_calls_them(name):
    looked_at = xray(name)
    known = {*looked_at.trace.names(), *looked_at.model.params, "X", "y", "scores", "dX"}
    for card in looked_at.cards:
        assert {each.split(" ")[0] for each in re.findall(r"[^ ,]+ \(\d", card.shapes)} <= known
        assert {each.strip(".,") for each in re.findall(r"\S*\.d\w+", card.what)} <= known


def test_there_is_a_card_a_step():
    assert xray("exercise").cards.titles == [
        "Inputs",
        "Forward: layer 0, Dense",
        "Forward: layer 1, relu",
        "Forward: layer 2, Dense",
        "Forward: layer 3, sigmoid",
        "Forward: layer 4, Dense",
        "Forward: layer 5, sigmoid",
        "Loss: squared_error",
        "Backward: the loss's slopes",
        "Backward: layer 5, sigmoid",
        "Backward: layer 4, Dense",
        "Backward: layer 3, sigmoid",
        "Backward: layer 2, Dense",
        "Backward: layer 1, relu",
        "Backward: layer 0, Dense",
        "Update: layer 0, Dense",
        "Update: layer 2, Dense",
        "Update: layer 4, Dense",
    ]


def test_rules_and_sources_are_those_of_the_code():
    cards = {card.title: card for card in xray("residual").cards}
    dense = cards["Backward: layer 0, Dense"]
    assert dense.rules == ("dX = dY Wᵀ    dW = Xᵀ dY    db = Σ dY over rows",)
    assert 'gradients = {"W": x.T @ dy}' in dense.sources[0].text
    assert cards["Forward: layer 1.1, tanh"].rules == ("A = value(Z)", "value(z) = tanh(z)")
    assert cards["Backward: residual branch 1, keep"].rules == ("dX = dY + dY of the add",)
    assert "y = x + stack.pop()" in cards["Forward: residual branch 1, add"].sources[0].text
    norm = {card.title: card for card in xray("layer norm").cards}
    assert any("μ = mean x" in rule for rule in norm["Forward: layer 1, LayerNorm"].rules)
    assert [source.title.split(",")[0] for source in norm["Backward: layer 1, LayerNorm"].sources] == [
        "LayerNorm.backward",
        "_standardise",
        "_backward",
    ]
    own = {card.title: card for card in xray("one's own").cards}
    assert own["Forward: layer 1, Mirror"].rules == ("Y = (X - centre)² - mean of all X",)
    assert any("θ ← θ - step m / (√v + ε)" in rule for rule in own["Update: layer 0, Dense"].rules)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_card_says_what_how_and_by_which_lines(name):
    looked_at = xray(name)
    text = looked_at.text()
    for card in looked_at.cards:
        assert card.what
        assert card.shapes
        assert card.title == "Inputs" or (card.rules and card.sources), card.title
        assert card.title in text


@pytest.mark.parametrize("optimizer", [SGD(0.3), Momentum(nesterov=True), Adam(), AdamW(clip_norm=0.1), Lion()], ids=repr)
@pytest.mark.parametrize("name", ["batch norm", "dropout"])
def test_the_update_is_the_reference_engines(name, optimizer):
    looked_at = xray(name, optimizer=optimizer, penalty=Penalty(l2=0.1), pass_=Pass(training=True, seed=9))
    model = NETWORKS[name].init(4, seed=1)
    state = TrainingState(model, optimizer, Penalty(l2=0.1), 9)
    batch = Data(*model.batch(*rows(name)))
    Reference(state).update(batch, slice(None), batch.n_rows)
    assert looked_at.after.theta.tobytes() == model.theta.tobytes()
    assert looked_at.after.state.vector.tobytes() == model.state.vector.tobytes()
    card = next(card for card in looked_at.cards if card.title == "Update: layer 0, Dense")
    shown = {each.name: each.array for each in card.arrays}
    assert shown["0.W after"].tobytes() == model.params["0.W"].tobytes()
    assert {each.split()[1] for each in shown if each.startswith("0.W ")} == {"after", *optimizer.slots}


def test_the_model_is_left_as_it_is_and_may_train_on():
    model = NETWORKS["batch norm"].init(4, seed=1)
    before = model.theta.tobytes(), model.state.vector.tobytes()
    looked_at = hm.xray(model, *rows("batch norm"))
    first = looked_at.text()
    assert (model.theta.tobytes(), model.state.vector.tobytes()) == before
    model.theta[...] = 0
    assert hm.xray(model, *rows("batch norm")).text() != first
    assert looked_at.text() == first


def test_large_arrays_show_their_corner_range_and_histogram():
    model = Network([Dense(300), Dense(1)]).init(40, dtype="float64")
    X = np.random.RandomState(0).standard_normal((50, 40))
    card = hm.xray(model, X, X[:, 0]).cards[1]
    weights = next(each for each in card.arrays if each.name == "0.W")
    assert not weights.whole
    assert weights.corner.tobytes() == model.params["0.W"][:6, :6].tobytes()
    assert weights.range == (model.params["0.W"].min(), model.params["0.W"].max())
    assert weights.histogram() == tuple(np.histogram(model.params["0.W"], 16)[0])


def test_numbers_that_are_not_finite_are_shown():
    model = Network([Dense(2), Dense(1)]).init(2)
    model.params["0.W"][0, 0] = np.inf
    looked_at = hm.xray(model, np.ones((2, 2)), np.zeros(2))
    assert "inf" in looked_at.text()
    assert "1 not finite" in looked_at.card_text(1)
    assert looked_at.html()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"optimizer": LBFGS()}, "optimizer must be one that makes single updates"),
        ({"optimizer": "adam"}, "optimizer must be an optimiser"),
        ({"penalty": 0.1}, "penalty must be a Penalty"),
        ({"pass_": True}, "pass_ must be a Pass"),
        ({"sample_weight": [1]}, "sample_weight must have one weight for each of the 7 rows"),
    ],
)
def test_refuses(options, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        xray("linear", **options)


def test_a_training_pass_is_the_default():
    looked_at = xray("dropout")
    assert looked_at.trace.pass_ == TRAINING
    assert "a training pass" in looked_at.cards[0].what
    assert repr(looked_at).startswith("XRay of 13 cards, loss ")
    assert str(looked_at) == looked_at.text()
    assert [card.title for card in looked_at] == looked_at.cards.titles
    assert looked_at.cards[-1] is looked_at.cards[12]
    assert len(looked_at.cards[2:5]) == 3


def test_weights_are_a_part_of_it():
    looked_at = xray("linear", sample_weight=[1, 2, 0, 1, 1, 1, 1])
    assert "weighted mean" in next(card.what for card in looked_at.cards if card.title.startswith("Loss"))
    assert [each.name for each in looked_at.cards[0].arrays] == ["X", "y", "w"]
    assert all(each.error <= 1e-5 for card in looked_at.cards for each in looked_at.measured(card))


def test_loss_of_one_number_is_named():
    assert hm.xray(Network([Dense(1)], SquaredError).init(1), [[1.0]], [1.0]).cards.titles[2] == "Loss: squared_error"


NAMED = ["size", "", "colour=red", "a name that is longer than it can be shown"]


def test_features_have_their_names_where_they_go_in_and_where_weights_meet_them():
    model = Network([Dense(3), Tanh, Dense(1)]).init(4, seed=0)
    X, y = np.arange(8.0).reshape(2, 4), np.zeros(2)
    looked_at = hm.xray(model, X, y, feature_names=NAMED)
    text = looked_at.text()
    assert len(re.findall("^ +size +colour=red +a name that is long…$", text, re.MULTILINE)) == 3  # X, 0.x and dX
    assert len(re.findall(r"^ +size +\S+ +\S+ +\S+$", text, re.MULTILINE)) == 7  # 0.W, 0.dW, and those of the update
    views = {view.name: view for card in looked_at for view in card.arrays}
    assert (views["X"].column_names, views["0.W"].row_names, views["0.y"].column_names) == (tuple(NAMED), tuple(NAMED), ())
    chains = {"0.dW[2,1]": "colour=red", "X[0,0]": "size", "0.b[1]": "", "1.dx[0,2]": "", "2.dW[2,0]": ""}
    for entry, feature in chains.items():
        rule = looked_at.entry(entry).links[0].rule
        assert rule.endswith(f"of {feature}") if feature else " of " not in rule
    assert re.search(r'"rowNames": ?\["size", ?""', looked_at.html())
    assert hm.xray(model, X, y).feature_names == ()
    for wrong in (["a"], [1, 2, 3, 4], "size"):
        with pytest.raises(InputError, match="feature_names must be"):
            hm.xray(model, X, y, feature_names=wrong)

"""Every rule finds its fault, with the figure behind it, and none finds one where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, make_moons
from sklearn.preprocessing import scale

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.expressions.vocabulary import exp
from halfmoon.inspect import RULES, Finding, Health
from halfmoon.layers.activations import GELU, Activation, HardTanh, Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.ensemble import BatchEnsemble, Repeat
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.parametric import ParametricActivation
from halfmoon.layers.residual import Residual
from halfmoon.layers.scale import Scale
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.penalty import Penalty
from halfmoon.losses.pointwise import Logistic, PointwiseLoss, Poisson, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.network import Network
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.rules import SGD, Adam
from halfmoon.training.divergence import DivergenceError
from halfmoon.training.ending import INTERRUPTED, Ending, Reason
from halfmoon.training.history import History
from halfmoon.training.stopping import EarlyStopping
from halfmoon.training.trainer import train

X, Y = make_moons(300, noise=0.2, random_state=666)
RANDOM = np.random.RandomState(0)
MANY = RANDOM.standard_normal((300, 4))
SLOPE = 2 * MANY[:, 0] + np.sin(MANY[:, 1])


def model(*layers, loss=Logistic, n=2, seed=1):
    return Network(list(layers), loss).init(n, seed=seed, dtype="float64")


def found(health, rule):
    """Return the findings of one rule."""
    assert all(isinstance(each, Finding) and each.rule in RULES for each in health)
    return [each for each in health if each.rule == rule]


# ---- silence ---------------------------------------------------------------------------------------------------------

iris, cancer = load_iris(), load_breast_cancer()
WELL = {
    "relu": ([Dense(32), ReLU, Dense(16), ReLU, Dense(1)], Logistic, X, Y, {}),
    "tanh": ([Dense(16), Tanh, Dense(16), Tanh, Dense(1)], Logistic, X, Y, {}),
    "hard tanh": ([Dense(16), HardTanh, Dense(1)], Logistic, X, Y, {}),
    "sigmoid": ([Dense(16), Sigmoid, Dense(1)], Logistic, X, Y, {"epochs": 200}),
    "exercise": ([Dense(16, weights="normal"), ReLU, Dense(8, weights="normal"), Sigmoid, Dense(1, weights="normal"), Sigmoid],
                 SquaredError, X, Y, {"optimizer": SGD(0.8), "epochs": 1500, "batch_size": None}),
    "linear": ([Dense(1)], Logistic, X, Y, {}),
    "deep": ([layer for _ in range(8) for layer in (Dense(24, weights="he_normal"), ReLU)] + [Dense(1)], Logistic, X, Y, {}),
    "residual": ([Dense(16)] + [Residual(LayerNorm(), Dense(16), GELU, Dense(16))] * 2 + [Dense(1)], Logistic, X, Y, {"epochs": 60}),
    "three classes": ([Dense(16), ReLU, Dense(3)], SoftmaxCrossEntropy(), scale(iris.data), iris.target, {}),
    "batch norm": ([Dense(16), BatchNorm(), ReLU, Dropout(0.2), Dense(1)], Logistic, scale(cancer.data), cancer.target, {"epochs": 40}),
    "regression": ([Dense(32), Tanh, Dense(1)], SquaredError, MANY, SLOPE, {}),
    "quantiles": ([Dense(16), ReLU, Dense(2)], Quantile(level=(0.2, 0.8)), MANY, SLOPE, {}),
    "counts": ([Dense(16), ReLU, Dense(1)], Poisson, MANY, RANDOM.poisson(np.exp(MANY[:, 0])), {}),
    "L-BFGS": ([Dense(16), Tanh, Dense(1)], Logistic, X, Y, {"optimizer": LBFGS(), "batch_size": None, "penalty": Penalty(l2=0.01)}),
    "early stopping": ([Dense(32), ReLU, Dense(1)], Logistic, X, Y,
                       {"validation": make_moons(300, noise=0.2, random_state=7), "stopping": EarlyStopping(), "epochs": 300}),
}  # fmt: skip


@pytest.mark.parametrize("name", WELL)
def test_nothing_is_said_of_networks_that_are_well(name):
    layers, loss, inputs, targets, options = WELL[name]
    trained = Network(layers, loss).init(inputs.shape[1], seed=0)
    given = {"optimizer": Adam(0.01), "epochs": 100, "batch_size": 25, "engine": "reference"} | options
    history = train(trained, inputs, targets, **given)
    health = hm.health(trained, inputs, targets, history=history)
    assert not health, f"\n{health}"
    assert (str(health), len(health), repr(health)) == ("", 0, "Health([])")


@pytest.mark.parametrize("rows", [1, 5])
def test_few_rows_prove_little(rows):
    few = hm.health(model(Dense(8), ReLU, Dense(1)), X[:rows], Y[:rows])
    assert not few, f"\n{few}"


# ---- the network -----------------------------------------------------------------------------------------------------


def test_dead_units_are_counted():
    sick = model(Dense(8, weights="he_normal"), ReLU, Dense(8), ReLU, Dense(1))
    sick.params["2.b"][...] = -100
    sick.params["2.b"][3] = 1
    (finding,) = found(hm.health(sick, X, Y), "dead_units")
    assert finding.sentence == "7 of 8 units of layer 3 are dead: they output 0 for every row"
    assert (finding.place, finding.figure) == ("3", 7 / 8)
    assert str(finding) == finding.sentence


def test_dead_is_flat_too():
    sick = model(Dense(4), HardTanh, Dense(1))
    sick.params["0.b"][...] = [100, -100, 0, 0]
    (finding,) = found(hm.health(sick, X, Y), "dead_units")
    assert finding.sentence == "2 of 4 units of layer 1 are dead: their slope is 0 for every row"


@pytest.mark.parametrize("activation", [Sigmoid, Tanh, HardTanh], ids=repr)
def test_saturation_is_measured(activation):
    sick = model(Dense(16), activation, Dense(1))
    sick.params["0.W"][...] *= 100
    (finding,) = found(hm.health(sick, X, Y), "saturated")
    trace = sick.forward(X)
    slope = activation.slope(trace["1.x"], trace["1.y"]).mean()
    assert finding.figure == pytest.approx(slope)
    steepest = 0.25 if activation is Sigmoid else 1
    assert finding.sentence == f"layer 1 ({activation.name}) saturated: mean slope {slope:.2g} of at most {steepest:g}"


def test_a_saturated_output_is_no_fault():
    sure = model(Dense(8), Tanh, Dense(1), Sigmoid, loss=SquaredError)
    sure.params["2.W"][...] *= 100
    assert not found(hm.health(sure, X, Y), "saturated")


def test_a_gradient_that_shrinks_is_measured():
    sick = model(*[layer for _ in range(6) for layer in (Dense(8), Sigmoid)], Dense(1))
    (finding,) = found(hm.health(sick, X, Y), "gradient_flow")
    trace = sick.trace(*sick.batch(X, Y))
    assert finding.figure == pytest.approx(np.linalg.norm(trace["12.dy"]) / np.linalg.norm(trace["0.dy"]))
    assert finding.sentence == f"gradient shrinks {finding.figure:,.0f}-fold from the last layer to the first: try He weights or ReLU"


def test_a_gradient_that_grows_or_dies():
    wild = model(*[layer for _ in range(6) for layer in (Dense(8, weights="normal"), ReLU)], Dense(1, weights="normal"))
    wild.theta[...] *= 5
    assert "clip_norm" in found(hm.health(wild, X, Y), "gradient_flow")[0].sentence
    dead = model(Dense(4), ReLU, Dense(1))
    dead.params["0.b"][...] = -100
    assert found(hm.health(dead, X, Y), "gradient_flow")[0].figure == 0
    faint = model(*[layer for _ in range(6) for layer in (Dense(8), ReLU)], Dense(1))
    faint.theta[...] *= 0.1
    assert "residual branches" in found(hm.health(faint, X, Y), "gradient_flow")[0].sentence


def test_numbers_that_are_not_finite_silence_what_means_nothing_then():
    sick = model(Dense(4), ReLU, Dense(1))
    sick.params["0.W"][0, 1] = np.nan
    health = hm.health(sick, X, Y)
    assert {each.rule for each in health} == {"not_finite"}
    assert health[0].sentence == "1 of 8 numbers of 0.W are not finite: train again with a lower rate"
    assert health[0].place == "0.W"


# ---- the rows --------------------------------------------------------------------------------------------------------


def data(**columns):
    """Return X with some columns changed."""
    changed = MANY.copy()
    for name, values in columns.items():
        changed[:, int(name[1:])] = values
    return changed


@pytest.mark.parametrize(
    ("rule", "inputs", "figure", "sentence"),
    [
        ("constant_columns", data(c2=3.5), 1, "column 2 of X is 3.5 in every row: it tells nothing, leave it out"),
        ("constant_columns", data(c2=3.5, c3=0), 2, "2 columns of X are the same in every row (2, 3): they tell nothing, leave them out"),
        ("input_scales", data(c1=np.linspace(0, 9e4, 300), c3=np.linspace(0, 9, 300)), None, "column 1 of X spreads"),
        ("input_scales", data(c1=50_000 + MANY[:, 1]), None, "column 1 of X lies"),
        ("input_scales", 1000 * MANY, None, "the numbers of X reach"),
    ],
)
def test_rows_that_are_hard_to_learn_from(rule, inputs, figure, sentence):
    (finding,) = found(hm.health(model(Dense(1), loss=SquaredError, n=4), inputs, SLOPE), rule)
    assert finding.sentence.startswith(sentence)
    assert finding.figure == figure or figure is None
    if figure is None:
        assert finding.figure > 10
        assert finding.sentence.endswith("standardise X")


def test_rare_categories_are_no_fault():
    rare = np.zeros(300)
    rare[0] = 1
    assert not found(hm.health(model(Dense(1), loss=SquaredError, n=4), data(c1=rare), SLOPE), "input_scales")


def test_a_target_of_one_value():
    health = hm.health(model(Dense(1)), X, np.ones(300))
    assert found(health, "constant_target")[0].figure == 1
    assert not found(health, "base_rate")
    assert not found(health, "one_class")


# ---- what it predicts ------------------------------------------------------------------------------------------------


def test_one_class_for_every_row():
    sick = model(Dense(1))
    sick.params["0.b"][...] = 10
    wanted = np.arange(300) % 4 == 0
    (finding,) = found(hm.health(sick, X, wanted), "one_class")
    assert (finding.figure, finding.sentence) == (0.25, "every row is predicted as class 1, though 25.0% of the rows are of it")
    three = model(Dense(3), loss=SoftmaxCrossEntropy())
    three.params["0.b"][...] = [0, 0, 50]
    (finding,) = found(hm.health(three, X, np.arange(300) % 3), "one_class")
    assert "class 2" in finding.sentence
    shares = np.eye(3)[np.arange(300) % 3]
    assert found(hm.health(three, X, shares), "one_class") == [finding]


def test_one_class_of_one_output_of_several():
    sick = model(Dense(2))
    sick.params["0.W"][...] = [[-3, 0], [0, 0]]
    sick.params["0.b"][...] = [1, -9]
    (finding,) = found(hm.health(sick, X, np.column_stack([Y, Y])), "one_class")
    assert (finding.place, finding.figure) == ("1", 0.5)
    assert "in output 1" in finding.sentence


@pytest.mark.parametrize(
    ("loss", "targets", "base"),
    [
        (SquaredError, SLOPE, SLOPE.var()),
        (Logistic, np.arange(300) % 4 == 0, -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))),
        (SoftmaxCrossEntropy(), np.arange(300) % 2, np.log(2)),
    ],
    ids=["squared", "logistic", "softmax"],
)
def test_no_better_than_the_base_rate(loss, targets, base):
    useless = model(Dense(2 if isinstance(loss, SoftmaxCrossEntropy) else 1, weights="zeros"), loss=loss, n=4)
    if loss is SquaredError:
        useless.params["0.b"][...] = SLOPE.mean()
    if loss is Logistic:
        useless.params["0.b"][...] = np.log(0.25 / 0.75)
    (finding,) = found(hm.health(useless, MANY, targets), "base_rate")
    assert finding.figure == pytest.approx(base)
    assert finding.sentence == f"the loss, {base:.4g}, is no better than the {base:.4g} of always giving the same answer"


def test_weights_count():
    sick, weights = model(Dense(1, weights="zeros")), np.where(Y == 1, 3.0, 1.0)
    sick.params["0.b"][...] = np.log(3)
    assert found(hm.health(sick, X, Y, weights), "base_rate")[0].figure == pytest.approx(-(0.25 * np.log(0.25) + 0.75 * np.log(0.75)))


# ---- the training ----------------------------------------------------------------------------------------------------


def test_a_training_that_diverged():
    sick = model(Dense(16), ReLU, Dense(1), loss=SquaredError)
    with pytest.raises(DivergenceError) as caught:
        train(sick, 10 * X, Y, optimizer=SGD(1.0), epochs=100, engine="reference")
    (finding,) = found(hm.health(sick, X, Y, history=caught.value.history), "diverged")
    epoch = caught.value.history.epochs + 1
    assert finding.figure == epoch
    assert finding.sentence == f"diverged at epoch {epoch}; try 0.1"


def history(*losses, held_out=None, ending=None, **options):
    columns = {"epoch": range(1, len(losses) + 1), "loss": losses, "rate": [0.5] * len(losses)}
    columns |= {} if held_out is None else {"val_loss": held_out}
    return History(columns, ending=ending or Ending(Reason.ALL_EPOCHS, {"epochs": len(losses)}), **options)


FALLING = [float(np.exp(-epoch / 5)) for epoch in range(50)]
VALLEY = [0.2 + 0.001 * (epoch - 20) ** 2 for epoch in range(50)]


@pytest.mark.parametrize(
    ("rule", "recorded", "figure", "sentence"),
    [
        ("diverged", history(1, 2, 20, 50, 100), 100, "diverged at epoch 3: the loss is 100 times that of the first; try 0.05"),
        ("not_converged", history(*np.linspace(1, 0.5, 50)), 0.1, "not yet converged: 1"),
        ("overfitting", history(*FALLING, held_out=VALLEY), 5, "overfits since epoch 21: the validation loss rose from 0.2 to 1"),
    ],
)
def test_histories(rule, recorded, figure, sentence):
    (finding,) = found(hm.health(model(Dense(1)), X, Y, history=recorded), rule)
    assert finding.sentence.startswith(sentence)
    assert finding.figure == pytest.approx(figure, rel=0.1)


@pytest.mark.parametrize(
    "recorded",
    [
        history(),
        history(1, 0.9),
        history(*FALLING),
        history(*FALLING, held_out=[each + 0.3 for each in FALLING]),
        history(*FALLING, held_out=VALLEY, best_epoch=21),
        history(*np.linspace(1, 0.5, 50), ending=Ending(Reason.EARLY_STOPPING, {"monitor": "val_loss", "patience": 10})),
        history(*np.linspace(1, 0.5, 50), ending=INTERRUPTED),
        history(*[0.5] * 50),
        history(*[0.0] * 20, 1.0),
        history(*[np.nan] * 20),
    ],
)
def test_histories_of_which_nothing_is_said(recorded):
    said = hm.health(model(Dense(1)), X, Y, history=recorded)
    assert not [each for each in said if each.rule in {"diverged", "not_converged", "overfitting"}]


# ---- how it is put together ------------------------------------------------------------------------------------------

CUBE = Activation("cube", lambda z: z * z * z, lambda z, a: 2 * z * z)


def test_a_wrong_slope_is_named_where_it_is_written():
    (finding,) = found(hm.health(model(Dense(8), CUBE, Dense(4), Tanh, Dense(1)), X, Y), "wrong_slope")
    assert finding.place == "1"
    assert finding.figure > 0.01
    assert finding.sentence.startswith("the slope of layer 1 (cube) is wrong: at z = ")
    half = PointwiseLoss("half", lambda s, y: (s - y) ** 2, lambda s, y: s - y)
    (finding,) = found(hm.health(model(Dense(8), Tanh, Dense(1), loss=half), X, Y), "wrong_slope")
    assert finding.place == "loss"


LINKS = {
    "sigmoid": ([Sigmoid], Logistic,
                "sigmoid is applied twice, by layer 1 and by the loss (logistic): no probability can be below 0.5 or above 0.73; leave",
                1 / (1 + np.exp(-1))),
    "softmax": ([Softmax()], SoftmaxCrossEntropy(),
                "softmax is applied twice, by layer 1 and by the loss (softmax_cross_entropy): no probability can be below 0.16 or above",
                np.e / (np.e + 2)),
    "dropout after it": ([Sigmoid, Dropout(0.2)], Logistic, "sigmoid is applied twice, by layer 1 and", None),
    "sigmoids before softmax": ([Sigmoid], SoftmaxCrossEntropy(), "layer 1 (sigmoid) bounds the scores of the loss", None),
    "tanh": ([Tanh], Logistic,
             "layer 1 (tanh) bounds the scores of the loss (logistic): no probability can be below 0.27 or above 0.73", None),
    "relu": ([ReLU], Logistic, "layer 1 (relu) bounds the scores of the loss (logistic): no probability can be below 0.5; leave", 0.5),
    "a mean above 1": ([ReLU], Poisson, "layer 1 (relu) bounds the scores of the loss (poisson): no predicted mean can be below 1;", 1),
    "exp twice": ([Activation("exp", exp)], Poisson, "exp is applied twice, by layer 1 and by the loss (poisson)", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", LINKS)
def test_a_last_layer_that_bounds_the_scores(name):
    layers, loss, sentence, figure = LINKS[name]
    outputs, targets = (3, np.arange(300) % 3) if isinstance(loss, SoftmaxCrossEntropy) else (1, Y)
    (finding,) = found(hm.health(model(Dense(outputs), *layers, loss=loss), X, targets), "bounded_scores")
    assert finding.sentence.startswith(sentence)
    assert finding.place == "1"
    assert figure is None or finding.figure == pytest.approx(figure)


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        ([Dense(1), Sigmoid], SquaredError),
        ([Dense(1), LeakyReLU], Logistic),
        ([Dense(1), Identity], Logistic),
        ([Dense(2), ReLU], SoftmaxCrossEntropy()),
        ([Dense(8), Sigmoid, Dense(1)], Logistic),
        ([Dense(1), BatchNorm()], Logistic),
    ],
    ids=repr,
)
def test_a_last_layer_that_bounds_nothing(layers, loss):
    assert not found(hm.health(model(*layers, loss=loss), X, Y), "bounded_scores")


@pytest.mark.parametrize(
    ("layers", "count"),
    [
        ([Dense(8), Dense(4), Dense(1)], 3),
        ([Dense(8), BatchNorm(), Dropout(0.1), Dense(1)], 2),
        ([Dense(8), Identity, Residual(Dense(8)), Dense(1), Sigmoid], 3),
        ([Dense(8), Activation("double", lambda z: 2 * z), Dense(1)], 2),
        ([Scale(), Dense(8), Repeat(2), BatchEnsemble(2, 2), ParametricActivation(Identity), Dense(1)], 2),
        ([Dense(8), ParametricActivation(ReLU), Dense(1)], 0),
        ([Dense(1)], 0),
        ([Dense(8), Dense(4), Tanh, Dense(1)], 0),
        ([Dense(8), LayerNorm(), Dense(1)], 0),
        ([Dense(8), Residual(Dense(8), ReLU), Dense(1)], 0),
    ],
)
def test_layers_without_an_activation_between_them(layers, count):
    said = found(hm.health(model(*layers, loss=SquaredError), X, Y), "no_activations")
    assert [each.figure for each in said] == [count] * bool(count)
    assert all(f"{count} Dense layers without an activation between them can learn no more than one" in each.sentence for each in said)


# ---- the whole -------------------------------------------------------------------------------------------------------


def test_findings_are_a_sequence_of_sentences():
    sick = model(Dense(8), ReLU, Dense(1))
    sick.params["0.b"][...] = -100
    health = hm.health(sick, np.column_stack([X[:, 0], np.ones(300)]), Y)
    assert isinstance(health, Health)
    assert health
    assert str(health).splitlines() == [each.sentence for each in health]
    assert [each.rule for each in health] == sorted((each.rule for each in health), key=list(RULES).index)
    assert health[:2] == tuple(health)[:2]


def test_every_rule_is_documented_and_tested():
    for name, rule in RULES.items():
        assert rule.__doc__.startswith("Find ")
        assert f'"{name}"' in Path(__file__).read_text(encoding="utf-8")


def test_refuses():
    with pytest.raises(InputError, match=r"^history must be a History"):
        hm.health(model(Dense(1)), X, Y, history={"loss": [1]})
    with pytest.raises(InputError, match=r"^X must have 2 columns"):
        hm.health(model(Dense(1)), MANY, Y)


def test_the_model_is_left_as_it_is():
    looked_at = model(Dense(4), BatchNorm(), ReLU, Dense(1))
    before = looked_at.theta.tobytes(), looked_at.state.vector.tobytes()
    hm.health(looked_at, X, Y)
    assert (looked_at.theta.tobytes(), looked_at.state.vector.tobytes()) == before


# ---- in Chinese ------------------------------------------------------------------------------------------------------


def test_health_speaks_chinese(monkeypatch):
    sick = model(Dense(8, weights="he_normal"), ReLU, Dense(8), ReLU, Dense(1))
    sick.params["2.b"][...] = -100
    (finding,) = found(hm.health(sick, X, Y, lang="zh"), "dead_units")
    assert finding.sentence == "第 3 层的 8 个单元中有 8 个死亡单元：对每一行都输出 0"
    monkeypatch.setenv("HALFMOON_LANG", "zh")
    assert hm.health(sick, X, Y) == hm.health(sick, X, Y, lang="zh")
    with pytest.raises(InputError, match="lang must be one of en, zh"):
        hm.health(sick, X, Y, lang="fr")


@pytest.mark.parametrize(
    ("layers", "rule", "sentence"),
    [
        ([Dense(1), Sigmoid], "bounded_scores",
         "sigmoid 用了两次，一次在第 1 层，一次在损失（logistic）里：概率不可能低于 0.5，或高于 0.73；请去掉第 1 层"),
        ([Dense(1), ReLU], "bounded_scores", "第 1 层（relu）限制了损失（logistic）里的得分：概率不可能低于 0.5；请去掉第 1 层"),
        ([Dense(8), Dense(1)], "no_activations",
         "2 个 Dense 层之间没有激活函数，合起来学到的不比一个层多：请在除最后一层以外的每层之后放一个激活函数，如 ReLU()"),
        ([Dense(8), CUBE, Dense(1)], "wrong_slope", "第 1 层（cube）的导数有误：在 z = "),
    ],
)  # fmt: skip
def test_how_it_is_put_together_is_said_in_chinese(layers, rule, sentence):
    (finding,) = found(hm.health(model(*layers), X, Y, lang="zh"), rule)
    assert finding.sentence.startswith(sentence)

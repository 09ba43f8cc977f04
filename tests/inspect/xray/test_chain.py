"""Every gradient is the sum of its products, and every chain ends at the loss."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.layers.activations import ReLU
from halfmoon.layers.contract import Layer, Pass
from halfmoon.layers.dense import Dense
from halfmoon.losses.penalty import Penalty
from halfmoon.network.network import Network
from inspect_networks import NETWORKS, xray

WEIGHTS = [1, 2, 0, 1, 0.5, 1, 3]


@pytest.mark.parametrize("training", [False, True], ids=["inference", "training"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_gradient_is_the_sum_of_its_products(name, training):
    options = {"penalty": Penalty(0.01, 0.1), "sample_weight": WEIGHTS, "pass_": Pass(training=training, seed=4)}
    chains = xray(name, dtype="float64", **options).chains
    for array, gradient in chains.arrays.items():
        for place in np.ndindex(gradient.shape):
            link = chains.link((array, place))
            assert link.value == gradient[place]
            assert link.total == pytest.approx(float(link.value), rel=1e-8, abs=1e-9 * np.abs(gradient).max()), link


@pytest.mark.parametrize("name", NETWORKS)
def test_factors_are_the_traces_to_the_last_bit(name):
    looked_at = xray(name, pass_=Pass(training=True, seed=4))
    model, trace = NETWORKS[name].init(4, seed=1), looked_at.trace
    numbers = {label: trace[label] for label in trace.names()} | dict(model.params)
    followed = 0
    for array, gradient in looked_at.chains.arrays.items():
        for term in looked_at.chains.link((array, (0,) * gradient.ndim)).terms:
            for factor in term.factors:
                label, _, place = factor.label.rstrip("]").partition("[")
                if label in numbers:
                    assert factor.value == numbers[label][tuple(map(int, place.split(",")))]
                    assert factor.value.dtype == np.float32
                    followed += 1
                if factor.node:
                    assert looked_at.chains.arrays[factor.node[0]][factor.node[1]] == factor.value
    assert followed or name == "nothing"


@pytest.mark.parametrize("name", NETWORKS)
def test_chains_lead_back_to_the_loss(name):
    looked_at = xray(name)
    for array, gradient in looked_at.chains.arrays.items():
        links = looked_at.chains.chain((array, (0,) * gradient.ndim)).links
        assert "∂lossₙ/∂scores" in links[-1].rule
        assert links[-1].terms[0].factors[1].label == "∂loss/∂score of the row"


def test_a_chain_by_hand():
    model = Network([Dense(2, bias=False), ReLU, Dense(1, bias=False)]).init(1, dtype="float64")
    model.params["0.W"][...] = [[2.0, -1.0]]
    model.params["2.W"][...] = [[3.0], [5.0]]
    looked_at = hm.xray(model, [[1.5]], [10.0])  # hidden 3 and 0, score 9, error -1
    chain = looked_at.entry("W[0,0] of layer 0")
    assert [link.name for link in chain.links] == ["0.dW", "1.dx", "2.dx", "2.dy"]
    assert [[factor.value for factor in link.terms[0].factors] for link in chain.links] == [[1.5, -6], [1, -6], [3, -2], [1, -2]]
    assert chain.links[0].value == -9
    assert str(chain).splitlines()[:2] == [
        "0.dW[0,0] = -9      dW[i,j] = Σₙ x[n,i] · dy[n,j]",
        "  -9 = 0.x[0,0] (1.5) · 0.dy[0,0] (-6)",
    ]
    dead = looked_at.entry("0.W[0,1]")
    assert [float(link.value) for link in dead.links] == [0, 0, -10, -2]


def test_all_digits_read_back():
    looked_at = xray("exercise")
    text = looked_at.entry("W[1,2] of layer 2").text(all_digits=True)
    assert np.float32(text.split()[2]).tobytes() == looked_at.trace["2.dW"][1, 2].tobytes()


@pytest.mark.parametrize(
    ("name", "gradient", "place"),
    [
        ("W[2,5] of layer 0", "0.dW", (2, 5)),
        ("0.W[2,5]", "0.dW", (2, 5)),
        ("0.dW[2, 5]", "0.dW", (2, 5)),
        ("dW [2,5] of layer 0", "0.dW", (2, 5)),
        ("b[-1] of layer 0", "0.db", (7,)),
        ("y[0,3] of layer 1", "1.dy", (0, 3)),
        ("X[6,3]", "dX", (6, 3)),
        ("scores[1,0]", "5.dy", (1, 0)),
    ],
)
def test_entries_by_name(name, gradient, place):
    looked_at = xray("exercise")
    first = looked_at.entry(name).links[0]
    assert (first.name, first.place) == (gradient, place)


def test_entries_of_branches_by_name():
    assert xray("residual").entry("1.2.0.W[0,1]").links[0].name == "1.2.0.dW"
    link = xray("residual").entry("x[0,1] of layer 1.keep").links[0]
    assert {term.factors[0].label for term in link.terms} <= {"through the branch", "around the branch"}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("W of layer 0", "entry must be named as"),
        ("", "entry must be named as"),
        (3, "entry must be text"),
        ("V[0,0] of layer 0", "entry must be one of .*0.W"),
        ("W[0,0] of layer 9", "entry must be one of"),
        ("W[0] of layer 0", r"entry must have 2 whole numbers in its brackets, as 0.W is of shape \(4, 8\)"),
        ("W[0,a] of layer 0", "entry must have 2 whole numbers"),
        ("W[0,8] of layer 0", r"entry must lie within 0.W, which is of shape \(4, 8\) and counted from 0, got "),
        ("W[-5,0] of layer 0", "entry must lie within"),
    ],
)
def test_refuses(name, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        xray("exercise").entry(name)


def test_the_penalty_is_a_term_of_its_own():
    plain, penalised = xray("linear").entry("0.W[1,0]").links[0], xray("linear", penalty=Penalty(l2=0.5)).entry("0.W[1,0]").links[0]
    (term,) = [term for term in penalised.terms if "penalty" in term.factors[0].label]
    assert term.product == pytest.approx(0.5 * NETWORKS["linear"].init(4, seed=1).params["0.W"][1, 0])
    assert float(penalised.value) == pytest.approx(float(plain.value) + term.product, rel=1e-5)


class Centre(Layer):
    """A layer of one's own that knows one row at a time."""

    def row_wise(self, pass_):
        return True

    def forward(self, p, x, pass_):
        return x - x.mean(axis=1, keepdims=True)

    def backward(self, p, x, y, dy, pass_):
        return dy - dy.mean(axis=1, keepdims=True), {}


class Double(Layer):
    """A layer of one's own that knows one entry at a time."""

    def element_wise(self, pass_):
        return True

    def forward(self, p, x, pass_):
        return 2 * x

    def backward(self, p, x, y, dy, pass_):
        return 2 * dy, {}


@pytest.mark.parametrize(("layer", "factors"), [(Centre(), 4), (Double(), 1)], ids=["row-wise", "element-wise"])
def test_the_factors_of_a_layer_of_ones_own_are_those_that_it_depends_on(layer, factors):
    X = np.random.RandomState(0).standard_normal((6, 3))
    looked_at = hm.xray(Network([Dense(4), layer, Dense(1)]).init(3, seed=1, dtype="float64"), X, np.ones(6))
    link = looked_at.entry("x[5,2] of layer 1").links[0]
    assert len(link.terms) + link.others == factors
    assert link.total == pytest.approx(float(looked_at.trace["1.dx"][5, 2]))
    assert {term.node for term in link.terms} <= {("2.dx", (5, column)) for column in range(4)}
    assert all(term.factors[0].label.startswith("∂y") for term in link.terms)

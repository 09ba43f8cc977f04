"""Networks: the flat program, where parameters lie, descriptions, and what is refused."""

from __future__ import annotations

import copy
import json
import pickle
from math import prod

import numpy as np
import pytest

from halfmoon.base import record as records
from halfmoon.base.errors import InputError
from halfmoon.layers.activations import ACTIVATIONS, Activation, LeakyReLU, ReLU, Tanh
from halfmoon.layers.contract import Param
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.initializers import Constant, Zeros
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.residual import Residual
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.pointwise import Huber, Logistic, Quantile, SquaredError
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.network import Network
from halfmoon.network.program import Layout

MIXED = Network(
    [Dense(6), BatchNorm(), LeakyReLU(alpha=0.2), Dropout(0.1), Residual(LayerNorm(), Dense(4), Tanh, Dense(6)), Dense(3)],
    SoftmaxCrossEntropy(label_smoothing=0.1),
)


@pytest.mark.smoke
def test_the_program_is_flat():
    program = MIXED.program(2)
    assert [(step.path, step.kind) for step in program.steps] == [
        ("0", "layer"),
        ("1", "layer"),
        ("2", "layer"),
        ("3", "layer"),
        ("4", "keep"),
        ("4.0", "layer"),
        ("4.1", "layer"),
        ("4.2", "layer"),
        ("4.3", "layer"),
        ("4", "add"),
        ("5", "layer"),
    ]
    assert program.n_outputs == 3
    for one, following in zip(program.steps, program.steps[1:], strict=False):
        assert one.n_out == following.n_in
    assert [name for name, _ in program.state.entries] == ["1.mean", "1.variance"]


def test_decayed_parameters_lie_first_and_fill_the_vector():
    layout = MIXED.program(2).parameters
    places = np.full(layout.size, -1)
    for number, ((_, param), start) in enumerate(zip(layout.entries, layout.starts, strict=True)):
        stop = start + prod(param.shape)
        assert (places[start:stop] == -1).all()
        places[start:stop] = number
        assert (stop <= layout.decayed) is param.decayed
    assert (places >= 0).all()
    assert {name for name, param in layout.entries if param.decayed} == {"0.W", "4.1.W", "4.3.W", "5.W"}
    assert layout.decayed == 2 * 6 + 6 * 4 + 4 * 6 + 6 * 3
    assert [name for name, _ in layout.entries][:3] == ["0.W", "1.scale", "1.shift"]  # entries keep the layers' order


def test_a_layout_of_nothing():
    layout = Layout.of([])
    assert (layout.size, layout.decayed, layout.starts, layout.entries) == (0, 0, (), ())
    only = Layout.of([("a", Param((3,), Zeros())), ("b", Param((2, 2), Zeros(), decayed=True))])
    assert (only.starts, only.decayed, only.size) == ((4, 0), 4, 7)


def test_the_summary_has_the_shapes_of_every_step():
    lines = MIXED.init(2).summary().splitlines()
    assert lines[0].split() == ["place", "layer", "x", "->", "y", "arrays", "parameters"]
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines[1:-4]]
    assert cells[0] == ["0", "Dense(6, bias=False)", "(n, 2) -> (n, 6)", "W (2, 6)", "12"]
    assert cells[1] == ["1", "BatchNorm()", "(n, 6) -> (n, 6)", "scale (6,), shift (6,), mean (6,), variance (6,)", "12"]
    assert cells[4] == ["4", "keep", "(n, 6) -> (n, 6)"]
    assert cells[6] == ["4.1", "Dense(4)", "(n, 6) -> (n, 4)", "W (6, 4), b (4,)", "28"]
    assert lines[-4:] == [f"loss: {MIXED.loss!r}", "115 parameters", "12 running statistics", "float32"]
    assert Network([]).init(3, dtype="float64").summary().splitlines()[-2:] == ["0 parameters", "float64"]


def test_the_description_counts_and_names():
    lines = MIXED.describe(2).splitlines()
    assert lines[0].split() == ["place", "layer", "in", "->", "out", "parameters"]
    counts = {"0": 12, "1": 12, "4.0": 12, "4.1": 28, "4.3": 30, "5": 21}
    for line, step in zip(lines[1:-2], MIXED.program(2).steps, strict=True):
        words = line.split()
        assert words[0] == step.path
        assert f"{step.n_in} -> {step.n_out}" in line
        if step.kind == "layer":
            assert int(words[-1]) == counts.get(step.path, 0)
        else:
            assert step.kind in words
    assert "Dense(6, bias=False)" in lines[1]
    assert "alpha=0.2" in lines[3]
    assert "Dropout(rate=0.1)" in lines[4]
    assert lines[-2] == "loss: SoftmaxCrossEntropy(label_smoothing=0.1)"
    assert lines[-1] == f"{sum(counts.values())} parameters"
    assert lines[-1] == f"{MIXED.init(2).theta.size} parameters"
    assert all(line == line.rstrip() or line.split()[1] in {"keep", "add"} for line in lines)


def test_a_description_shows_thousands_apart():
    assert Network([Dense(1000)]).describe(999).endswith("\n1,000,000 parameters")


def test_a_description_is_of_this_network():
    def cube(z):
        return z * z * z

    first, second = (Network([Activation(name, cube)]) for name in ("one", "two"))
    assert "one" in first.describe(2)
    assert "two" in second.describe(2)  # equal by value, not by name


def test_an_empty_list_of_layers():
    network = Network([], SquaredError)
    assert network.program(3).n_outputs == 3
    assert network.describe(3).splitlines() == ["place  layer  in -> out  parameters", f"loss: {SquaredError!r}", "0 parameters"]


def test_a_network_is_a_value():
    for network in (MIXED, Network([]), Network([Dense(2, weights=Constant(np.ones((2, 2))))], Huber(delta=(1, 2)))):
        for same in (
            pickle.loads(pickle.dumps(network)),
            copy.deepcopy(network),
            records.decode(json.loads(json.dumps(records.encode(network)))),
            Network(list(network.layers), network.loss),
        ):
            assert same == network
            assert hash(same) == hash(network)
            assert same.describe(2) == network.describe(2)
    assert Network([Dense(2)]) != Network([Dense(3)])
    assert Network([Dense(2)]) != Network([Dense(2)], Logistic)


def test_the_layers_list_is_copied():
    layers = [Dense(2)]
    network = Network(layers)
    layers.append(Dense(3))
    assert network.layers == (Dense(2),)
    assert Network(layer for layer in layers).layers == (Dense(2), Dense(3))


@pytest.mark.parametrize("layers", [None, 3, "relu", Dense(2), ReLU, ["relu"], [Dense], [Dense(2), None], [[Dense(2)]], [SquaredError]])
def test_wrong_layers_are_refused(layers):
    with pytest.raises(InputError, match=r"^layers must be a list of layers") as caught:
        Network(layers)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("loss", [None, "squared_error", SoftmaxCrossEntropy, lambda s, y: s, ReLU])
def test_wrong_losses_are_refused(loss):
    with pytest.raises(InputError, match=r"^loss must be a loss"):
        Network([Dense(2)], loss)


@pytest.mark.parametrize("n_inputs", [0, -1, 2.0, "2", None, True])
def test_wrong_numbers_of_inputs_are_refused(n_inputs):
    for use in (MIXED.program, MIXED.init, MIXED.describe):
        with pytest.raises(InputError, match=r"^n_inputs must be a whole number of at least 1"):
            use(n_inputs)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "1", None, True])
def test_wrong_seeds_are_refused(seed):
    with pytest.raises(InputError, match=r"^seed must be"):
        MIXED.init(2, seed=seed)


@pytest.mark.parametrize("dtype", ["float16", "int64", "double precision", None, complex, 32])
def test_wrong_dtypes_are_refused(dtype):
    with pytest.raises(InputError, match=r"^dtype must be 'float32' or 'float64'"):
        MIXED.init(2, dtype=dtype)


def test_losses_see_the_outputs_before_any_number_is_drawn():
    with pytest.raises(InputError, match="at least 2 outputs"):
        Network([Dense(1)], SoftmaxCrossEntropy()).program(4)
    with pytest.raises(InputError, match="level must have one number for each of the 2 outputs"):
        Network([Dense(2)], Quantile(level=(0.1, 0.5, 0.9))).program(4)


def test_every_activation_and_layer_describes_itself_in_one_line():
    for part in (*ACTIVATIONS.values(), Dense(2), Dropout(), BatchNorm(), LayerNorm(), Softmax(), Residual(Dense(3))):
        text = Network([part]).describe(3)
        assert len(text.splitlines()) == 1 + len(Network([part]).program(3).steps) + 2
        assert max(map(len, text.splitlines())) < 120

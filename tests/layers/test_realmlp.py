"""RealMLP, layer by layer: outputs, gradients and updates are those of pytabkit 1.8.0, which ``tools/realmlp_reference.py`` wrote."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.gradcheck.report import check_gradients

REFERENCE = np.load(Path(__file__).with_name("realmlp.npz"))
CASES = {
    "classes": (3, hm.SELU, 0.04, hm.SoftmaxCrossEntropy(label_smoothing=0.1)),
    "regression": (1, hm.Mish, 0.2, hm.SquaredError),
}
WIDTHS, INPUTS, FREQUENCIES = (8, 6), 4, 5
EMBEDDING = {"plr_weight_1": "0.frequency", "plr_bias_1": "0.phase", "plr_weight_2": "0.W", "plr_bias_2": "0.b"}
KINDS = {"scale": "scale", "weight": "W", "bias": "b"}
PLACES = {0: 1, 1: 2, 2: 2, 3: 3, 5: 4, 6: 4, 7: 5, 9: 6, 10: 6}
"""From pytabkit's layers to ours: a dense layer is its weight and its bias there."""
SHARES = {3, 7}


def ours(name):
    """Return the name of a parameter here."""
    if name in EMBEDDING:
        return EMBEDDING[name]
    place, kind = re.fullmatch(r"mlp\.(\d+)\.(\w+)", name).groups()
    return f"{PLACES[int(place)]}.{'a' if int(place) in SHARES else KINDS[kind]}"


def theirs(case, what):
    """Return arrays by our names of the parameters; weights V of theirs are √n_in W, in "NTK" scaling."""
    start = f"{case} {what} "
    found = {ours(name.removeprefix(start)): REFERENCE[name] for name in REFERENCE.files if name.startswith(start)}
    for name in ("2.W", "4.W", "6.W"):
        root = np.sqrt(len(found[name]))
        found[name] = found[name] * root if what == "gradient" else found[name] / root
    return found


def network(case):
    outputs, activation, _, loss = CASES[case]
    layers = [hm.PeriodicEmbedding(frequencies=FREQUENCIES, rate_factor=0.1, decay_factor=0.1), hm.Scale(rate_factor=6.0, decay_factor=6.0)]
    n_in = 4 * INPUTS
    for units in (*WIDTHS, outputs):
        layers.append(hm.Dense(units, rate_factor=n_in**-0.5, decay_factor=n_in**0.5, bias_rate_factor=0.1 * n_in**0.5))
        layers.append(hm.ParametricActivation(activation, rate_factor=0.1, decay_factor=0.1))
        n_in = units
    return hm.Network(layers[:-1], loss)


def model(case, dtype="float64"):
    """Return our network with their numbers, and the batch."""
    made = network(case).init(INPUTS, dtype=dtype)
    for name, array in theirs(case, "start").items():
        made.params[name][...] = array.reshape(made.params[name].shape)
    return made, REFERENCE[f"{case} x"], REFERENCE[f"{case} y"]


@pytest.mark.parametrize("case", CASES)
def test_every_layer_gives_what_theirs_gives(case):
    ours, x, _ = model(case)
    trace = ours.forward(x)
    np.testing.assert_allclose(trace["0.y"], REFERENCE[f"{case} embedded"], rtol=1e-9, atol=1e-11)
    for place, own in PLACES.items():
        if place + 1 not in PLACES or PLACES[place + 1] != own:
            np.testing.assert_allclose(trace[f"{own}.y"], REFERENCE[f"{case} out {place}"], rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(trace.scores, REFERENCE[f"{case} scores"], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_loss_and_gradients(case):
    ours, x, y = model(case)
    loss, gradients = ours.gradients(x, y)
    assert loss == pytest.approx(REFERENCE[f"{case} losses"][0], rel=1e-10)
    expected = theirs(case, "gradient")
    assert set(expected) == set(gradients)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, expected[name].reshape(gradient.shape), rtol=1e-9, atol=1e-11)
    assert check_gradients(ours, x, y).ok


ENGINES = [("reference", "float64", 1e-8), ("fused", "float64", 1e-8), ("fused", "float32", 1e-4)]


@pytest.mark.parametrize(("engine", "dtype", "tolerance"), ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_updates_with_schedules_and_the_factors_of_each_array(case, engine, dtype, tolerance):
    ours, x, y = model(case, dtype)
    losses = REFERENCE[f"{case} losses"]
    optimizer = hm.Adam(
        CASES[case][2], beta2=0.95, epsilon=1e-20, schedule=hm.CosineLog(), weight_decay=0.02, decay_schedule=hm.FlatCosine()
    )
    history = hm.train(ours, x, y, optimizer=optimizer, epochs=len(losses), batch_size=None, shuffle=False, engine=engine)
    np.testing.assert_allclose(history["loss"], losses, rtol=tolerance)
    moved = theirs(case, "start")
    for name, array in theirs(case, "end").items():
        end = ours.params[name]
        np.testing.assert_allclose(end, array.reshape(end.shape), rtol=tolerance, atol=tolerance)
        assert np.abs(end - moved[name].reshape(end.shape)).max() > 1e-3, "all arrays are trained"

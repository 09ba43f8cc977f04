"""A network as plain operations computes the model's scores, and a new layer needs no more than a row."""

from __future__ import annotations

import numpy as np
import pytest

import halfmoon as hm
from exports.networks import NESTS, layer_classes, random_model
from halfmoon.base.errors import InputError
from halfmoon.layers.contract import Layer
from halfmoon.network.inference import LAYERS, OPERATIONS, Affine, Graph, append, reads
from halfmoon.network.network import Network
from operations import MEANING, evaluate


def graph_of(model):
    graph = Graph(model.dtype, [model.n_inputs])
    return graph, append(graph, model)


def test_every_layer_has_a_row():
    assert layer_classes() <= set(LAYERS)


def test_every_operation_has_a_meaning():
    assert set(MEANING) == set(OPERATIONS)


def test_every_operation_reads_values_before_it():
    graph, scores = graph_of(random_model(Network(NESTS["a branch in a branch"]), 5, "float64"))
    assert [type(each).__name__ for each in graph.operations] == [
        "Affine", "Affine", "Map", "NormaliseRows", "Affine", "Map", "Map", "Map", "Affine",
    ]  # fmt: skip
    assert [reads(each) for each in graph.operations] == [(0,), (1,), (2,), (3,), (4,), (5, 3), (6,), (7, 1), (8,)]
    assert scores == 9
    assert graph.widths == [5, *[6] * 8, 2]


def test_arrays_are_the_models():
    model = random_model(Network([hm.Dense(3), hm.Dense(1, bias=False)]), 4, "float64")
    first, second = graph_of(model)[0].operations
    assert np.shares_memory(first.W, model.theta)
    assert second.b is None


def test_what_changes_nothing_is_left_out():
    graph, scores = graph_of(random_model(Network([hm.Identity, hm.Dropout(0.5)]), 4, "float32"))
    assert (graph.operations, scores) == ([], 0)


def test_a_layer_without_a_row_is_refused_by_name():
    class Double(Layer):
        def forward(self, p, x, pass_):
            return 2 * x

        def backward(self, p, x, y, dy, pass_):
            return 2 * dy, {}

    with pytest.raises(InputError, match=r"the layer at 1\.0 must be one that can be exported, got Double"):
        graph_of(Network([hm.Dense(2), hm.Residual(Double())]).init(2))


@pytest.mark.parametrize("shared", [True, False])
def test_an_affine_map_of_blocks_takes_each_block_by_itself(shared):
    random = np.random.RandomState(0)
    W, b, x = random.normal(size=(1 if shared else 3, 2, 4)), random.normal(size=12), random.normal(size=(5, 6))
    found = evaluate([Affine(0, W[0] if shared else W, b, 3)], x)[-1]
    alone = [x[:, 2 * k : 2 * k + 2] @ W[0 if shared else k] for k in range(3)]
    np.testing.assert_allclose(found, np.hstack(alone) + b, atol=1e-12)

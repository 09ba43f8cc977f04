"""What stands around the networks of a predictor: their links, means of several, the titles and the labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import absolute, exp, log1p, minimum
from halfmoon.losses.links import LOGISTIC, EnsembleLink, PointwiseLink, SoftmaxLink
from halfmoon.network.inference import Affine, Graph, Join, Select, Softmax
from halfmoon.network.model import Model

MOST_ADDED = 8
"""Networks whose probabilities one expression adds."""

LABEL_KINDS = {"i": "int64", "u": "uint64", "f": "float64", "b": "bool"}
"""The dtype that labels of each kind of NumPy's are exported as."""

LOG_SIGMOID = trace(lambda z: minimum(z, 0) - log1p(exp(-absolute(z))), ["z"])
"""log(1 / (1 + exp -z)), exact at any z."""

FACED = np.array([[-1.0, 1.0]])
"""From one score to those of two classes."""


def title_of(what: str, model: Model) -> str:
    """Return a line such as ``MLPClassifier, 4-8-3``: the inputs and the widths of the layers that change them."""
    widths = [model.n_inputs]
    for step in model.program.steps:
        if step.n_out != widths[-1]:
            widths.append(step.n_out)
    return f"{what}, {'-'.join(map(str, widths))}"


def graph_of(models: Sequence[Model]) -> Graph:
    """Return a graph without operations for some networks, all of whose numbers are finite."""
    for model in models:
        for name, array in (*model.params.items(), *model.state.items()):
            checks.numeric(f"the model's {name}", array)
    return Graph(models[0].dtype, [models[0].n_inputs])


def link_of(model: Model) -> tuple[PointwiseLink | SoftmaxLink, int]:
    """Return the link of a network, or of each member where it is an ensemble in itself, and how many members there are."""
    link: Any = model.network.loss.link
    link, members = (link.of, link.members) if isinstance(link, EnsembleLink) else (link, 1)
    if type(link) not in {PointwiseLink, SoftmaxLink}:
        raise InputError(f"the link of the loss {model.network.loss!r} must be one of the library's kinds, got {type(link).__name__}")
    return link, members


def blocks_of(graph: Graph, value: int, count: int) -> list[int]:
    """Append the blocks of neighbouring columns of a value, as many as asked for; one is the value itself."""
    if count == 1:
        return [value]
    columns = np.arange(graph.widths[value]).reshape(count, -1).tolist()
    return [graph.add(Select(value, tuple(each))) for each in columns]


def side_by_side(graph: Graph, values: Sequence[int]) -> int:
    """Append the columns of some values side by side."""
    return values[0] if len(values) == 1 else graph.add(Join(tuple(values)))


def mean_of(graph: Graph, values: Sequence[int]) -> int:
    """Append the mean of some values; a few are added at a time."""
    if len(values) == 1:
        return values[0]
    total = values[0]
    for start in range(1, len(values), MOST_ADDED):
        total = graph.map(lambda *added: sum(added[1:], start=added[0]), total, *values[start : start + MOST_ADDED])
    return graph.map(lambda z, count: z / count, total, constants=(len(values),))


def mean_of_columns(graph: Graph, value: int, places: Sequence[int]) -> int:
    """Append the mean of some columns of a value."""
    return mean_of(graph, [graph.add(Select(value, (place,))) for place in places])


def _of_two(graph: Graph, link: PointwiseLink, scores: int) -> int:
    """Append the probabilities of two classes: 1 - 1 / (1 + exp -s) = 1 / (1 + exp s), which keeps its digits near 0."""
    if link.classifies:
        return graph.map(link.inverse, graph.add(Affine(scores, FACED.astype(graph.dtype))))
    second = graph.map(link.inverse, scores)
    return graph.add(Join((graph.map(lambda z: 1 - z, second), second)))


def decisive_of(graph: Graph, link: PointwiseLink | SoftmaxLink, each: Sequence[int], probabilities: int) -> int:
    """Return the value by whose largest number one network decides on a class: of one score, the second where its mean is above 0.5.

    Of an ensemble in one network ``each`` has the scores of every member.
    """
    if len(each) == 1 and graph.widths[each[0]] > 1:
        return each[0]
    if link == LOGISTIC or isinstance(link, SoftmaxLink):
        return probabilities
    mean = mean_of(graph, [graph.map(link.inverse, one) for one in each])  # of another link inverse(-s) need not be 1 - inverse(s)
    return graph.add(Join((graph.map(lambda p: 1 - p, mean), mean)))


def class_probabilities(graph: Graph, link: PointwiseLink | SoftmaxLink, scores: int, *, exclusive: bool) -> int:
    """Append the probabilities that one network's scores are for, as ``estimators/class_scores.py`` has them."""
    if isinstance(link, SoftmaxLink):
        return graph.add(Softmax(scores))
    if graph.widths[scores] == 1:
        return _of_two(graph, link, scores)
    if exclusive:  # p_j / Σ p, of p = 1 / (1 + exp -s), is the softmax of log p
        return graph.add(Softmax(graph.map(LOG_SIGMOID, scores)))
    return graph.map(link.inverse, scores)


def labels_of(labels: Array) -> Array:
    """Return labels as int64, uint64, float64, bool or str."""
    kind = labels.dtype.kind
    if kind == "U" or (kind == "O" and all(isinstance(label, str) for label in labels)):
        return labels.astype(str)
    if kind not in LABEL_KINDS:
        raise InputError(f"the classes must be numbers, truth values or text to be exported, got {labels!r:.80}")
    return labels.astype(LABEL_KINDS[kind])

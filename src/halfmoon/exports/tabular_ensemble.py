"""From a TabularClassifier or a TabularRegressor to a :class:`Predictor`: how it reads a table, its networks, weights and calibration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from halfmoon.base.errors import InputError
from halfmoon.data.targets import Classes, Quantity
from halfmoon.estimators.targets import middle_places
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn, Table, TableColumn, column_of
from halfmoon.exports.combination import (
    blocks_of,
    class_probabilities,
    graph_of,
    labels_of,
    link_of,
    mean_of,
    mean_of_columns,
    side_by_side,
)
from halfmoon.exports.predictor import Numbers, OneOf, Predictor
from halfmoon.expressions.vocabulary import log, maximum, minimum
from halfmoon.losses.links import PointwiseLink
from halfmoon.network.inference import Graph, Select, Softmax, SortRows, append
from halfmoon.network.model import Model
from halfmoon.tabular.encoding.columns import CategoryEncoding, DateEncoding, Encoding, NumberEncoding
from halfmoon.tabular.encoding.encoder import Encoder
from halfmoon.tabular.encoding.scaling import BOUND, RobustScale
from halfmoon.tabular.ensembles.ensemble import Part
from halfmoon.tabular.ensembles.task import SMALLEST, ClassTask, NumberTask

TARGET = "target"
"""What is predicted, whose name such an estimator does not know."""

LARGEST = float(np.finfo(np.float64).max)


def of_tabular(estimator: Any, target: Classes | Quantity | None = None) -> Predictor:
    """Return a fitted estimator for tables as plain data.

    Parameters
    ----------
    estimator : TabularClassifier or TabularRegressor
        Fitted.
    target : Classes or Quantity, optional
        What the class numbers, or the numbers, that it predicts stand for in a table of which they are a column.

    Raises
    ------
    InputError
        When it had nothing to learn from, or a network of it cannot be exported.
    """
    ensemble, encoder = estimator.ensemble_, estimator.encoder_
    if not ensemble.parts:
        raise InputError(f"model must have networks to be exported, the {type(estimator).__name__} had nothing to learn from")
    if len({model.dtype for model in ensemble.models}) > 1:
        raise InputError("the networks of model must all be float32 or all float64 to be exported")
    dtype = ensemble.models[0].dtype
    table = Table(tuple(COLUMNS[type(each)](each, dtype) for each in encoder.encodings), TARGET if target is None else target.name)
    graph = graph_of(ensemble.models)
    graph.widths[0] = table.width
    order = _order(encoder)
    inputs = 0 if order == tuple(range(table.width)) else graph.add(Select(0, order))
    scores: list[int] = []
    parts = [_part(graph, part, ensemble.task, inputs, scores) for part in ensemble.parts]
    found = _sharpened(graph, _weighted_mean(graph, parts, [part.share for part in ensemble.parts]), ensemble.temperature)
    title = f"{type(estimator).__name__}, {len(ensemble.models)} networks"
    every = side_by_side(graph, scores)
    if isinstance(ensemble.task, ClassTask):
        prediction = OneOf(found, np.array(target.labels) if isinstance(target, Classes) else labels_of(estimator.classes_))
        return Predictor(title, table, dtype, tuple(graph.operations), every, prediction, found)
    quantiles = ensemble.task.quantiles
    asked = mean_of_columns(graph, found, middle_places(quantiles)) if len(quantiles) > 1 else found
    scale, mean = (target.scale, target.mean) if isinstance(target, Quantity) else (1.0, 0.0)
    numbers = Numbers(asked, flat=True, scale=estimator.target_scale_ * scale, mean=estimator.target_mean_ * scale + mean)
    return Predictor(title, table, dtype, tuple(graph.operations), every, numbers, quantiles=found if quantiles else None)


# ---- networks ---------------------------------------------------------------------------------------------------------------


def _part(graph: Graph, part: Part, task: Any, inputs: int, scores: list[int]) -> int:
    """Append what the members of a candidate predict; their raw scores are kept."""
    found = []
    for model in part.models:
        scores.append(append(graph, model, inputs))
        means = _means(graph, model, scores[-1])
        found.append(_probabilities(graph, means) if isinstance(task, ClassTask) else _numbers(graph, means, task))
    return _sharpened(graph, mean_of(graph, found), part.temperature)


def _means(graph: Graph, model: Model, scores: int) -> int:
    """Append what a network's link makes of its scores, of members side by side their mean."""
    link, members = link_of(model)
    blocks = blocks_of(graph, scores, members)
    if isinstance(link, PointwiseLink):
        return mean_of(graph, [graph.map(link.inverse, each) for each in blocks])
    return mean_of(graph, [class_probabilities(graph, link, each, exclusive=True) for each in blocks])


def _probabilities(graph: Graph, means: int) -> int:
    """Append p / Σ p, of p no smaller than SMALLEST."""
    return graph.add(Softmax(graph.map(lambda p, least: log(maximum(p, least)), means, constants=(SMALLEST,))))


def _numbers(graph: Graph, means: int, task: NumberTask) -> int:
    within = graph.map(lambda z, low, high: minimum(maximum(z, low), high), means, constants=(task.low, task.high))
    return graph.add(SortRows(within)) if graph.widths[within] > 1 else within


def _sharpened(graph: Graph, p: int, temperature: float) -> int:
    """Append p^(1 / T) / Σ p^(1 / T), which is the softmax of log p / T."""
    return p if temperature == 1.0 else graph.add(Softmax(graph.map(lambda p, by: log(p) / by, p, constants=(temperature,))))


def _weighted_mean(graph: Graph, values: list[int], shares: list[float]) -> int:
    if len(values) == 1:
        return values[0]
    total = graph.map(lambda z, share: z * share, values[0], constants=(shares[0],))
    for value, share in zip(values[1:], shares[1:], strict=True):
        total = graph.map(lambda total, z, share: total + z * share, total, value, constants=(share,))
    return total


# ---- columns ----------------------------------------------------------------------------------------------------------------


def _order(encoder: Encoder) -> tuple[int, ...]:
    """Return where each input of the networks stands among the features, where each column's are together: its numbers, its others."""
    numbers: list[int] = []
    others: list[int] = []
    start = 0
    for each in encoder.encodings:
        middle, end = start + each.widths[0], start + sum(each.widths)
        numbers += range(start, middle)
        others += range(middle, end)
        start = end
    return (*numbers, *others)


def _scaled(scale: RobustScale) -> dict[str, Any]:
    """Return what a column's numbers are scaled by; those of a constant all come to 0."""
    inverse = 1 / scale.factor if scale.factor else LARGEST
    return {"fill": scale.median, "mean": scale.median, "scale": min(inverse, LARGEST), "bound": BOUND}


def _number(each: NumberEncoding, _dtype: Any) -> NumberColumn:
    column: NumberColumn = column_of(each.column)
    if each.two_valued:  # -1 and 1
        return replace(column, fill=0.5, mean=0.5, scale=0.5, gaps=each.gaps)
    return replace(column, **_scaled(each.scale), gaps=each.gaps)


def _date(each: DateEncoding, _dtype: Any) -> DateColumn:
    column: DateColumn = column_of(each.column)
    return replace(column, **_scaled(each.scale), gaps=each.gaps)


def _category(each: CategoryEncoding, dtype: np.dtype[Any]) -> CategoryColumn:
    """Return a category whose rare levels share a one; of two levels alone one column, -1 and 1, and 0 for another."""
    levels = each.column.levels
    places = sorted(range(len(levels)), key=lambda number: levels[number] is None)  # the missing one is last
    column: CategoryColumn = column_of(each.column)
    if each.is_pair:
        codes = [each.own.index(place) if place in each.own else None for place in places]
        values = [[0.0] if code is None else [2.0 * code - 1] for code in [*codes, None]]
        return replace(column, ones=(-1,) * len(values), values=np.array(values, dtype))
    rest = len(each.own) if each.rest else -1
    own = {place: number for number, place in enumerate(each.own)}
    ones = tuple(own.get(place, rest) for place in [*places, -1])
    if each.means is None:
        return replace(column, ones=ones)
    return replace(column, ones=ones, values=each.mean_numbers()[[*places, -1]].astype(dtype))


COLUMNS: dict[type[Encoding], Callable[[Any, Any], TableColumn]] = {
    NumberEncoding: _number,
    DateEncoding: _date,
    CategoryEncoding: _category,
}
"""From each kind of encoding, and the dtype of the networks."""

"""From a model, an estimator or a table's model to a :class:`Predictor`: all networks, links and labels in one graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.data.targets import Classes
from halfmoon.estimators.classifier import MLPClassifier
from halfmoon.estimators.regressor import MLPRegressor
from halfmoon.estimators.targets import median_index
from halfmoon.exports.columns import Table, table_of
from halfmoon.exports.predictor import Flags, Matrix, Numbers, OneOf, Prediction, Predictor
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import absolute, exp, log1p, minimum
from halfmoon.losses.links import LOGISTIC, EnsembleLink, PointwiseLink, SoftmaxLink
from halfmoon.network.inference import Affine, Graph, Join, Select, Softmax, SortRows, append
from halfmoon.network.model import Model
from halfmoon.tabular import TableEnsemble, TableModel
from halfmoon.tabular.estimators.base import TabularEstimator
from halfmoon.training.trainer import Trainer

MOST_ADDED = 8
"""Networks whose probabilities one expression adds."""

LABEL_KINDS = {"i": "int64", "u": "uint64", "f": "float64", "b": "bool"}
"""The dtype that labels of each kind of NumPy's are exported as."""

LOG_SIGMOID = trace(lambda z: minimum(z, 0) - log1p(exp(-absolute(z))), ["z"])
"""log(1 / (1 + exp -z)), exact at any z."""

FACED = np.array([[-1.0, 1.0]])
"""From one score to those of two classes."""


def predictor_of(model: Any) -> Predictor:
    """Return a fitted model as plain data.

    Parameters
    ----------
    model : Model, Trainer, MLPClassifier, MLPRegressor or TableModel

    Raises
    ------
    InputError
        When it is something else, is not fitted or not finite, or has a layer or a link that cannot be exported.
    """
    if isinstance(model, Trainer):
        model = model.model
    if isinstance(model, Model):
        return _of_network(model)
    if isinstance(model, TabularEstimator | TableEnsemble):
        raise InputError(f"model must be one network or an MLP estimator to be exported, got a {type(model).__name__}; save and load it")
    if isinstance(model, TableModel):
        return _of_table(model)
    expected = "a Model, a Trainer, a fitted MLPClassifier or MLPRegressor, or a TableModel"
    checks.instance("model", model, (MLPClassifier, MLPRegressor), expected)
    try:
        check_is_fitted(model, "fit_state_")
    except NotFittedError:
        raise checks.fail("model", model, "fitted: call its fit first") from None
    inputs = Matrix(model.models_[0].n_inputs, tuple(map(str, vars(model).get("feature_names_in_", ()))))
    return _of_classifier(model, inputs) if isinstance(model, MLPClassifier) else _of_regressor(model, inputs)


def _title(what: str, model: Model) -> str:
    """Return a line such as ``MLPClassifier, 4-8-3``: the inputs and the widths of the layers that change them."""
    widths = [model.n_inputs]
    for step in model.program.steps:
        if step.n_out != widths[-1]:
            widths.append(step.n_out)
    return f"{what}, {'-'.join(map(str, widths))}"


def _graph(models: Sequence[Model]) -> Graph:
    for model in models:
        for name, array in (*model.params.items(), *model.state.items()):
            checks.numeric(f"the model's {name}", array)
    return Graph(models[0].dtype, [models[0].n_inputs])


def _link(model: Model) -> tuple[PointwiseLink | SoftmaxLink, int]:
    """Return the link of a network, or of each member where it is an ensemble in itself, and how many members there are."""
    link: Any = model.network.loss.link
    link, members = (link.of, link.members) if isinstance(link, EnsembleLink) else (link, 1)
    if type(link) not in {PointwiseLink, SoftmaxLink}:
        raise InputError(f"the link of the loss {model.network.loss!r} must be one of the library's kinds, got {type(link).__name__}")
    return link, members


# ---- a network alone --------------------------------------------------------------------------------------------------------


def _of_network(model: Model) -> Predictor:
    """Return a network as its own ``predict`` and ``predict_proba`` have it: classes are numbers."""
    graph, (link, members) = _graph([model]), _link(model)
    scores, probabilities = append(graph, model), None
    each, k = _blocks(graph, scores, members), graph.widths[scores] // members
    prediction: Prediction
    if isinstance(link, SoftmaxLink) or (link.classifies and k == 1):
        probabilities = _mean(graph, [_class_probabilities(graph, link, one, exclusive=True) for one in each])
        prediction = OneOf(_decisive(graph, link, each, probabilities), np.arange(max(k, 2)))
    elif link.classifies:
        probabilities = _mean(graph, [graph.map(link.inverse, one) for one in each])
        prediction = Flags(probabilities)
    else:
        prediction = Numbers(_mean(graph, [graph.map(link.inverse, one) for one in each]), flat=k == 1)
    title, inputs = _title("network", model), Matrix(model.n_inputs)
    return Predictor(title, inputs, graph.dtype, tuple(graph.operations), scores, prediction, probabilities)


def _blocks(graph: Graph, value: int, count: int) -> list[int]:
    """Append the blocks of neighbouring columns of a value, as many as asked for; one is the value itself."""
    if count == 1:
        return [value]
    columns = np.arange(graph.widths[value]).reshape(count, -1).tolist()
    return [graph.add(Select(value, tuple(each))) for each in columns]


# ---- estimators -------------------------------------------------------------------------------------------------------------


def _side_by_side(graph: Graph, values: Sequence[int]) -> int:
    return values[0] if len(values) == 1 else graph.add(Join(tuple(values)))


def _mean(graph: Graph, values: Sequence[int]) -> int:
    """Append the mean of some values; a few are added at a time."""
    if len(values) == 1:
        return values[0]
    total = values[0]
    for start in range(1, len(values), MOST_ADDED):
        total = graph.map(lambda *added: sum(added[1:], start=added[0]), total, *values[start : start + MOST_ADDED])
    return graph.map(lambda z, count: z / count, total, constants=(len(values),))


def _of_two(graph: Graph, link: PointwiseLink, scores: int) -> int:
    """Append the probabilities of two classes: 1 - 1 / (1 + exp -s) = 1 / (1 + exp s), which keeps its digits near 0."""
    if link.classifies:
        return graph.map(link.inverse, graph.add(Affine(scores, FACED.astype(graph.dtype))))
    second = graph.map(link.inverse, scores)
    return graph.add(Join((graph.map(lambda z: 1 - z, second), second)))


def _decisive(graph: Graph, link: PointwiseLink | SoftmaxLink, each: Sequence[int], probabilities: int) -> int:
    """Return the value by whose largest number one network decides on a class: of one score, the second where its mean is above 0.5.

    Of an ensemble in one network ``each`` has the scores of every member.
    """
    if len(each) == 1 and graph.widths[each[0]] > 1:
        return each[0]
    if link == LOGISTIC or isinstance(link, SoftmaxLink):
        return probabilities
    mean = _mean(graph, [graph.map(link.inverse, one) for one in each])  # of another link inverse(-s) need not be 1 - inverse(s)
    return graph.add(Join((graph.map(lambda p: 1 - p, mean), mean)))


def _class_probabilities(graph: Graph, link: PointwiseLink | SoftmaxLink, scores: int, *, exclusive: bool) -> int:
    """Append the probabilities that one network's scores are for, as ``estimators/class_scores.py`` has them."""
    if isinstance(link, SoftmaxLink):
        return graph.add(Softmax(scores))
    if graph.widths[scores] == 1:
        return _of_two(graph, link, scores)
    if exclusive:  # p_j / Σ p, of p = 1 / (1 + exp -s), is the softmax of log p
        return graph.add(Softmax(graph.map(LOG_SIGMOID, scores)))
    return graph.map(link.inverse, scores)


def _of_classifier(classifier: MLPClassifier, inputs: Matrix | Table, labels: Array | None = None) -> Predictor:
    """Return a classifier; a table's ``labels`` stand for its class numbers."""
    targets: Any = classifier.fit_state_.targets
    models = [targets.scoring_model(model) for model in classifier.models_]
    graph, (link, _) = _graph(classifier.models_), _link(models[0])
    temperature = float(vars(classifier).get("temperature_", 1.0))
    each = [append(graph, model) for model in models]
    if temperature != 1.0:
        each = [graph.map(lambda z, by: z / by, scores, constants=(temperature,)) for scores in each]
    scores = _side_by_side(graph, each)
    exclusive, known = targets.exclusive, targets.classes if labels is None else labels
    prediction: Prediction
    if targets.single:
        width = graph.widths[each[0]]
        probabilities = graph.add(Affine(each[0], np.zeros((width, 1), graph.dtype), np.ones(1, graph.dtype)))
    else:
        probabilities = _mean(graph, [_class_probabilities(graph, link, one, exclusive=exclusive) for one in each])
    if exclusive:
        alone = len(each) == 1 and not targets.single
        prediction = OneOf(_decisive(graph, link, each, probabilities) if alone else probabilities, _labels(known))
    else:
        prediction = Flags(probabilities)
    title = _title(_name(classifier), classifier.model_)
    return Predictor(title, inputs, graph.dtype, tuple(graph.operations), scores, prediction, probabilities)


def _of_regressor(regressor: MLPRegressor, inputs: Matrix | Table, scale: float = 1.0, mean: float = 0.0) -> Predictor:
    """Return a regressor; a table's target was ``(y - mean) / scale``."""
    models, levels = regressor.models_, regressor.fit_state_.targets.quantiles  # type: ignore[attr-defined]
    graph, (link, _) = _graph(models), _link(models[0])
    each = [append(graph, model) for model in models]
    scores = _side_by_side(graph, each)
    found = _mean(graph, [graph.map(link.inverse, one) if isinstance(link, PointwiseLink) else graph.add(Softmax(one)) for one in each])
    quantiles = None
    if levels is not None:
        quantiles = graph.add(SortRows(found))
        found = graph.add(Select(quantiles, (median_index(levels),)))
    prediction = Numbers(found, graph.widths[found] == 1, scale, mean)
    title = _title(_name(regressor), regressor.model_)
    return Predictor(title, inputs, graph.dtype, tuple(graph.operations), scores, prediction, quantiles=quantiles)


def _name(estimator: Any) -> str:
    count = len(estimator.models_)
    return type(estimator).__name__ if count == 1 else f"{count} networks of an {type(estimator).__name__}"


def _labels(labels: Array) -> Array:
    """Return labels as int64, uint64, float64, bool or str."""
    kind = labels.dtype.kind
    if kind == "U" or (kind == "O" and all(isinstance(label, str) for label in labels)):
        return labels.astype(str)
    if kind not in LABEL_KINDS:
        raise InputError(f"the classes must be numbers, truth values or text to be exported, got {labels!r:.80}")
    return labels.astype(LABEL_KINDS[kind])


# ---- tables -----------------------------------------------------------------------------------------------------------------


def _of_table(model: TableModel) -> Predictor:
    target, inputs = model.preparation.target, table_of(model.preparation)
    if isinstance(target, Classes):
        return _of_classifier(model.estimator, inputs, np.array(target.labels))
    return _of_regressor(model.estimator, inputs, target.scale, target.mean)

"""From a fitted estimator, or the model of a table, to a :class:`Predictor`."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.data.targets import Classes
from halfmoon.estimators.classifier import MLPClassifier
from halfmoon.estimators.regressor import MLPRegressor
from halfmoon.estimators.targets import middle_places
from halfmoon.exports.columns import Table, table_of
from halfmoon.exports.combination import (
    class_probabilities,
    decisive_of,
    graph_of,
    labels_of,
    link_of,
    mean_of,
    mean_of_columns,
    side_by_side,
    title_of,
)
from halfmoon.exports.predictor import Flags, Matrix, Numbers, OneOf, Prediction, Predictor
from halfmoon.exports.tabular_ensemble import of_tabular
from halfmoon.losses.links import PointwiseLink
from halfmoon.network.inference import Affine, Softmax, SortRows, append
from halfmoon.tabular import TableEnsemble, TableModel
from halfmoon.tabular.estimators.base import TabularEstimator


def of_fitted(model: Any) -> Predictor:
    """Return an estimator or the model of a table as plain data.

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor, TableModel or TableEnsemble

    Raises
    ------
    InputError
        When it is something else, or is not fitted.
    """
    if isinstance(model, TableEnsemble):
        return of_tabular(model.estimator, model.preparation.target)
    if isinstance(model, TableModel):
        return _of_table(model)
    fitted = "ensemble_" if isinstance(model, TabularEstimator) else "fit_state_"
    kinds = (MLPClassifier, MLPRegressor, TabularEstimator)
    checks.instance("model", model, kinds, "a Model, a Trainer, a fitted estimator of Halfmoon's, a TableModel or a TableEnsemble")
    try:
        check_is_fitted(model, fitted)
    except NotFittedError:
        raise checks.fail("model", model, "fitted: call its fit first") from None
    if isinstance(model, TabularEstimator):
        return of_tabular(model)
    inputs = Matrix(model.models_[0].n_inputs, tuple(map(str, vars(model).get("feature_names_in_", ()))))
    return _of_classifier(model, inputs) if isinstance(model, MLPClassifier) else _of_regressor(model, inputs)


# ---- estimators -------------------------------------------------------------------------------------------------------------


def _of_classifier(classifier: MLPClassifier, inputs: Matrix | Table, labels: Array | None = None) -> Predictor:
    """Return a classifier; a table's ``labels`` stand for its class numbers."""
    targets: Any = classifier.fit_state_.targets
    models = [targets.scoring_model(model) for model in classifier.models_]
    graph, (link, _) = graph_of(classifier.models_), link_of(models[0])
    temperature = float(vars(classifier).get("temperature_", 1.0))
    each = [append(graph, model) for model in models]
    if temperature != 1.0:
        each = [graph.map(lambda z, by: z / by, scores, constants=(temperature,)) for scores in each]
    scores = side_by_side(graph, each)
    exclusive, known = targets.exclusive, targets.classes if labels is None else labels
    prediction: Prediction
    if targets.single:
        width = graph.widths[each[0]]
        probabilities = graph.add(Affine(each[0], np.zeros((width, 1), graph.dtype), np.ones(1, graph.dtype)))
    else:
        probabilities = mean_of(graph, [class_probabilities(graph, link, one, exclusive=exclusive) for one in each])
    if exclusive:
        alone = len(each) == 1 and not targets.single
        prediction = OneOf(decisive_of(graph, link, each, probabilities) if alone else probabilities, labels_of(known))
    else:
        prediction = Flags(probabilities)
    title = title_of(_name(classifier), classifier.model_)
    return Predictor(title, inputs, graph.dtype, tuple(graph.operations), scores, prediction, probabilities)


def _of_regressor(regressor: MLPRegressor, inputs: Matrix | Table, scale: float = 1.0, mean: float = 0.0) -> Predictor:
    """Return a regressor; a table's target was ``(y - mean) / scale``."""
    models, levels = regressor.models_, regressor.fit_state_.targets.quantiles  # type: ignore[attr-defined]
    graph, (link, _) = graph_of(models), link_of(models[0])
    each = [append(graph, model) for model in models]
    scores = side_by_side(graph, each)
    found = mean_of(graph, [graph.map(link.inverse, one) if isinstance(link, PointwiseLink) else graph.add(Softmax(one)) for one in each])
    quantiles = None
    if levels is not None:
        quantiles = graph.add(SortRows(found))
        found = mean_of_columns(graph, quantiles, middle_places(levels))
    prediction = Numbers(found, graph.widths[found] == 1, scale, mean)
    title = title_of(_name(regressor), regressor.model_)
    return Predictor(title, inputs, graph.dtype, tuple(graph.operations), scores, prediction, quantiles=quantiles)


def _name(estimator: Any) -> str:
    count = len(estimator.models_)
    return type(estimator).__name__ if count == 1 else f"{count} networks of an {type(estimator).__name__}"


# ---- tables -----------------------------------------------------------------------------------------------------------------


def _of_table(model: TableModel) -> Predictor:
    target, inputs = model.preparation.target, table_of(model.preparation)
    if isinstance(target, Classes):
        return _of_classifier(model.estimator, inputs, np.array(target.labels))
    return _of_regressor(model.estimator, inputs, target.scale, target.mean)

"""From a model to a :class:`Predictor`: all networks, links and labels in one graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from halfmoon.exports.combination import blocks_of, class_probabilities, decisive_of, graph_of, link_of, mean_of, title_of
from halfmoon.exports.predictor import Flags, Matrix, Numbers, OneOf, Prediction, Predictor
from halfmoon.losses.links import SoftmaxLink
from halfmoon.network.inference import append
from halfmoon.network.model import Model
from halfmoon.training.trainer import Trainer


def predictor_of(model: Any) -> Predictor:
    """Return a fitted model as plain data.

    Parameters
    ----------
    model : Model, Trainer, MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor, TableModel or TableEnsemble

    Raises
    ------
    InputError
        When it is something else, is not fitted or not finite, or has a layer or a link that cannot be exported.
    """
    if isinstance(model, Trainer):
        model = model.model
    if isinstance(model, Model):
        return _of_network(model)
    from halfmoon.exports.estimator_conversion import of_fitted  # noqa: PLC0415 - which loads scikit-learn and Polars

    return of_fitted(model)


def _of_network(model: Model) -> Predictor:
    """Return a network as its own ``predict`` and ``predict_proba`` have it: classes are numbers."""
    graph, (link, members) = graph_of([model]), link_of(model)
    scores, probabilities = append(graph, model), None
    each, k = blocks_of(graph, scores, members), graph.widths[scores] // members
    prediction: Prediction
    if isinstance(link, SoftmaxLink) or (link.classifies and k == 1):
        probabilities = mean_of(graph, [class_probabilities(graph, link, one, exclusive=True) for one in each])
        prediction = OneOf(decisive_of(graph, link, each, probabilities), np.arange(max(k, 2)))
    elif link.classifies:
        probabilities = mean_of(graph, [graph.map(link.inverse, one) for one in each])
        prediction = Flags(probabilities)
    else:
        prediction = Numbers(mean_of(graph, [graph.map(link.inverse, one) for one in each]), flat=k == 1)
    title, inputs = title_of("network", model), Matrix(model.n_inputs)
    return Predictor(title, inputs, graph.dtype, tuple(graph.operations), scores, prediction, probabilities)

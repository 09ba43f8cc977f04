"""From a classifier's raw scores to classes, probabilities and log odds, whatever its loss.

A loss with the logistic or the softmax link is about raw scores. One without a link, such as the squared error, compares a number with
0 or 1: the number is the probability of a class, so the network is closed by a sigmoid, or by a softmax where a row is of one class out
of many. The raw scores are then those before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.layers.activations import Sigmoid
from halfmoon.layers.contract import Layer
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.contract import Loss
from halfmoon.losses.links import IDENTITY, LOGISTIC, SOFTMAX, PointwiseLink, SoftmaxLink
from halfmoon.losses.pointwise import Logistic
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.model import Model
from halfmoon.network.network import Network

ClassLink = PointwiseLink | SoftmaxLink

SMALL = 1e-3
"""Probabilities below this lose digits, or all, before their logarithm is taken."""

CLOSING: tuple[tuple[Layer, Loss], ...] = ((Sigmoid, Logistic), (Softmax(), SoftmaxCrossEntropy()))
"""Each layer that closes a network, and the loss that has the same link to probabilities."""


def closing(loss: Loss, *, exclusive: bool) -> tuple[Layer, ...]:
    """Return the layers between the raw scores and a loss: none where the loss has a link of its own."""
    if loss.link != IDENTITY:
        return ()
    layer, _ = CLOSING[exclusive]
    return (layer,)


def scoring_model(model: Model) -> Model:
    """Return the model that gives the raw scores: a closed one without the layer that closes it, with the same numbers.

    Its loss has the link from scores to probabilities.
    """
    layers, link = model.network.layers, model.network.loss.link
    if link.classifies or not layers:  # the quickest to see
        return model
    if model.opened is None:
        loss = next((loss for layer, loss in CLOSING if layer == layers[-1]), None)
        if loss is None:
            return model
        model.opened = Model(Network(layers[:-1], loss), model.n_inputs, model.theta, model.state.vector)
    return model.opened


def probabilities(link: ClassLink, scores: Sequence[Array], *, exclusive: bool) -> Array:
    """Return the probability of each class, the mean of several networks': (n, 2) for a single column of scores, else (n, k).

    Where several logistic scores stand for classes that exclude one another, each against the rest, they are brought to a sum of 1.
    """
    if scores[0].shape[1] > 1 and exclusive and not isinstance(link, SoftmaxLink):
        found = [np.exp(_log_probabilities(link, each, exclusive=True)) for each in scores]
    else:
        found = [link.probabilities(each) for each in scores]
    return found[0] if len(found) == 1 else np.mean(found, axis=0)


def log_probabilities(link: ClassLink, scores: Sequence[Array], *, exclusive: bool) -> Array:
    """Return the logarithms of :func:`probabilities`, exact where those are too small for a float."""
    found = [_log_probabilities(link, each, exclusive=exclusive) for each in scores]
    return found[0] if len(found) == 1 else np.logaddexp.reduce(found, axis=0) - np.log(len(found))


def _log_probabilities(link: ClassLink, scores: Array, *, exclusive: bool) -> Array:
    """Return log probabilities of one network: of p itself where it is large, without p where it is small and would lose digits."""
    if isinstance(link, SoftmaxLink):
        centred = scores - scores.max(axis=1, keepdims=True)
        small, p = centred - np.log(np.exp(centred).sum(axis=1, keepdims=True)), SOFTMAX.mean(scores)
    else:
        # log p = -log(1 + exp -s)     log (1 - p) = -log(1 + exp s)
        single = scores.shape[1] == 1
        signed = np.hstack([-scores, scores]) if single else scores
        small, p = -np.logaddexp(0, -signed), LOGISTIC.probabilities(scores)
        if exclusive and not single:  # of the sum of all, below
            return small - np.logaddexp.reduce(small, axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        return np.where(p < SMALL, small, np.log(p))


def decision(link: ClassLink, scores: Sequence[Array], *, exclusive: bool) -> Array:
    """Return what decides: above 0 for the second of two classes, (n,), and for each label, or largest for the class, (n, k).

    One network's raw scores, of two the difference; of several networks the log odds, or the logarithms, of the mean probabilities.
    """
    two = exclusive and scores[0].shape[1] <= 2  # noqa: PLR2004 - one column, or two
    if len(scores) == 1:
        found = scores[0]
        return found if not two else found[:, 0] if found.shape[1] == 1 else found[:, 1] - found[:, 0]
    logs = log_probabilities(link, scores, exclusive=exclusive)
    if two:
        return logs[:, 1] - logs[:, 0]
    return logs if exclusive else logs - log_probabilities(link, [-each for each in scores], exclusive=False)


def decide(link: ClassLink, scores: Sequence[Array], *, exclusive: bool) -> Array:
    """Return class numbers, (n,), or zeros and ones, (n, k)."""
    if len(scores) == 1:
        return scores[0].argmax(axis=1) if exclusive and scores[0].shape[1] > 1 else link.decide(scores[0])
    mean = probabilities(link, scores, exclusive=exclusive)
    return mean.argmax(axis=1) if exclusive else (mean > 0.5).astype(np.intp)  # noqa: PLR2004 - the middle of 0 and 1

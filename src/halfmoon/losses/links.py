"""Links: from raw scores to the mean that a loss is about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.record import Record, checked, record
from halfmoon.expressions.expression import Expression
from halfmoon.expressions.tracing import trace
from halfmoon.expressions.vocabulary import exp
from halfmoon.layers.activations import Sigmoid
from halfmoon.layers.softmax import softmax


@record
class Link(Record, ABC):
    """Maps scores (n, k) to means, and says which class they are for."""

    @abstractmethod
    def mean(self, scores: Array) -> Array:
        """Return the mean of the target for each score; for a classifier, probabilities."""

    def decide(self, scores: Array) -> Array:
        """Return the classes that scores are for; see :meth:`classes`."""
        return self.classes(self.mean(scores))

    def classes(self, mean: Array) -> Array:
        """Return 0 or 1 for each mean, whether it is above 0.5; shape (n,) for a single column, else (n, k)."""
        decided = (mean > 0.5).astype(np.intp)  # noqa: PLR2004 - the middle of 0 and 1
        return decided[:, 0] if decided.shape[1] == 1 else decided

    def probabilities(self, scores: Array) -> Array:
        """Return class probabilities: (n, 2) for a single column, (n, k) otherwise."""
        return self.mean(scores)


@record
class PointwiseLink(Link):
    """A link that treats each score alone.

    Parameters
    ----------
    name : str
    inverse : Expression
        The mean, from z = score.
    classifies : bool
        Whether the mean is the probability of a class.
    """

    name: str = checked(checks.text)
    inverse: Expression = checked(checks.kind(Expression, "an expression of one input"))
    classifies: bool = checked(checks.flag, default=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.inverse.inputs) != 1 or self.inverse.truth or not self.inverse.uses(self.inverse.inputs[0]):
            raise checks.fail("inverse", str(self.inverse), "an expression of one input that gives numbers")

    def mean(self, scores: Array) -> Array:
        return self.inverse(scores)

    def probabilities(self, scores: Array) -> Array:
        mean = self.mean(scores)
        if mean.shape[1] > 1:
            return mean
        # 1 - 1 / (1 + exp -s) = 1 / (1 + exp s), which keeps its digits near 0
        return np.hstack([self.mean(-scores) if self.classifies else 1 - mean, mean])


@record
class SoftmaxLink(Link):
    """Scores of k classes to their probabilities, row by row."""

    name: str = checked(checks.choice(["softmax"]), default="softmax")
    classifies: bool = checked(checks.flag, default=True)

    def mean(self, scores: Array) -> Array:
        return softmax(scores)

    def decide(self, scores: Array) -> Array:
        return scores.argmax(axis=1)

    def classes(self, mean: Array) -> Array:
        """Return the class with the largest mean, as (n,)."""
        return mean.argmax(axis=1)


@record
class EnsembleLink(Link):
    """The mean of the means of several members, whose scores stand side by side.

    Parameters
    ----------
    of : PointwiseLink or SoftmaxLink
        From a member's scores to its mean.
    members : int
    """

    of: PointwiseLink | SoftmaxLink = checked(checks.kind((PointwiseLink, SoftmaxLink), "a link of one member"))
    members: int = checked(checks.whole)

    @property
    def name(self) -> str:
        """As each member's."""
        return self.of.name

    @property
    def classifies(self) -> bool:
        """As each member's."""
        return self.of.classifies

    def _averaged(self, each: Any, scores: Array) -> Array:
        # mean = Σ meanₘ / members
        means = each(scores.reshape(len(scores) * self.members, -1))
        return means.reshape(len(scores), self.members, -1).mean(axis=1)

    def mean(self, scores: Array) -> Array:
        return self._averaged(self.of.mean, scores)

    def classes(self, mean: Array) -> Array:
        return self.of.classes(mean)

    def probabilities(self, scores: Array) -> Array:
        return self._averaged(self.of.probabilities, scores)


AnyLink = PointwiseLink | SoftmaxLink | EnsembleLink

IDENTITY = PointwiseLink("identity", trace(lambda z: z, ["z"]))
LOG = PointwiseLink("log", trace(exp, ["z"]))
LOGISTIC = PointwiseLink("logistic", Sigmoid.value, classifies=True)
SOFTMAX = SoftmaxLink()

LINKS: dict[str, PointwiseLink | SoftmaxLink] = {link.name: link for link in (IDENTITY, LOG, LOGISTIC, SOFTMAX)}

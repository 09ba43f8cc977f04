"""A layer tried alone: what it makes of some rows, forward and backward, and whether its gradients are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.language import aligned
from halfmoon.base.randomness import Random, generator
from halfmoon.gradcheck.differences import Differences
from halfmoon.gradcheck.linear_loss import LinearLoss
from halfmoon.gradcheck.report import TOLERANCE, ArrayCheck, GradientReport, compared
from halfmoon.gradcheck.translations import say
from halfmoon.layers.contract import INFERENCE, Layer, Pass
from halfmoon.layers.residual import Residual
from halfmoon.network.network import Network
from halfmoon.network.trace import gradient_name

LAYER = "0."
"""What the names of the layer's arrays begin with in a network of which it is the only one."""


@dataclass(frozen=True)
class LayerTrial:
    """What :func:`try_layer` saw; printed, a table with a row for each array.

    Attributes
    ----------
    layer : Layer or Residual
        The one that was tried.
    forward : dict of str to ndarray
        ``x`` (n, n_in), then each parameter and running statistic by its name, such as ``W`` and ``b``, then ``y`` (n, n_out); float64.
    backward : dict of str to ndarray
        ``dy`` (n, n_out), then what the backward pass made of it: ``dx`` (n, n_in), and the gradient by each parameter, such as ``dW``.
    report : GradientReport
        How those compare with central differences.

    Examples
    --------
    >>> import halfmoon as hm
    >>> trial = hm.try_layer(hm.ReLU(), [[-1.0, 2.0]], dy=[[5.0, 5.0]])
    >>> trial.forward["y"], trial.backward["dx"]
    (array([[0., 2.]]), array([[0., 5.]]))
    """

    layer: Layer | Residual
    forward: dict[str, Array]
    backward: dict[str, Array]
    report: GradientReport

    @property
    def ok(self) -> bool:
        """Whether every gradient agrees with central differences."""
        return self.report.ok

    def __str__(self) -> str:
        judged = {gradient_of(each.name): each for each in self.report.arrays}
        heading = ("", say("array"), say("shape"), say("least"), say("largest"), say("against central differences"))
        rows = [heading]
        for walk, arrays in ((say("forward"), self.forward), (say("backward"), self.backward)):
            for place, (name, array) in enumerate(arrays.items()):
                verdict = self._verdict(judged[name]) if name in judged else ""
                # + 0.0 takes the sign off a negative zero
                extremes = (f"{array.min() + 0.0:.4g}", f"{array.max() + 0.0:.4g}") if array.size else ("", "")
                rows.append((walk if place == 0 else "", name, str(array.shape), *extremes, verdict))
        return "\n".join([repr(self.layer), *aligned(rows)])

    def _verdict(self, check: ArrayCheck) -> str:
        if check.error <= self.report.tolerance:
            return say("ok, off by {error:.0e} at most", error=check.error)
        place = list(check.place or ())
        text = "WRONG at {place}: it gives {written:.4g}, central differences measure {numeric:.4g}"
        return say(text, place=place, written=check.written, numeric=check.numeric)


def gradient_of(name: str) -> str:
    """Return what the gradient is called by a thing that the report names: ``"dx"`` for ``"X"``, ``"dW"`` for ``"0.W"``."""
    return "dx" if name == "X" else gradient_name(name).removeprefix(LAYER)


def try_layer(
    layer: Layer | Residual,
    X: Any,
    *,
    dy: Any = None,
    pass_: Pass = INFERENCE,
    seed: int | Random = 0,
    tolerance: float = TOLERANCE,
) -> LayerTrial:
    """Run a layer alone over some rows, forward and backward, and check its gradients by central differences.

    Parameters
    ----------
    layer : Layer or Residual
        Such as ``hm.Dense(4)``, or one of your own. It is asked for its parameters, and they are drawn.
    X : array-like, shape (n, n_in)
        What goes in; a few rows are enough.
    dy : array-like, shape (n, n_out), optional
        The slope of a loss by what comes out; standard normal numbers by default.
    pass_ : Pass
        Inference by default; ``hm.Pass(training=True)`` for dropout and batch statistics.
    seed : int, RandomState or Generator
        What draws the parameters, and ``dy``; an int means ``RandomState(seed)``.
    tolerance : float
        Largest relative error that is called ok.

    Returns
    -------
    LayerTrial
        Print it, or look at its ``forward["y"]`` and ``backward["dW"]``.

    Raises
    ------
    InputError
        When there is no such layer, or X or dy do not fit.

    Examples
    --------
    >>> import halfmoon as hm
    >>> trial = hm.try_layer(hm.Dense(4), [[1.0, 2.0], [3.0, 4.0]])
    >>> trial.forward["y"].shape, trial.backward["dW"].shape, trial.ok
    ((2, 4), (2, 4), True)
    """
    checks.instance("layer", layer, (Layer, Residual), "a layer such as Dense(4)")
    checks.instance("pass_", pass_, Pass, "a Pass, such as Pass(training=True)")
    checks.positive("tolerance", tolerance)
    x, random = checks.matrix("X", X, np.dtype(np.float64)), generator(seed)
    alone = Network((layer,), LinearLoss()).init(x.shape[1], random, "float64")
    shape = (len(x), alone.program.n_outputs)
    random.uniform(size=shape)  # else the slopes of a layer without parameters would be the X that a reader drew with the same seed
    slopes = random.normal(size=shape) if dy is None else checks.matrix("dy", dy, np.dtype(np.float64), columns=shape[1])
    if slopes.shape != shape:
        raise InputError(f"dy must have one row for each of the {len(x)} rows of X, got {len(slopes)}")
    # The mean over n rows is taken of Σ n dy y, so that its slope by y is dy.
    differences = Differences(alone, x, len(x) * slopes, pass_=pass_, tolerance=tolerance)
    trace = differences.trace
    arrays = {name.removeprefix(LAYER): array for name, array in (*alone.params.items(), *alone.state.items())}
    gradients: dict[str, Array] = {gradient_of(name): gradient for name, gradient in (trace.gradients or {}).items()}
    forward = {"x": x, **{name: array.copy() for name, array in arrays.items()}, "y": trace.scores}
    backward = {"dy": slopes, "dx": differences.gradient("dX"), **gradients}
    return LayerTrial(layer, forward, backward, compared(differences, tolerance=tolerance))

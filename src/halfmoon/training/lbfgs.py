"""Training by SciPy's L-BFGS: one epoch is one of its iterations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.engines.contract import Data, Engine
from halfmoon.engines.state import NotFiniteError
from halfmoon.optimizers.lbfgs import LBFGS


def minimise(engine: Engine, data: Data, epochs: int, end_epoch: Callable[[float], bool]) -> Any:
    """Run up to ``epochs`` iterations on the full batch, and return SciPy's ``OptimizeResult``.

    Parameters
    ----------
    engine : Engine
        Its state's optimizer is an :class:`LBFGS`.
    data : Data
    epochs : int
    end_epoch : callable
        Called after each iteration with its loss; returns whether to go on.

    Raises
    ------
    InputError
        When a layer has a rate factor of its own.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - importing halfmoon must not load SciPy

    state = engine.state
    model, optimizer, pass_ = state.model, state.optimizer, state.pass_  # one pass: dropout's mask must not change
    assert isinstance(optimizer, LBFGS)  # noqa: S101 - the trainer chose this path by it
    own = [f"{param.rate_factor:g} for {name}" for name, param in model.program.parameters.entries if param.rate_factor != 1]
    if own:
        raise InputError(f"rate_factor must be 1 with LBFGS, which has no rate, got {own[0]}")

    def loss_and_gradient(theta: Array) -> tuple[float, Array]:
        model.theta[...] = theta
        loss = engine.gradient(data, pass_)
        if np.isnan(loss):
            raise NotFiniteError(loss)
        return loss, state.gradient.astype(np.float64)

    def end_iteration(intermediate_result: Any) -> None:
        model.theta[...] = intermediate_result.x
        if model.state:
            model.observe(model.trace(*data, pass_=pass_))
        state.updates += 1
        if not end_epoch(float(intermediate_result.fun)):
            raise StopIteration

    start = model.theta.astype(np.float64)
    first, _ = loss_and_gradient(start)
    if not np.isfinite(first):
        raise NotFiniteError(first)
    options = {
        "maxiter": epochs,
        "maxfun": optimizer.evaluations or epochs * optimizer.line_search,
        "maxcor": optimizer.memory,
        "maxls": optimizer.line_search,
        "gtol": optimizer.tolerance,
        "ftol": optimizer.relative_decrease,
    }
    result = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", callback=end_iteration, options=options)
    model.theta[...] = result.x
    return result

"""Engines: how training steps, and rows through a trained network, are run.

The fused engine is compiled, and loaded when it is first used. What it cannot run, and where Numba cannot be imported,
the reference engine runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from typing import Any

from halfmoon.base.checks import one_of
from halfmoon.base.errors import InputError
from halfmoon.base.interrupts import InterruptGuard
from halfmoon.engines.contract import Engine
from halfmoon.engines.reference import Reference
from halfmoon.engines.state import TrainingState
from halfmoon.losses.contract import Loss
from halfmoon.network.model import Model, Scorer, model_of

ENGINES = ("fused", "reference")


def engine(name: str, state: TrainingState, threads: int | None = None) -> Engine:
    """Return the engine of that name for a training; the reference engine where the fused one cannot run the network."""
    if one_of("engine", name, ENGINES) == "reference" or unsupported_reason(state.model) is not None:
        return Reference(state, threads)
    from halfmoon.engines.fused.engine import Fused  # noqa: PLC0415 - loads LLVM

    return Fused(state, threads)


def unsupported_reason(model: Model) -> str | None:
    """Return what keeps the fused engine from running a network, in words; None when nothing does."""
    if _missing() is not None:
        return _missing()
    from halfmoon.engines.fused import program  # noqa: PLC0415 - loads LLVM

    return program.unsupported_reason(model)


@cache
def _missing() -> str | None:
    """Return which of the packages that compile and load kernels is not there."""
    for name in ("numba", "llvmlite", "platformdirs"):
        try:
            found = find_spec(name)
        except (ImportError, ValueError):
            found = None
        if found is None:
            return f"{name} cannot be imported"
    return None


def warm_up(
    progress: Callable[[int, int], None] = lambda done, total: None, threads: int | None = None, losses: Iterable[Loss] = ()
) -> None:
    """Compile ahead whatever the library's own layers, losses and optimisers need, so that no training waits for it.

    Parameters
    ----------
    progress : callable
        Called with the number of kernels compiled and the number there are, at first with none compiled.
    threads : int, optional
        How many to compile at a time; by default ``HALFMOON_THREADS`` or one for each core.
    losses : iterable of Loss
        Others to compile beside those of ``LOSSES``.

    Raises
    ------
    InputError
        When nothing can be compiled here, or the folder for it cannot be written.
    """
    if _missing() is not None:
        raise InputError(f"nothing can be compiled, since {_missing()}; the reference engine runs all networks")
    from halfmoon.engines.compiler.team import thread_count  # noqa: PLC0415 - loaded when used
    from halfmoon.engines.fused import warmup  # noqa: PLC0415 - loads LLVM

    with InterruptGuard() as guard, guard.allowed():  # for which Ctrl-C ends a wait, also where Polars has been loaded
        warmup.compile_missing(warmup.texts(losses), progress, thread_count(threads))


def explain(model: Any) -> str:
    """Return in a sentence which engine runs a network, and why.

    Parameters
    ----------
    model : Model or fitted estimator
        Whose network it is about.

    Raises
    ------
    InputError
        When it is neither.

    Examples
    --------
    >>> print(hm.explain(model))
    The fused engine runs this network: every layer and the loss are compiled.
    """
    reason = unsupported_reason(model_of(model))
    if reason is None:
        return "The fused engine runs this network: every layer and the loss are compiled."
    return f"The reference engine runs this network, not the fused one: {reason}."


def scorer(model: Model) -> Scorer | None:
    """Return what computes a model's raw scores by the fused engine; None where that cannot run the network.

    There is one for each model, which it does not refer to, so that no reference cycle delays the freeing of either.
    """
    if unsupported_reason(model) is not None:
        return None
    from halfmoon.engines.fused.inference import Predictor  # noqa: PLC0415 - loads LLVM

    return Predictor(model.dtype)

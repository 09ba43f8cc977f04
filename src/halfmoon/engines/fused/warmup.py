"""Compiling ahead: every kernel that the library's own layers, losses and optimisers need, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from halfmoon.compiled import cache
from halfmoon.compiled.kernels import activation_text, loss_text, rule_text, slope_text
from halfmoon.engines.fused.entries import ENTRIES, entry_text
from halfmoon.errors import InputError
from halfmoon.layers.activations import ACTIVATIONS
from halfmoon.losses import LOSSES, Loss, PointwiseLoss
from halfmoon.optimise import OPTIMIZERS, Adam, FirstOrder, Momentum

DTYPES = ("float32", "float64")
FORMS = (Momentum(nesterov=True), Momentum(rate_in_velocity=True), Momentum(nesterov=True, rate_in_velocity=True),
         Adam(epsilon_before_correction=True))  # fmt: skip
"""Optimisers whose flags give them another rule."""


def texts(losses: Iterable[Loss] = ()) -> list[str]:
    """Return the texts of all kernels, those of further losses too, those that take longest first.

    A user's own definitions are compiled when they are used.
    """
    found = []
    for dtype in DTYPES:
        found += [entry_text(name, dtype) for name in ENTRIES]
        found += [write(activation, dtype) for activation in ACTIVATIONS.values() for write in (activation_text, slope_text)]
        found += [loss_text(loss, dtype) for loss in (*LOSSES.values(), *losses) if isinstance(loss, PointwiseLoss)]
        rules = [*(made for make in OPTIMIZERS.values() if isinstance(made := make(), FirstOrder)), *FORMS]
        found += [rule_text(rule, dtype) for rule in rules]
    return sorted(dict.fromkeys(found), key=lambda text: not any(f"import {name}\n" in text for name in ("train", "product")))


def warm_up(told: Callable[[int, int], None], threads: int, losses: Iterable[Loss] = ()) -> None:
    """Compile every kernel that is not there yet, in ``threads`` processes; see :func:`halfmoon.engines.warm_up`."""
    if cache.folder().parent != cache.parent():
        raise InputError(f"HALFMOON_CACHE must name a folder that can be written, {str(cache.parent())!r} cannot")
    missing = [text for text in texts(losses) if not cache.kept(text)]
    told(0, len(missing))
    if not missing:
        return
    with ProcessPoolExecutor(min(threads, len(missing)), get_context("spawn")) as pool:
        work = [pool.submit(cache.kernel, text) for text in missing]
        try:
            for done, each in enumerate(as_completed(work), start=1):
                each.result()
                told(done, len(missing))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise

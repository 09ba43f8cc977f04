"""Compiling ahead, in processes of their own: every kernel that the library's own layers, losses and optimisers need."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.resource_tracker import ensure_running

from halfmoon.base.errors import InputError
from halfmoon.base.interrupts import blocked, deferred
from halfmoon.engines.compiler import cache
from halfmoon.engines.compiler.kernels import activation_text, loss_text, rule_text, slope_text
from halfmoon.engines.fused.entry_points import ENTRIES, entry_text
from halfmoon.layers.activations import ACTIVATIONS
from halfmoon.losses import LOSSES
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import PointwiseLoss
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.optimizers.rules import OPTIMIZERS, Adam, Momentum

DTYPES = ("float32", "float64")
FORMS = (Momentum(nesterov=True), Momentum(rate_in_velocity=True), Momentum(nesterov=True, rate_in_velocity=True),
         Adam(epsilon_before_correction=True))  # fmt: skip
"""Optimisers whose flags give them another rule."""


def texts(losses: Iterable[Loss] = ()) -> list[str]:
    """Return the texts of all kernels, those of further losses too; those that take longest to compile come first.

    A user's own definitions are compiled when they are used.
    """
    every = []
    for dtype in DTYPES:
        every += [entry_text(name, dtype) for name in ENTRIES]
        every += [write(activation, dtype) for activation in ACTIVATIONS.values() for write in (activation_text, slope_text)]
        every += [loss_text(loss, dtype) for loss in (*LOSSES.values(), *losses) if isinstance(loss, PointwiseLoss)]
        rules = [*(optimizer for make in OPTIMIZERS.values() if isinstance(optimizer := make(), FirstOrder)), *FORMS]
        every += [rule_text(rule, dtype) for rule in rules]
    return sorted(dict.fromkeys(every), key=lambda text: not any(f"import {name}\n" in text for name in ("train", "product")))


def compile_missing(texts: Iterable[str], on_progress: Callable[[int, int], None], processes: int) -> None:
    """Compile those of some texts whose kernels are not cached yet; ``on_progress`` gets how many are done, and of how many."""
    missing = [text for text in texts if not cache.is_cached(text)]
    on_progress(0, len(missing))
    if not missing:
        return
    folder = cache.folder()
    if folder is None or folder.parent != cache.parent():
        raise InputError(f"HALFMOON_CACHE must name a folder that can be written, {str(cache.parent())!r} cannot")
    others = set(active_children())
    pool = ProcessPoolExecutor(min(processes, len(missing)), get_context("spawn"), end_with_parent)
    try:
        ensure_running()  # multiprocessing's own helper, which would unblock what is blocked below
        with blocked():
            futures = [pool.submit(cache.compile_into_cache, text) for text in missing]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            on_progress(done, len(missing))
    except BaseException:
        with deferred():
            for child in set(active_children()) - others:
                child.kill()  # it may be in LLVM for seconds, where it hears nothing
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def end_with_parent() -> None:
    """Make this process end when the one that started it has, also by a kill."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()

"""Compiling ahead: the kernels of many texts at once, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from halfmoon.base.errors import InputError
from halfmoon.engines.compiler import cache


def compile_missing(texts: Iterable[str], on_progress: Callable[[int, int], None], processes: int) -> None:
    """Compile those of some texts whose kernels are not cached yet; ``on_progress`` gets how many are done, and of how many."""
    if cache.folder().parent != cache.parent():
        raise InputError(f"HALFMOON_CACHE must name a folder that can be written, {str(cache.parent())!r} cannot")
    missing = [text for text in texts if not cache.is_cached(text)]
    on_progress(0, len(missing))
    if not missing:
        return
    with ProcessPoolExecutor(min(processes, len(missing)), get_context("spawn")) as pool:
        futures = [pool.submit(cache.kernel, text) for text in missing]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                on_progress(done, len(missing))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise

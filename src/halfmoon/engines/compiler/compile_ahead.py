"""Compiling ahead: the kernels of many texts at once, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from halfmoon.base.errors import InputError
from halfmoon.engines.compiler import cache


def fill(texts: Iterable[str], told: Callable[[int, int], None], threads: int) -> None:
    """Compile those of some texts whose kernels are not kept yet; ``told`` hears how many are done, and of how many."""
    if cache.folder().parent != cache.parent():
        raise InputError(f"HALFMOON_CACHE must name a folder that can be written, {str(cache.parent())!r} cannot")
    missing = [text for text in texts if not cache.kept(text)]
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

"""Matrix products ``C = start + A B`` where many entries of A are zero.

For each pair of rows of A a list is made of the columns in which one of the two is not zero: those of pair p from
``starts[p]`` to before ``starts[p + 1]`` of ``places``. By pairs, a row of B that is loaded serves two rows of C.
"""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import lanes_of, list_some, moved, tile
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import REGISTERS, SIDE
from halfmoon.engines.compiler.nonzero_lists import starts_length

WIDEST = 5 if REGISTERS == 32 else 4  # noqa: PLR2004
"""Most vectors of C that are made together: two rows of them must fit the registers, and their part of B the first cache."""

starts_of = compiled(starts_length)


@compiled
def list_pairs(a: Any, a_row: int, rows: int, depth: int, starts: Any, places: Any) -> int:
    """List where pairs of rows are not zero, and return how often."""
    found = 0
    for r in range(0, rows, 2):
        starts[r // 2] = found
        one, other = moved(a, r * a_row), moved(a, min(r + 1, rows - 1) * a_row)
        for k in range(0, depth, SIDE):
            found += list_some(one, other, k, depth, moved(places, found))
    starts[(rows + 1) // 2] = found
    return found


def _panel(vectors: int, *, cut: bool, part: int = 1) -> Any:
    """Return a function that computes all rows of ``vectors`` neighbouring vectors of C."""
    two, one = (tile(rows, vectors, cut=cut, part=part) for rows in (2, 1))

    def panel(starts: Any, places: Any, a: Any, a_row: int, b: Any, b_step: int, start: Any, start_row: int, c: Any, c_row: int,
              rows: int, columns: int) -> None:  # fmt: skip
        for r in range(0, rows, 2):
            first, last = starts[r // 2], starts[r // 2 + 1]
            a_r, start_r, c_r = moved(a, r * a_row), moved(start, r * start_row), moved(c, r * c_row)
            if r + 1 < rows:
                two(a_r, a_row, 1, b, b_step, start_r, start_row, c_r, c_row, moved(places, first), last - first, columns)
            else:
                one(a_r, a_row, 1, b, b_step, start_r, start_row, c_r, c_row, moved(places, first), last - first, columns)

    return compiled(panel)


def _last_panel() -> Any:
    """Return a function that computes all rows of at most ``WIDEST`` vectors of C, the last of which may be half empty."""
    names: dict[str, Any] = {"lanes_of": lanes_of}
    given = "(starts, places, a, a_row, b, b_step, start, start_row, c, c_row, rows, columns)"
    body = [f"def last_panel{given}:", "    halves = (2 * columns + lanes_of(a) - 1) // lanes_of(a)"]
    for halves in range(1, 2 * WIDEST + 1):
        names[f"panel{halves}"] = _panel((halves + 1) // 2, cut=True, part=1 + halves % 2)
        body += [f"    if halves == {halves}:", f"        panel{halves}{given}"]
    exec("\n".join(body), names)  # noqa: S102 - the choice above, one for each number of half vectors
    return compiled(names["last_panel"])


wide_panel, last_panel = _panel(WIDEST, cut=False), _last_panel()


@compiled
def sparse_product(a: Any, b: Any, start: Any, c: Any, lists: Any, a_row: int, b_step: int, start_row: int, c_row: int,
                   rows: int, columns: int, depth: int) -> float:  # fmt: skip
    """Compute ``C = start + A B``; strides are as for :func:`halfmoon.engines.compiler.matrix_product.product`, and so are the bits.

    ``lists`` has room for :func:`halfmoon.engines.compiler.nonzero_lists.list_length` words.
    """
    starts, places = lists, moved(lists, starts_of(rows))
    list_pairs(a, a_row, rows, depth, starts, places)
    j, wide = 0, WIDEST * lanes_of(a)
    while columns - j > wide:
        wide_panel(starts, places, a, a_row, moved(b, j), b_step, moved(start, j), start_row, moved(c, j), c_row, rows, columns - j)
        j += wide
    last_panel(starts, places, a, a_row, moved(b, j), b_step, moved(start, j), start_row, moved(c, j), c_row, rows, columns - j)
    return 0.0

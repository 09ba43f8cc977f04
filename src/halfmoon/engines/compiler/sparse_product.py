"""Matrix products ``C = start + A B`` where many entries of A are zero.

For each pair of rows of A a list is made of the columns in which one of the two is not zero: those of pair p from
``starts[p]`` to before ``starts[p + 1]`` of ``indices``. By pairs, a row of B that is loaded serves two rows of C.
"""

from __future__ import annotations

from typing import Any

from halfmoon.engines.compiler.intrinsics import lanes_of, list_nonzero, offset, register_tile
from halfmoon.engines.compiler.jit import compiled
from halfmoon.engines.compiler.machine import REGISTERS, SIDE
from halfmoon.engines.compiler.nonzero_lists import starts_length

MAX_VECTORS = 5 if REGISTERS == 32 else 4  # noqa: PLR2004
"""Most vectors of C that are computed together: two rows of them must fit the registers, and their part of B the first-level cache."""

starts_of = compiled(starts_length)


@compiled
def list_pairs(a: Any, a_row: int, rows: int, depth: int, starts: Any, indices: Any) -> int:
    """List the columns in which pairs of rows are not zero, and return how many these are."""
    found = 0
    for r in range(0, rows, 2):
        starts[r // 2] = found
        one, other = offset(a, r * a_row), offset(a, min(r + 1, rows - 1) * a_row)
        for k in range(0, depth, SIDE):
            found += list_nonzero(one, other, k, depth, offset(indices, found))
    starts[(rows + 1) // 2] = found
    return found


def _panel(vectors: int, *, cut: bool, part: int = 1) -> Any:
    """Return a function that computes all rows of ``vectors`` neighbouring vectors of C."""
    two, one = (register_tile(rows, vectors, cut=cut, part=part) for rows in (2, 1))

    def panel(starts: Any, indices: Any, a: Any, a_row: int, b: Any, b_step: int, start: Any, start_row: int, c: Any, c_row: int,
              rows: int, columns: int) -> None:  # fmt: skip
        for r in range(0, rows, 2):
            first, end = starts[r // 2], starts[r // 2 + 1]
            a_r, start_r, c_r = offset(a, r * a_row), offset(start, r * start_row), offset(c, r * c_row)
            if r + 1 < rows:
                two(a_r, a_row, 1, b, b_step, start_r, start_row, c_r, c_row, offset(indices, first), end - first, columns)
            else:
                one(a_r, a_row, 1, b, b_step, start_r, start_row, c_r, c_row, offset(indices, first), end - first, columns)

    return compiled(panel)


def _last_panel() -> Any:
    """Return a function that computes all rows of at most ``MAX_VECTORS`` vectors of C, the last of which may be half empty."""
    names: dict[str, Any] = {"lanes_of": lanes_of}
    arguments = "(starts, indices, a, a_row, b, b_step, start, start_row, c, c_row, rows, columns)"
    body = [f"def last_panel{arguments}:", "    halves = (2 * columns + lanes_of(a) - 1) // lanes_of(a)"]
    for halves in range(1, 2 * MAX_VECTORS + 1):
        names[f"panel{halves}"] = _panel((halves + 1) // 2, cut=True, part=1 + halves % 2)
        body += [f"    if halves == {halves}:", f"        panel{halves}{arguments}"]
    exec("\n".join(body), names)  # noqa: S102 - the choice above, one for each number of half vectors
    return compiled(names["last_panel"])


wide_panel, last_panel = _panel(MAX_VECTORS, cut=False), _last_panel()


@compiled
def sparse_product(a: Any, b: Any, start: Any, c: Any, lists: Any, a_row: int, b_step: int, start_row: int, c_row: int,
                   rows: int, columns: int, depth: int) -> float:  # fmt: skip
    """Compute ``C = start + A B``; strides are as for :func:`halfmoon.engines.compiler.matrix_product.product`, and so are the bits.

    ``lists`` has room for :func:`halfmoon.engines.compiler.nonzero_lists.lists_length` integers.
    """
    starts, indices = lists, offset(lists, starts_of(rows))
    list_pairs(a, a_row, rows, depth, starts, indices)
    j, width = 0, MAX_VECTORS * lanes_of(a)
    while columns - j > width:
        wide_panel(starts, indices, a, a_row, offset(b, j), b_step, offset(start, j), start_row, offset(c, j), c_row, rows, columns - j)
        j += width
    last_panel(starts, indices, a, a_row, offset(b, j), b_step, offset(start, j), start_row, offset(c, j), c_row, rows, columns - j)
    return 0.0

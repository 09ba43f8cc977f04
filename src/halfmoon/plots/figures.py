"""Figures of displays: pyplot's where pyplot is in use, so that ``plt.show()`` shows them, else figures that go when their display goes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from weakref import ref

import matplotlib as mpl
from matplotlib.figure import Figure

MOST = 20
"""Figures of displays that pyplot keeps, where it does not say itself from how many on it warns."""

NOTEBOOK_BACKENDS = ("inline", "ipympl", "widget", "nbagg", "notebook")
"""Parts of the names of backends by which pyplot shows its figures in a notebook by itself."""

_registered: list[ref[Figure]] = []


def new_figure() -> Figure:
    """Return a figure for a display.

    Where pyplot has been imported, it is one of pyplot's. pyplot keeps its figures until they are closed and warns of too many; so the
    oldest that was made here is closed before it would, and only pyplot forgets it: its display still has it.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or threading.current_thread() is not threading.main_thread():
        return Figure(layout="constrained")
    _make_room(pyplot)
    figure: Figure = pyplot.figure(layout="constrained")
    _registered.append(ref(figure))
    return figure


def shows_itself(figure: Figure) -> bool:
    """Return whether pyplot shows a figure in the notebook that it was drawn in."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    by_itself = pyplot is not None and any(name in mpl.get_backend().lower() for name in NOTEBOOK_BACKENDS)
    return by_itself and any(each is figure for each in _open_figures(pyplot))


def _open_figures(pyplot: ModuleType | None) -> Iterator[Figure]:
    """Yield the figures that pyplot has; to ask for one by ``plt.figure`` would make it the current one."""
    managers = pyplot._pylab_helpers.Gcf.get_all_fig_managers() if pyplot is not None else ()  # noqa: SLF001
    return (manager.canvas.figure for manager in managers)


def _make_room(pyplot: ModuleType) -> None:
    opened = list(_open_figures(pyplot))
    ours = [figure for figure in (each() for each in _registered) if any(figure is each for each in opened)]
    most = mpl.rcParams["figure.max_open_warning"] or MOST
    closed = ours[: max(0, len(opened) + 1 - most)]
    for figure in closed:
        pyplot.close(figure)
    _registered[:] = [ref(figure) for figure in ours[len(closed) :] if figure is not None]

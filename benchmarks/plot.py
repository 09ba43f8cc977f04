"""The picture: each peer's time by Halfmoon's, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.contenders import OURS
from benchmarks.jobs import FLOOR, PEERS
from benchmarks.measure import Result
from benchmarks.verdict import ratio
from halfmoon.plots.palette import THEMES

BAR = 0.2  # height; four of them and a gap make a job
TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)
ROOM = 2.4  # factor by which the axis goes beyond the bars, for their numbers


def shown(result: Result, against: str) -> float | None:
    """Return the other's median by ours: for the floor, the share of our time that the products alone take."""
    value = ratio(result, against)
    return 1 / value if value and against == FLOOR else value


def bar(axes: Axes, place: float, value: float, shade: str) -> None:
    """Draw a bar from 1, and its number at its end."""
    axes.barh(place, value - 1, BAR, left=1, color=shade)
    right = value >= 1
    text = f"{value:.2g}" if value < 100 else f"{value:.0f}"  # noqa: PLR2004 - two digits would say 1e+02
    offset = (4 if right else -4, 0)
    axes.annotate(text, (value, place), offset, textcoords="offset points", va="center", ha="left" if right else "right", fontsize=7)


def draw(results: Sequence[Result]) -> Figure:
    """Return the figure: a group of bars for each job."""
    figure = Figure(figsize=(9, 1.2 + 0.5 * len(results)), layout="constrained")
    axes = figure.add_subplot()
    for number, against in enumerate((*PEERS, FLOOR)):
        axes.barh(0, 0, left=1, color=THEMES["light"].colour(number), label="matrix products alone" if against == FLOOR else against)
        for place, result in enumerate(results):
            if value := shown(result, against):
                bar(axes, place + (number - 1.5) * BAR, value, THEMES["light"].colour(number))
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set(xscale="log", xlabel=f"time, or memory, by {OURS}'s (right of 1: {OURS} is faster)")
    axes.set_xlim(min(axes.dataLim.x0, 0.5) / ROOM, max(axes.dataLim.x1, 2) * ROOM)
    axes.set_ylim(len(results) - 0.5, -0.5)
    axes.set_yticks(range(len(results)), [fill(result.job.title, 34) for result in results], fontsize=8)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    low, high = axes.get_xlim()
    axes.set_xticks([tick for tick in TICKS if low <= tick <= high])
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(PEERS) + 1, frameon=False, fontsize=8)
    return figure

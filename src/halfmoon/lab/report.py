"""The report of a comparison: one HTML page that opens without a network, and holds the comparison as plain JSON data."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex

from halfmoon.base.checks import Array
from halfmoon.base.language import speaking
from halfmoon.lab import significance
from halfmoon.lab.page.factors import Factor, factor, share
from halfmoon.lab.run import RunResult
from halfmoon.lab.settings import canonical
from halfmoon.lab.translations import say
from halfmoon.lab.worker import differences
from halfmoon.plots.palette import MARKERS, THEMES, Theme
from halfmoon.web.page import page

if TYPE_CHECKING:
    from halfmoon.lab.results import Comparison

SCRIPTS = (
    "elements.js", "numbers.js", "format.js", "runs.js", "state.js", "colours.js", "headline.js", "filters.js", "scrubber.js", "fields.js",
    "maps.js", "grid.js", "detail.js", "curves.js", "charts.js", "table.js", "page.js",
)  # fmt: skip
"""One subject each; a later one uses those before it."""

MOST_EPOCHS = 300
"""A longer curve is thinned: more than a chart of the page can show."""

MOST_POINTS = 250
"""Of the rows held out, drawn over each map."""

SCORES = {"accuracy": "accuracy", "r2": "R²"}
"""Scores by name, as they are written."""

MOST_VALUES = 4
"""Of what differs between settings so many values are named."""

COLOUR_STEPS = 17
"""Colours of a map that is drawn by interpolation between them."""

COLUMNS = ("mean", "std", "n", "diverged", "failed", "train_loss", "seconds", "updates", "epochs", "parameters")
"""Of the table of settings, beside the parameters that differ."""


def html(comparison: Comparison, lang: str | None = None) -> str:
    """Return the report: a page with everything in it, to be written to a file and opened.

    Parameters
    ----------
    comparison : Comparison
    lang : {"en", "zh"}, optional
        Of its words; by default the language of the locale, or of ``HALFMOON_LANG``.

    Returns
    -------
    str
        HTML: which setting is best, and which cannot be distinguished from it; maps and curves over the two factors that explain most of
        the scores, with a scrubber over epochs; and a table of the settings.
    """
    with speaking(lang):
        count, several = len(comparison.settings), len(comparison.seeds)
        settings = say("{count} setting" if count == 1 else "{count} settings", count=count)
        seeds = say("{count} seed" if several == 1 else "{count} seeds", count=several)
        title = say("{settings} compared over {seeds}", settings=settings, seeds=seeds)
        if comparison.data.get("name"):
            title = say("{name}: {title}", name=comparison.data["name"], title=title)
        return page("halfmoon.lab.page", title, content(comparison) | {"title": title}, scripts=SCRIPTS, texts=say)


def content(comparison: Comparison) -> dict[str, Any]:
    """Return the data of the page."""
    factors = [factor(name, comparison.settings) for name in comparison.factors]
    indices = {canonical(setting): index for index, setting in enumerate(comparison.settings)}
    runs = [(indices[canonical(run.setting)], run) for run in comparison.runs]
    scores = [run.score for run in comparison.runs]
    data, rows = comparison.data, len(comparison.data["points"])
    shown = np.unique(np.linspace(0, rows - 1, min(MOST_POINTS, rows)).round().astype(int))
    epochs = _thinned(max((len(run.curves["loss"]) for run in comparison.runs), default=0))
    return {
        "factors": [asdict(each) | {"share": share([each.level_indices[setting] for setting, _ in runs], scores)} for each in factors],
        "settings": _settings(comparison, factors),
        "seeds": comparison.seeds,
        "missing": comparison.missing,
        "best": comparison.verdict.best,
        "test": say(significance.TEST),
        "level": significance.LEVEL,
        "score": say(SCORES[data["score_name"]]),
        "runs": [_run(setting, run, epochs) for setting, run in runs],
        "epochs": epochs.tolist(),
        "snapshots": _snapshots(comparison.runs),
        "map_side": next((run.maps.shape[-1] for run in comparison.runs if run.maps is not None), 0),
        "margins": [float(f"{each:.5g}") for each in differences(np.arange(256)).tolist()],
        "colours": {"markers": list(MARKERS), "themes": {name: _theme(theme) for name, theme in THEMES.items()}},
        **{name: data[name] for name in ("task", "classes", "bounds", "extent")},
        "axes": _axes(data["feature_names"]),
        "facts": facts(comparison),
        "features": data["feature_names"],
        "rows": rows,
        "points": _base64(data["points"][shown], "<f4"),
        "labels": _base64(data["labels"][shown], "<f4"),
    }


def facts(comparison: Comparison) -> list[list[str]]:
    """Return what is the same for all runs, or how it differs, in words by topic: the data, and how it is trained on."""
    data = comparison.data
    columns = len(data["feature_names"])
    name = f"{data['name']}, " if data.get("name") else ""
    size = "{name}{trained:,} rows to train on, {held_out:,} held out, {columns} column"
    sizes = "{name}{trained:,} rows to train on, {held_out:,} held out, {columns} columns"
    values = {"name": name, "trained": len(data["train_points"]), "held_out": len(data["points"]), "columns": columns}
    topics = {"loss": say("Loss"), "optimiser": say("Optimiser"), "batch size": say("Batch size"), "epochs": say("Epochs")}
    training = ([topics[topic], _together(map(IN_WORDS[topic], found))] for topic, found in data.get("training", {}).items())
    return [[say("Data"), say(size if columns == 1 else sizes, **values)], *training]


def _optimizer(found: tuple[str, float]) -> str:
    solver, momentum = found
    return say("{solver} with momentum {momentum:g}", solver=solver, momentum=momentum) if momentum else solver


IN_WORDS: dict[str, Callable[[Any], str]] = {
    "loss": str,
    "optimiser": _optimizer,
    "batch size": lambda rows: say("all rows") if rows is None else f"{rows:,}",
    "epochs": lambda epochs: say("at most {epochs:,}", epochs=epochs),
}
"""How a value of ``comparison.data["training"]`` is said, by topic."""


def _together(texts: Iterable[str]) -> str:
    found = list(texts)
    return say(" or ").join(found) if len(found) <= MOST_VALUES else say("{count} values", count=len(found))


def _axes(names: Sequence[str]) -> list[str]:
    """Return what the axes of the maps are: two columns, or components of more; a lone one has no map."""
    return list(names) if len(names) <= 2 else [say("1st principal component"), say("2nd principal component")]  # noqa: PLR2004 - a plane


# ---- settings ---------------------------------------------------------------------------------------------------------


def _settings(comparison: Comparison, factors: Sequence[Factor]) -> list[dict[str, Any]]:
    """Return the row of each setting: its name, what came of it, and what the test says of it.

    The verdict ``unknown`` is of one with fewer scores than the best one, which is not compared.
    """
    rows: list[dict[str, Any]] = [
        {name: _finite(value) for name, value in row.items()} for row in comparison.table().select(COLUMNS).to_dicts()
    ]
    for index, row in enumerate(rows):
        row["label"] = ", ".join(f"{each.name} {each.names[index]}" for each in factors) or comparison.label(index)
        row |= {"verdict": "best" if index == comparison.verdict.best else "unknown", "difference": None, "p": None}
    for each in comparison.verdict.differences:
        verdict = "tie" if each.noise else "worse"
        rows[each.second] |= {"verdict": verdict, "difference": _finite(-each.mean), "p": each.corrected}
    return rows


# ---- runs -------------------------------------------------------------------------------------------------------------


def _run(setting: int, run: RunResult, epochs: Array) -> dict[str, Any]:
    losses = np.asarray(run.curves["loss"], dtype=np.float32)
    return {
        "setting": setting,
        "seed": run.seed,
        "status": run.status,
        "message": run.message,
        **{name: _finite(getattr(run, name)) for name in ("score", "train_score", "loss", "seconds", "epochs")},
        "losses": _base64(losses[epochs[epochs <= len(losses)] - 1], "<f4"),
        "snapshots": run.snapshot_epochs.tolist(),
        "scores": [_finite(score) for score in run.curves["score"].tolist()],
        "maps": None if run.maps is None else _base64(run.maps, "u1"),
        "margins": None if run.margins is None else _base64(run.margins, "u1"),
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and np.isfinite(number) else None


def _base64(array: Array, dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype=dtype).tobytes()).decode("ascii")


def _thinned(count: int) -> Array:
    """Return the epochs that curves are shown at: of many, both the early ones and some all along."""
    if count <= MOST_EPOCHS:
        return np.arange(1, count + 1)
    even, early = np.linspace(1, count, MOST_EPOCHS // 2), np.geomspace(1, count, MOST_EPOCHS // 2)
    return np.unique(np.concatenate([even, early]).round().astype(int))


def _snapshots(runs: Sequence[RunResult]) -> list[int]:
    """Return the epochs to stop at: those that runs were looked at by plan, and the end; not where each of them ended early."""
    planned = {epoch for run in runs for epoch in run.snapshot_epochs.tolist()[:-1]}
    ends = [run.snapshot_epochs[-1] for run in runs if len(run.snapshot_epochs)]
    return sorted(planned | {int(max(ends))}) if ends else []


def _theme(theme: Theme) -> dict[str, Any]:
    """Return a theme's colours as hexadecimal numbers, as the page's scripts take them."""
    return {
        "paper": theme.paper,
        "ink": theme.ink,
        "classes": [to_hex(each) for each in theme.colours],
        "sequential": [to_hex(each) for each in colormaps[theme.sequential](np.linspace(0, 1, COLOUR_STEPS))],
    }

"""A card's content as sections in words: what the text, the Markdown and the page show alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from halfmoon.data.notes import clipped
from halfmoon.description.content import Content
from halfmoon.description.translations import say

MOST_ROWS = 40
"""Of a table; how many more there are is said."""

LONGEST = 60
"""Characters of a name or a value of the data that are shown."""

MOST_LEVELS = 8
"""Of a category, the most frequent."""

Row = tuple[str, ...]


class Section(NamedTuple):
    """A part of a card.

    Attributes
    ----------
    title : str
    facts : tuple of (str, str)
        What has one value each.
    head : tuple of str
        Of the table's columns; empty where there is none.
    rows : tuple of tuple of str
    note : str
        Below the table; empty where there is nothing to say.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    head: Row = ()
    rows: tuple[Row, ...] = ()
    note: str = ""


def title_of(content: Content) -> str:
    """Return what a card is headed by."""
    names = {
        "network": say("A network"), "model": say("A model"), "trainer": say("A training"), "recording": say("A recording of a training"),
        "estimator": say("An estimator"), "table model": say("A model of a table"),
        "table ensemble": say("An ensemble of a table"), "tabular estimator": say("An ensemble for tables"),
    }  # fmt: skip
    title = names[content["kind"]]
    return f"{title}: {shown(content['file']['name'])}" if "file" in content else title


def sections(content: Content) -> list[Section]:
    """Return the sections of a card, in the language that is spoken; those that it says nothing of are left out."""
    made = (_purpose, _network, _data, _classes, _scores, _training, _versions)
    return [section for make in made for section in make(content) if section.facts or section.rows]


def shown(value: Any) -> str:
    """Return a name or a value of somebody's data as it can be shown anywhere: on one line, without control characters, not too long."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    text = str(value)
    return clipped(text if text.isprintable() else repr(text), LONGEST)


def _facts(*pairs: tuple[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value if isinstance(value, str) else shown(value)) for label, value in pairs if value is not None)


def _cut(rows: Sequence[Row]) -> tuple[tuple[Row, ...], str]:
    """Return rows that are not too many, and what is said of the others."""
    more = len(rows) - MOST_ROWS
    return tuple(rows[:MOST_ROWS]), say("and {more:,} more", more=more) if more > 0 else ""


def _purpose(content: Content) -> Iterator[Section]:
    tasks = {"classification": say("classification"), "regression": say("regression"), None: None}
    target = content.get("data", {}).get("target", {}).get("name")
    estimator = content.get("estimator", {})
    yield Section(
        say("What it is for"),
        _facts(
            (say("task"), tasks[content.get("task")]),
            (say("predicts"), None if target is None else shown(target)),
            (say("estimator"), estimator.get("class")),
            (say("networks in the ensemble"), estimator.get("networks")),
            (say("temperature"), estimator.get("temperature")),
        ),
    )


def _network(content: Content) -> Iterator[Section]:
    network = content["network"]
    facts = _facts(
        (say("inputs"), network.get("inputs")),
        (say("outputs"), network.get("outputs")),
        (say("parameters"), f"{network['parameters']:,}" if "parameters" in network else None),
        (say("numbers"), network.get("dtype")),
        (say("loss"), clipped(network["loss"], 2 * LONGEST)),
    )
    if "inputs" in network:
        head: Row = (say("place"), say("layer"), say("in -> out"), say("parameters"))
        more: list[Row] = [(each["shapes"], f"{each['parameters']:,}") for each in network["layers"]]
    else:
        head, more = (say("place"), say("layer")), [() for _ in network["layers"]]
    kept, note = _cut([(each["place"], clipped(each["layer"], LONGEST), *rest) for each, rest in zip(network["layers"], more, strict=True)])
    yield Section(say("Network"), facts, head, kept, note)


def _data(content: Content) -> Iterator[Section]:
    data = content.get("data")
    if data is None:
        return
    parts = {"training": say("rows to train on"), "validation": say("rows for validation"), "test": say("rows to test on")}
    facts = _facts(*((parts.get(part, part), f"{rows:,}") for part, rows in data.get("rows", {}).items()))
    if "left_out" in data:
        facts += ((say("columns left out"), _some(data["left_out"])),)
    of_numbers = [{"name": say("target"), **data["target"]}] if "low" in data["target"] else []
    kept, note = _cut([_column(each) for each in (*data["columns"], *of_numbers)])
    yield Section(say("Data it was trained on"), facts, (say("column"), say("holds"), say("range or levels"), say("missing")), kept, note)


def _some(values: list[Any]) -> str:
    """Return the first of some values."""
    return ", ".join(map(shown, values[:MOST_LEVELS])) + (" ..." if len(values) > MOST_LEVELS else "")


def _column(column: Mapping[str, Any]) -> Row:
    """Return the row of a column: its name, what it holds, its range or its levels, and how many cells miss a value."""
    holds = {
        "number": say("numbers"), "truth value": say("truth values"), "category": say("categories"), "date": say("dates"),
        "class": say("classes"), None: say("numbers"),
    }  # fmt: skip
    if "low" in column:
        low, high = (each if isinstance(each, list) else [each] for each in (column["low"], column["high"]))
        values = ", ".join(say("{low} to {high}", low=shown(one), high=shown(other)) for one, other in zip(low, high, strict=True))
    else:
        levels = column.get("levels") or [label for label, _ in column.get("counts", [])]
        values = _some(levels)
    missing = column.get("missing")
    return shown(column["name"]), holds[column.get("holds")], values, "" if missing is None else f"{missing:,}"


def _classes(content: Content) -> Iterator[Section]:
    target = content.get("data", {}).get("target", {})
    if "counts" in target:
        rows = [(shown(label), f"{count:,}") for label, count in target["counts"]]
        kept, note = _cut(rows)
        yield Section(say("Classes"), (), (say("class"), say("rows")), kept, note)
    elif "classes" in target:
        kept, note = _cut([(shown(label),) for label in target["classes"]])
        yield Section(say("Classes"), (), (say("class"),), kept, note)


def _scores(content: Content) -> Iterator[Section]:
    names = {
        "rows": say("rows"), "accuracy": say("accuracy"), "balanced_accuracy": say("balanced accuracy"), "log_loss": say("log-loss"),
        "r2": "R²", "mean_absolute_error": say("mean absolute error"), "score": say("score"), "loss": say("loss"),
    }  # fmt: skip
    parts = {"training": say("training"), "validation": say("validation"), "test": say("test"), "held out": say("held out by folds")}
    rows = [
        (parts.get(part, part), names.get(name, shown(name)), shown(value))
        for part, figures in content.get("scores", {}).items()
        for name, value in figures.items()
    ]
    kept, note = _cut(rows)
    yield Section(say("Scores"), (), (say("part"), say("figure"), say("value")), kept, note)


def _training(content: Content) -> Iterator[Section]:
    training, history = content.get("training", {}), content.get("history", {})
    last = {name: value for name, value in history.get("last", {}).items() if name != "epoch"}
    facts = _facts(
        (say("optimiser"), training.get("optimizer")),
        (say("penalty"), training.get("penalty")),
        (say("updates"), None if "updates" not in training else f"{training['updates']:,}"),
        (say("epochs"), None if "epochs" not in history else f"{history['epochs']:,}"),
        (say("best epoch"), history.get("best_epoch")),
        (say("ended"), history.get("said") or None),
        (say("last epoch"), ", ".join(f"{shown(name)} {shown(value)}" for name, value in last.items()) or None),
        (say("recorded epochs"), len(content["recorded"]) if "recorded" in content else None),
    )
    given = content.get("estimator", {}).get("parameters", {})
    kept, note = _cut([(name, clipped(shown(value), LONGEST)) for name, value in given.items()])
    yield Section(say("Training"), facts, (say("parameter"), say("value")) if kept else (), kept, note)


def _versions(content: Content) -> Iterator[Section]:
    file = content.get("file", {})
    pairs = [(name, shown(version)) for name, version in content.get("versions", {}).items()]
    yield Section(
        say("Versions"),
        _facts(*pairs, (say("format of the file"), file.get("format")), (say("bytes"), f"{file['bytes']:,}" if "bytes" in file else None)),
    )

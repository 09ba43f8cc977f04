"""Random messy CSV files: each is read rightly, and said where a cell was changed, or refused in one sentence."""

from __future__ import annotations

import datetime as dt
import math
import os
import re
import warnings

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.data import infer, read_table
from halfmoon.tabular import Recipe, TableModel, fit, prepare, score

ATTACK = float(os.environ.get("HALFMOON_ATTACK", "1"))
RECIPE = Recipe().changed({"hidden_layer_sizes": (2,), "max_iter": 1, "validation_fraction": 0.0})
LONGEST = 300
KINDS = {"number": "Number", "date": "Date"}

# a number as its column writes it: name, from a float to its text
STYLES = {
    "plain": lambda x: f"{x:.2f}",
    "blank": lambda x: f" {x:.2f} ",
    "thousands": lambda x: f"{x:,.2f}",
    "space": lambda x: f"{x:,.2f}".replace(",", " "),
    "thin space": lambda x: f"{x:,.2f}".replace(",", "\u2009"),
    "apostrophe": lambda x: f"{x:,.2f}".replace(",", "’"),
    "comma": lambda x: f"{x:.2f}".replace(".", ","),
    "German": lambda x: f"{x:,.2f}".translate(str.maketrans(",.", ".,")),
    "dollar": lambda x: f"${x:,.2f}" if x >= 0 else f"-${-x:,.2f}",
    "euro": lambda x: f"{x:.2f} €".replace(".", ","),
    "whole": lambda x: f"{x:,.0f}",
    "three decimals": lambda x: f"{x:.3f}".replace(".", ","),
    "percent": lambda x: f"{100 * x:.2f}%",
    "behind": lambda x: f"{-x:.2f}-" if x < 0 else f"{x:.2f}",
    "brackets": lambda x: f"({-x:.2f})" if x < 0 else f"{x:.2f}",
    "exponent": lambda x: f"{x:.8e}",
    "minus": lambda x: f"{x:.2f}".replace("-", "−"),
}
DATE_STYLES = ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%b-%Y", "%B %d, %Y", "%Y-%m-%dT%H:%M:%S", "%d.%m.%y"]
MARKS = ["", " ", "NA", "n/a", "?", "-", "None", "missing", "#DIV/0!", "NaN", "<NA>", "."]
JUNK = ["abc", "5 kg", "1.2.3", "12/13", "--", "inf", "1e400", "2020-02-30", "007", "'", "\u00a0", "=1+1", "1,2,3", "x" * 200]
WORDS = ["Paris", "paris", "Paris ", "Lyon", "Nice", "NA", "none", "-", "true", "0", "1.50", "07", "中文"]


@st.composite
def columns(draw, rows):
    """A column's cells, and what each of them is: a number, a date, None for what is neither."""
    kind = draw(st.sampled_from(["number", "number", "date", "words", "truth", "junk"]))
    seed = np.random.RandomState(draw(st.integers(0, 2**16)))
    if kind == "number":
        style = draw(st.sampled_from(sorted(STYLES)))
        scale, draw_digits = draw(st.sampled_from([(1.0, 2), (100.0, 2), (1e4, 2), (1e6, 0)]))
        known = [round(float(x), draw_digits) for x in seed.normal(0, scale, rows)]
        cells = [STYLES[style](x) for x in known]
        known = [float(round(x)) if style == "whole" else x for x in known]
    elif kind == "date":
        style = draw(st.sampled_from(DATE_STYLES))
        known = [dt.datetime(1971, 1, 1) + dt.timedelta(days=int(d)) for d in seed.randint(0, 30000, rows)]  # noqa: DTZ001
        if draw(st.booleans()):  # days that may be months too
            known = [day.replace(day=day.day % 12 + 1) for day in known]
        other = draw(st.sampled_from([*DATE_STYLES, style, style]))
        cells = [day.strftime(other if place % 3 == 2 else style) for place, day in enumerate(known)]
    else:
        pool = {"words": WORDS, "truth": ["true", "False", "YES", "no"], "junk": JUNK + MARKS}[kind]
        cells = [pool[i] for i in seed.randint(0, draw(st.integers(1, len(pool))), rows)]
        known = [None] * rows
    for place in draw(st.lists(st.integers(0, rows - 1), max_size=3)):
        cells[place] = draw(st.sampled_from(MARKS + JUNK))
        known[place] = None
    return kind, cells, known


@st.composite
def files(draw):
    """The text of a CSV file, with its columns."""
    rows = draw(st.integers(4, 60))
    count = draw(st.integers(1, 3))
    made = [draw(columns(rows)) for _ in range(count + 1)]
    names = [
        *draw(
            st.lists(st.sampled_from(["a", "b c", "", "Unnamed: 0", "id", "é", "x,y", "7"]), min_size=count, max_size=count, unique=True)
        ),
        "y",
    ]
    return dict(zip(names, made, strict=True)), rows


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell


def text_of(table, rows, places=None):
    lines = [",".join(quoted(name) or '""' for name in table)]
    lines += [
        ",".join(quoted(cells[place]) or '""' for _, cells, _ in table.values()) for place in (range(rows) if places is None else places)
    ]
    return "\n".join(lines) + "\n"


def said_missing(notes, name):
    """Return of how many cells of a column a note says that they count as missing."""
    pattern = re.compile(rf"^([\d,]+) of [\d,]+ cells of {re.escape(repr(name))} .*count as (missing|another)")
    return sum(int(found[1].replace(",", "")) for found in map(pattern.match, notes) if found)


def is_right(value, known):
    if isinstance(known, dt.datetime):
        return isinstance(value, dt.datetime) and value.date() == known.date()
    return isinstance(value, int | float) and math.isclose(value, known, rel_tol=1e-6, abs_tol=0.0051)


def check_cells(name, cells, known, series, notes):
    """Each cell is what it was meant to be, or counts as missing and that is said."""
    lost = 0
    in_other_digits = any("same number in other digits" in note and repr(name) in note for note in notes)
    for cell, wanted, value in zip(cells, known, series, strict=True):
        if value is None:
            lost += bool(cell)
        elif wanted is not None and not isinstance(value, str):
            assumed = any("decimal=..." in note and repr(name) in note for note in notes)
            assert is_right(value, wanted) or assumed, (name, cell, wanted, value)
        elif isinstance(value, str):
            same = value != cell and in_other_digits and float(value) == float(cell)
            assert value == cell or value.lower() in {"true", "yes", "false", "no"} or same, (cell, value)
    assert said_missing(notes, name) == lost, (name, notes)


def check_notes(notes):
    for note in notes:
        assert len(note) <= LONGEST, note
        assert "\n" not in note


def as_read(table, rows, frame, notes):
    """Return the columns by the names they were read by, and how many rows; None where the header was taken for a row, which is said."""
    full = {name: made for name, made in table.items() if name or any(made[1])}
    assert frame.width == len(full), frame.columns
    if any("no header" in note for note in notes):
        return None, frame.height
    for place, (name, column) in enumerate(zip(full, frame.columns, strict=True)):
        assert column == name or (name == "" and column == f"column_{list(table).index(name) + 1}"), (place, name, column)
    left_out = range(frame.height, rows)  # at the end, without any value
    assert not any(cells[place] for place in left_out for _, cells, _ in table.values())
    assert not left_out or any("without any value" in note for note in notes), notes
    height = frame.height
    return {
        column: (kind, cells[:height], known[:height]) for column, (kind, cells, known) in zip(frame.columns, full.values(), strict=True)
    }, height


@settings(max_examples=max(1, round(20 * ATTACK)), suppress_health_check=list(HealthCheck))
@given(files(), st.data())
def test_a_messy_file_is_read_rightly_or_refused(tmp_path_factory, made, data):
    written, rows = made
    path = tmp_path_factory.getbasetemp() / "messy.csv"
    path.write_text(text_of(written, rows), encoding="utf-8")
    frame, said = read_table(path)
    table, height = as_read(written, rows, frame, said)
    if table is None:
        event("no header")
        return
    refusal = None
    try:
        prepared = prepare(frame, "y", RECIPE)
        model = fit(prepared)
    except InputError as error:
        refusal = str(error)
    if refusal is not None:
        assert len(refusal) <= LONGEST, refusal
        event("refused: " + re.sub(r"'.*?'", "_", refusal)[:70])
        return
    event("trained")
    check_notes((*said, *prepared.notes))
    typed = infer(frame, "y").frame
    for column in prepared.preparation.columns:
        kind, cells, known = table[column.name]
        check_cells(column.name, cells, known, typed[column.name], prepared.notes)
        if kind in KINDS and None not in known:
            assert type(column).__name__ == KINDS[kind], (column, cells[:3])
    for name in prepared.preparation.left_out:
        assert any(repr(name) in note for note in prepared.notes), (name, prepared.notes)
    model.save(path.with_suffix(".safetensors"))
    model = TableModel.load(path.with_suffix(".safetensors"))
    whole = model.read(frame)
    check_notes(whole.notes)
    for column in model.preparation.columns:
        if not getattr(column, "cut", False):
            assumed = [note for note in prepared.notes if "decimal=..." in note]
            check_cells(column.name, *table[column.name][1:], whole.frame[column.name], [*whole.notes, *assumed])
    assert score(model, frame).value <= 1
    full = [place for place in range(height) if any(cells[place] for _, cells, _ in table.values())]
    few = data.draw(st.lists(st.sampled_from(full), min_size=1, max_size=3))
    path.write_text(text_of(written, rows, few), encoding="utf-8")
    again = model.read(read_table(path, known=model.preparation.names, text=model.preparation.texts).frame)
    for column in model.preparation.columns:
        one, all_of_them = (column.features(each.frame[column.name]) for each in (again, whole))
        assert one.tobytes() == all_of_them[few].tobytes()
    with warnings.catch_warnings(action="ignore"):
        assert model.predict(again.frame).height == len(few)

"""What is said of a table is Chinese where Chinese is spoken; what is wrong with it stays English."""

from __future__ import annotations

import re

import polars as pl
import pytest

from halfmoon.base.errors import InputError
from halfmoon.base.language import speaking
from halfmoon.data import ColumnOptions, infer, read_table
from halfmoon.data.preparation import fit
from halfmoon.data.targets import find_task

N = 40
CELLS = {
    "missing": ["1.5", "-"] + ["2.5"] * (N - 2),
    "no number": ["abc", *(f"{each}.5" for each in range(N - 1))],
    "bounds": ["<1.5", *(f"{each}.5" for each in range(N - 1))],
    "thousands": [f"{each},234.5" for each in range(1, N + 1)],
    "open mark": [f"{1 + each}.234" for each in range(N)],
    "timestamp": [1580428800 + each * 7000 for each in range(N)],
    "zip_code": [10115 + each * each for each in range(N)],
    "a minus": ["u", "-", "v", "w"] * (N // 4),
    "weeks": [f"2024-W{1 + each:02}" for each in range(N)],
    "two orders": ["31.01.2020", "05.01.2020", "01/31/2020", "01/05/2020"] * (N // 4),
    "codes": [f"0{each % 7}" for each in range(N)],
    "near numbers": ["u", "v", "w"] * 5 + [f"{each}.5" for each in range(N - 15)],
    "near dates": ["u", "v", "w"] * 5 + [f"2020-01-{1 + each}" for each in range(N - 15)],
    "several ways": [f"{each}.5" for each in range(N // 2)] + [f"{each} kg" for each in range(N // 2)],
    "truth": ["yes", "no", "Yes", "NO"] * (N // 4),
    "dates": ["x", *(f"{1 + each % 28}.2.{20 + each % 5}" for each in range(N - 1))],
    "zones": [f"2020-01-{1 + each % 28:02}T10:00:00Z" for each in range(N)],
    "two ways": [f"2020-01-{1 + each % 28:02}" if each % 2 else f"{1 + each % 28} January 2020" for each in range(N)],
    "times": [f"{each % 24}:30" for each in range(N)],
    "constant": ["a"] * N,
    "empty": [""] * N,
    "id": [f"C{each}" for each in range(N)],
    "n": list(range(N)),
    "customer_id": [1000 + 7 * (each * 3 % N) for each in range(N)],
}


def english_words(note):
    """Return the words of a sentence outside quotes that are neither options nor names of programs."""
    bare = re.sub(r"'[^']*'", "", note)
    return set(re.findall(r"[A-Za-z]{2,}", re.sub(r"--[\w-]+|\w+=\S+", "", bare))) - {"pandas", "UTC"}


@pytest.mark.parametrize("what", CELLS)
def test_notes_of_a_column(what):
    frame = pl.DataFrame({what: CELLS[what], "other": [0.5, 2.5, 1.5, 0.5] * (N // 4), "y": ["a", "b"] * (N // 2)})
    in_english = infer(frame, "y").notes
    with speaking("zh"):
        notes = infer(frame, "y").notes
    assert len(notes) == len(in_english)
    if what not in {"open mark", "several ways"}:
        assert notes
    for note in notes:
        assert re.search("[\u4e00-\u9fff]", note)
        assert not english_words(note), note


def test_notes_of_another_table():
    prepared = fit(infer(pl.DataFrame({"x": ["Paris", "Lyon"] * 5, "y": ["a", "b"] * 5}), "y").frame, "y").preparation
    with speaking("zh"):
        read = prepared.read(pl.DataFrame({"x": ["paris ", "Nice"], "new": [1, 2]}))
        assert find_task(pl.Series("y", [0.5, 1.0])) == ("regression", "作回归，因为 'y' 含有小数。")
    assert read.notes == (
        "'x' 的 2 个单元格中有 2 个是训练时没有的类别，算作缺失值：第 1 行的 'paris '、第 2 行的 'Nice'（'paris ' 不同于 'Paris'）。",
    )
    assert read.unused == ("训练时没有的列不会用到：'new'。",)


FILES = {
    "semicolons": "a;b\n1;2\n3;4\n",
    "a title": "A title\n\na,b\n1,2\n\n3,4\n,\n",
    "no header": "1,2\n3,4\n5,6\n",
    "a header again": "a,b\nu,2\na,b\nv,4\n",
    "blanks around names": "a, b \n1,2\n3,4\n",
    "an empty column": "a,b,\n1,2,\n3,4,\n",
    "a column without a name": "a,,b\n1,7,2\n3,8,4\n",
    "latin-1": "a,b\nGrüße,2\nHöhe,3\nÄpfel,3\n".encode("latin-1"),
    "utf-16": "a,b\n1,2\n3,4\n".encode("utf-16-le"),
    "blanks behind separators": "a, b\n1, u\n2, v\n",
    "names of rows": "a,b\nu,1,2\nv,3,4\nw,5,6\n",
    "a total": "a,b\nu,1\nv,2\nTotal,3\n",
    "comments": "# by a program\na,b\n1,2\n3,4\n",
}


@pytest.mark.parametrize("what", FILES)
def test_notes_of_a_file(what, tmp_path):
    content = FILES[what]
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with speaking("zh"):
        notes = read_table(path).notes
    assert notes
    for note in notes:
        assert re.search("[\u4e00-\u9fff]", note)
        assert not english_words(note.removeprefix("t.csv")) - {"column", "utf", "cp", "le", "latin"}, note


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        (["1.2.2020", "3.4.2020"] * 20, ColumnOptions()),
        (["13.2.2020", "3.14.2020"] * 20, ColumnOptions()),
        (["13.2.2020", "14.3.2020"] * 20, ColumnOptions(day_first=False)),
        (["u", "v"] * 20, ColumnOptions(number=("x",))),
    ],
)
def test_errors_are_english(cells, options):
    frame = pl.DataFrame({"x": cells, "y": ["a", "b"] * 20})
    with speaking("zh"), pytest.raises(InputError) as caught:
        infer(frame, "y", options)
    assert re.fullmatch(r"the column 'x' must .*, got '[^']*' in row \d+.*", str(caught.value))
    assert str(caught.value).isascii()

"""Tables are read as they stand in the file, or refused in a sentence that names the file and the place."""

import csv
import gc
import io
import os
import signal
import sys
import threading
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.data import FileFormat, read_table
from messy_files import FILES, parquet, workbook


def same(found, wanted):
    """Return whether a cell was read right, as a number or as its text."""
    if wanted is None or isinstance(wanted, str):
        return found == wanted
    try:
        return float(found) == wanted
    except (TypeError, ValueError):
        return False


@pytest.mark.parametrize("messy", [each for each in FILES if each.columns is not None], ids=lambda each: each.title)
def test_a_file_is_read_and_what_was_guessed_is_said(tmp_path, messy):
    path = tmp_path / messy.name
    path.write_bytes(messy.content)
    frame, notes = read_table(path, messy.asked)
    assert frame.columns == list(messy.columns)
    for name, wanted in messy.columns.items():
        wrong = [place for place, pair in enumerate(zip(frame[name], wanted, strict=True)) if not same(*pair)]
        assert not wrong, (name, wrong[:5])
    assert bool(notes) == bool(messy.said), notes
    for word in messy.said:
        assert word in " ".join(notes)
    for note in notes:
        assert note.startswith(f"{messy.name}: ")
        assert len(note) < 300


@pytest.mark.parametrize("messy", [each for each in FILES if each.columns is None], ids=lambda each: each.title)
def test_a_file_is_refused_in_a_sentence(tmp_path, messy):
    path = tmp_path / messy.name
    path.write_bytes(messy.content)
    with pytest.raises(InputError) as caught:
        read_table(path, messy.asked)
    sentence = str(caught.value).replace(str(path), messy.name)
    for word in messy.said:
        assert word in sentence
    assert "\n" not in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("known", "content", "names"),
    [
        (["0", "1"], b"0,1\n5,6\n", ["0", "1"]),
        (["column_1", "column_2"], b"red,round\nblue,square\n", ["column_1", "column_2"]),
        (["column_1", "column_2"], b"5,6\n", ["column_1", "column_2"]),
        (["a", "b"], b"b,c\n5,6\n", ["b", "c"]),
    ],
)
def test_names_that_are_expected_tell_a_header_from_a_row(tmp_path, known, content, names):
    (tmp_path / "x.csv").write_bytes(content)
    assert read_table(tmp_path / "x.csv", known=known).frame.columns == names


@pytest.mark.parametrize(
    ("known", "names"), [((), ["a"]), (("", "a", "column_3"), ["", "a", "column_3"]), (("column_3", "a"), ["a", "column_3"])]
)
def test_a_column_without_name_or_value_is_kept_where_it_is_expected(tmp_path, known, names):
    path = tmp_path / "a.csv"
    path.write_text(",a,\n,1,\n,2,\n")
    assert read_table(path, known=known).frame.columns == names


def test_columns_of_text_stay_text(tmp_path):
    (tmp_path / "x.csv").write_text("a,b,c\n1,true,1.50\nNA,false,2\n")
    frame = read_table(tmp_path / "x.csv", text=["a", "c", "not there"]).frame
    assert frame.to_dict(as_series=False) == {"a": ["1", "NA"], "b": ["true", "false"], "c": ["1.50", "2"]}


@pytest.mark.parametrize("content", [parquet(pl.DataFrame({"a": []})), workbook(a=[["x"]])])
def test_no_rows_are_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(InputError, match="at least one row"):
        read_table(tmp_path / "x")


def test_damage_inside_parquet_is_refused(tmp_path):
    content = bytearray(parquet(pl.DataFrame({"a": range(3000)})))
    content[10] ^= 255
    content[20] ^= 255
    (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(InputError, match="can be read"):
        read_table(tmp_path / "x.parquet")


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name, words in {
        "folder.csv": "must be a file, it is a directory",
        "pipe.csv": "must be a file, it is a pipe or a device",
        "nothing.csv": "must be a file, there is none of that name",
        f"{'x' * 300}.csv": "must be a table that can be read, got an error: .*File name too long",
        "a\0b.csv": "path must be the path of a file, got .*null",
        "a\udcff.csv": "there is none of that name",
    }.items():
        with pytest.raises(InputError, match=words):
            read_table(tmp_path / name)
    with pytest.raises(InputError, match="path of a file, got 3"):
        read_table(3)


def test_a_workbook_without_its_reader_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    (tmp_path / "x.xlsx").write_bytes(workbook(a=[["x"], [1]]))
    with pytest.raises(InputError, match=r"needs fastexcel: .* install .*(fastexcel|halfmoon\[excel\])"):
        read_table(tmp_path / "x.xlsx")


def test_ctrl_c_is_heard_once_and_soon(tmp_path):
    line = ",".join(["1.25"] * 20) + "\n"
    path = tmp_path / "large.csv"
    path.write_text("".join(f"x{place}," for place in range(19)) + "y\n" + line * 500_000)
    pressed, took = [], 0.0

    def press():
        pressed.append(time.process_time())
        os.kill(os.getpid(), signal.SIGINT)

    for after in (0.02, 0.1, 0.2):
        timer = threading.Timer(after, press)
        timer.start()
        try:
            gc.disable()  # an interrupt in what Hypothesis does when it collects is lost
            try:
                read_table(path)
                timer.join()
                time.sleep(0.5)
            except KeyboardInterrupt:
                took = time.process_time() - pressed[-1]  # of which other work takes none
                sum(range(1000))  # a second one would be raised by now
        except KeyboardInterrupt:
            pytest.fail("one press of Ctrl-C interrupts twice")
        finally:
            gc.enable()
        assert took < 0.5 * (os.cpu_count() or 1)


CELLS = st.sampled_from(
    ["1", "-2.5", "x", "", "NA", "two\nlines", "two\n\nlines", 'a "quoted" word', "a,b", "c;d", " ", "007", "é", "北京", "1e3"]
)


@settings(max_examples=150)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6).filter(lambda rows: any(rows[-1])),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, rows, mark, end, encoding, quoting):
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator=end, quoting=quoting).writerows([["aa", "b", "c"], *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_text(text.getvalue(), encoding=encoding, newline="")
    frame = read_table(path, FileFormat(mark, encoding)).frame
    for found, row in zip(frame.rows(), rows, strict=True):
        assert all(same(*pair) for pair in zip(found, map(number, row), strict=True)), (found, row)


def number(cell):
    """Return a cell as a number where it is one that a column may be read as, None where it is empty."""
    try:
        return float(cell) if cell not in {"007", "NA"} else cell
    except ValueError:
        return cell or None


PIECES = st.sampled_from(
    [piece.encode("latin-1") for piece in (*",;\t| \n\r\"\\#-\0{}'", "\r\n", '""', "a", "b", "1", "2.5", "007", "NA", "\xe9", "\xb1\xb1")]
    + [b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b", b"PK\x03\x04", b"PAR1"]
)


@settings(max_examples=400)
@given(st.lists(PIECES, min_size=1, max_size=40))
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path_factory, pieces):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"".join(pieces))
    try:
        frame, _ = read_table(path)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - it is read or refused
    else:
        assert frame.height > 0
        assert all(isinstance(name, str) for name in frame.columns)

"""Tables are read as they stand in the file, or refused in a sentence that names the file and the place."""

import csv
import gzip
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.data import read_table

OPEN_FILES = Path("/proc/self/fd")

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00,\x01\x02"

REFUSED = [
    # name, bytes, what the sentence holds
    ("x.xls", b"a,b\n1,2\n", ["must end in .csv", ".parquet", "'.xls'"]),
    ("x", b"a,b\n1,2\n", ["must end in .csv", "no ending"]),
    ("x.csv", b"", ["the file is empty"]),
    ("x.csv", b"\n\r\n\n", ["the file is empty"]),
    ("x.csv", b"a,b\n", ["at least one row"]),
    ("x.csv", b"a,b", ["at least one row"]),
    ("x.csv", b"a,b\n\n\n", ["at least one row"]),
    ("x.csv", b"a,b,a\n1,2,3\n", ["'a' comes 2 times"]),
    ("x.csv", b"a,,\n1,2,3\n", ["'' comes 2 times"]),
    ("x.csv", b"a,b\n1,2\n1,2,3\n", ["line 3 ", "2 fields", "got 3"]),
    ("x.csv", b"a,b\n1,2,\n", ["line 2 ", "2 fields", "got 3"]),
    ("x.csv", b"a,b\n\n1,2\n1", ["line 4 ", "2 fields", "got 1"]),
    ("x.csv", b'a,b\n1,"x\ny"\n1', ["line 4 ", "got 1"]),
    ("x.csv", b'a,b\n1,"x\n2,y\n', ["line 2 ", "closed quotes"]),
    ("x.csv", b'a,b\n1,"x', ["line 2 ", "closed quotes"]),
    ("x.csv", b'a,b\n1,"' + b"x" * 140_000, ["line 2 ", "closed quotes"]),
    ("x.csv", b'a,b\n"x"y,2\n', ["line 2 ", "closed quotes"]),
    ("x.csv", b'a,b\n1,x"y\n2,3\n', ["quotes only around whole fields", "CSV malformed"]),
    ("x.csv", b"a,b\r1,2\r", ["line 1 ", "new-line"]),
    ("x.csv", "a,b\n1,é\n".encode("latin-1"), ["UTF-8", "line 2 ", "0xe9"]),
    ("x.csv", "a,b\n1,2\n".encode("utf-16"), ["UTF-8", "line 1 ", "0xff"]),
    ("x.csv", PNG, ["UTF-8", "line 1 ", "0x89"]),
    ("x.csv", b"PK\x03\x04\x00", ["UTF-8", "line 1 ", "0x00"]),
    ("x.csv.gz", b"a,b\n1,2\n", ["x.csv.gz", "gzip"]),
    ("x.csv.gz", gzip.compress(b"a,b\n1,2\n" * 100, mtime=0)[:-12], ["x.csv.gz", "end-of-stream"]),
    ("x.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:10] + b"\xff" * 20, ["x.csv.gz"]),
    ("x.tsv", b"a\tb\n1\n", ["line 2 ", "2 fields"]),
    ("x.parquet", b"", ["the file is empty"]),
    ("x.parquet", PNG, ["can be read", "PAR1"]),
    ("x.pq", b"PAR1 no table PAR1", ["can be read"]),
]

READ = [
    ("x.csv", b"a,b\n1,2\n", {"a": [1], "b": [2]}),
    ("X.CSV", b"a,b\n1,2", {"a": [1], "b": [2]}),
    ("x[1]*.csv", b"a,b\n1,2\n", {"a": [1], "b": [2]}),
    ("x.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n", {"a": [1], "b": [2]}),
    ("x.csv", b"\n\na,b\n\n1,2\r\n\n\n3,4\n\n", {"a": [1, 3], "b": [2, 4]}),
    ("x.csv", b"a\n1\n\n2\n", {"a": [1, 2]}),
    ("x.csv", b",b\n1,2\n\n3,4", {"": [1, 3], "b": [2, 4]}),
    ("x.csv", b'a,b\n1,"x\n\ny"\n2,"z""q"\n', {"a": [1, 2], "b": ["x\n\ny", 'z"q']}),
    ("x.csv", b"a\n" + b"1\n" * 2000 + b"1.5\n", {"a": [1.0] * 2000 + [1.5]}),
    ("x.csv", b"a,b\n1,\nNA,N/A\n,?\n", {"a": ["1", "NA", None], "b": [None, "N/A", "?"]}),
    ("x.csv", b"a,b\ntrue,2020-01-02\nfalse,NA\n", {"a": ["true", "false"], "b": ["2020-01-02", "NA"]}),
    ("x.csv", b"a,b\n007,-1.5\n8,2\n", {"a": ["007", "8"], "b": [-1.5, 2.0]}),
    ("x.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0), {"a": [1], "b": [2]}),
    ("x.tsv", b"a\tb\n1\t2,5\n", {"a": [1], "b": ["2,5"]}),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(path)
    for word in [str(path), *words]:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux shows which files are open")
@pytest.mark.parametrize("content", [b"a,b\n1,2\n1\n3,4\n", b'a,b\n1,"x\n'])
def test_a_damaged_file_is_closed_at_once(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert caught.value.__traceback__ is not None
    assert path not in [number.resolve() for number in OPEN_FILES.iterdir()]


@pytest.mark.parametrize(("name", "content", "columns"), READ)
def test_a_file_is_read(tmp_path, name, content, columns):
    path = tmp_path / name
    path.write_bytes(content)
    assert read_table(str(path)).to_dict(as_series=False) == columns


def test_columns_of_text_stay_text(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\n01,true,1.50\nNA,false,2\n")
    found = read_table(path, text=["a", "b", "not there"]).to_dict(as_series=False)
    assert found == {"a": ["01", "NA"], "b": ["true", "false"], "c": [1.5, 2.0]}


@pytest.mark.parametrize("name", ["x.parquet", "x.pq"])
def test_parquet_is_read(tmp_path, name):
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})
    frame.write_parquet(tmp_path / name)
    assert read_table(tmp_path / name).equals(frame)


def test_damage_inside_parquet_is_refused(tmp_path):
    path = tmp_path / "x.parquet"
    pl.DataFrame({"a": range(3000)}).write_parquet(path)
    content = bytearray(path.read_bytes())
    content[10] ^= 255
    content[20] ^= 255
    path.write_bytes(content)
    with pytest.raises(InputError, match="can be read"):
        read_table(path)


def test_parquet_without_rows_is_refused(tmp_path):
    pl.DataFrame({"a": []}).write_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="at least one row"):
        read_table(tmp_path / "x.parquet")


def test_rows_that_polars_loses_are_missed(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    monkeypatch.setattr(pl, "read_csv", lambda *_, **__: pl.DataFrame({"a": [1], "b": [2]}))
    with pytest.raises(InputError, match="2 rows were counted and 1 read"):
        read_table(path)


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=r"folder\.csv must be a file, it is a directory"):
        read_table(tmp_path / "folder.csv")
    with pytest.raises(InputError, match=r"nothing\.csv must be a file, there is none"):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(InputError, match=r"xxx\.csv must be a table that can be read, got an error: .*File name too long"):
        read_table(tmp_path / f"{'x' * 300}.csv")
    with pytest.raises(InputError, match=r"^path must be a name in UTF-8, got 'a\\udcff\.csv'$"):
        read_table("a\udcff.csv")
    with pytest.raises(InputError, match="path of a file, got 3"):
        read_table(3)


FIELDS = st.sampled_from(["1", "x", "", "NA", "two\nlines", "two\n\nlines", 'a "quoted" word', "a,b", " "])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.none() | st.tuples(FIELDS, FIELDS), min_size=1, max_size=6).filter(any), st.sampled_from(["\n", "\r\n"]))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, records, end):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(["a", "b"])
    for record in records:
        writer.writerow(record or [])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    found = read_table(path).cast(pl.String).rows()
    assert found == [tuple(field or None for field in record) for record in records if record]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", ",")])
def test_another_separator_is_named(name, mark, tmp_path):
    file = tmp_path / name
    file.write_text(f"x{mark}y\n1{mark}2\n")
    with pytest.raises(InputError) as caught:
        read_table(file)
    assert f"looks separated by {mark!r}" in str(caught.value)

"""Tables as programs and people write them, with what is right to read, or the words of the sentence that refuses them.

A cell is given as text or as a number; a number may be read as one or as its text. ``said`` are words of the notes; of a
file without any, nothing is said.
"""

import bz2
import gzip
import io
import json
import lzma
import sys
import zipfile
from dataclasses import dataclass, field

import polars as pl
import xlsxwriter

from halfmoon.data import FileFormat

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@dataclass(frozen=True)
class Messy:
    """A file, and what is to become of it."""

    title: str
    name: str
    content: bytes
    columns: dict | None = None  # None: it is refused
    said: tuple = ()  # words of the notes, or of the sentence that refuses
    asked: FileFormat = field(default_factory=FileFormat)


PLAIN = {"id": [1, 2, 3], "city": ["Oslo", "Rome", "Bern"], "size": [1.5, 2.25, 3.0]}


def text(columns, mark=",", end="\n", header=True):
    """Return columns as lines of text."""
    lines = [list(columns)] * header + [list(map(str, row)) for row in zip(*columns.values(), strict=True)]
    return "".join(mark.join(line) + end for line in lines)


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(**sheets):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(place, column, value)
    return stream.getvalue()


def parquet(frame):
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


ROWS = [["id", "city", "size"], [1, "Oslo", 1.5], [2, "Rome", 2.25], [3, "Bern", 3]]
GERMAN = {"id": [1, 2, 3], "ort": ["Köln", "Zürich", "Gießen"], "maß": [1.5, 2.25, 3.0]}
CHINESE = {"编号": [1, 2, 3], "城市": ["北京", "上海", "广州市"], "大小": [1.5, 2.25, 3.0]}
RUSSIAN = {"id": [1, 2, 3], "город": ["Москва", "Казань", "Самара"], "y": [1.5, 2.25, 3.0]}
POLISH = {"id": [1, 2, 3], "miasto": ["Łódź", "Kraków", "Gdańsk"], "y": [1.5, 2.25, 3.0]}
JAPANESE = {"id": [1, 2, 3], "都市": ["東京", "大阪", "カラー"], "y": [1.5, 2.25, 3.0]}
IRIS = [(5.1, 3.5, "setosa"), (4.9, 3.0, "setosa"), (7.0, 3.2, "versicolor"), (6.4, 3.2, "versicolor")]
NAMELESS = {f"column_{place + 1}": list(column) for place, column in enumerate(zip(*IRIS, strict=True))}
LONG = "x" * 140_000

FILES = [
    # ---- separators, whatever the ending
    Messy("comma", "a.csv", text(PLAIN).encode(), PLAIN),
    Messy("semicolon", "a.csv", text(PLAIN, ";").encode(), PLAIN, ("a semicolon separates",)),
    Messy("tab", "a.csv", text(PLAIN, "\t").encode(), PLAIN, ("a tab separates",)),
    Messy("bar", "a.csv", text(PLAIN, "|").encode(), PLAIN, ("a bar separates",)),
    Messy("tab in .tsv", "a.tsv", text(PLAIN, "\t").encode(), PLAIN),
    Messy("comma in .tsv", "a.tsv", text(PLAIN).encode(), PLAIN, ("a comma separates",)),
    Messy("bar in .txt", "a.txt", text(PLAIN, "|").encode(), PLAIN, ("a bar separates",)),
    Messy("comma without an ending", "adult", text(PLAIN).encode(), PLAIN, ("a comma separates",)),
    Messy("blanks", "a.data", b"1.5   2 x\n2.25 13 y\n 3.0   4 x\n", {"column_1": [1.5, 2.25, 3.0], "column_2": [2, 13, 4],
          "column_3": ["x", "y", "x"]}, ("runs of blanks separate", "no header")),
    Messy("blanks and a tab before quotes", "auto.data", b'18.0   8   307.0\t"ford torino"\n15.0   8   350.0\t"buick skylark 320"\n'
          b'14.0   6   199.0\t"amc gremlin"\n', {"column_1": [18.0, 15.0, 14.0], "column_2": [8, 8, 6], "column_3": [307.0, 350.0, 199.0],
          "column_4": ["ford torino", "buick skylark 320", "amc gremlin"]}, ("runs of blanks separate", "no header")),
    Messy("decimal commas", "a.csv", b"a;b\n1,5;2,5\n3,25;4\n", {"a": ["1,5", "3,25"], "b": ["2,5", "4"]}, ("a semicolon",)),
    Messy("decimal commas, no header", "a.csv", b"1,5;2,5;3,5\n3,25;4;1,1\n3,5;4,5;1,25\n",
          {"column_1": ["1,5", "3,25", "3,5"], "column_2": ["2,5", "4", "4,5"], "column_3": ["3,5", "1,1", "1,25"]},
          ("a semicolon", "no header")),
    Messy("semicolons in text", "a.csv", b"id,t\n1,a;b\n2,c;d\n3,e;f;g\n", {"id": [1, 2, 3], "t": ["a;b", "c;d", "e;f;g"]}),
    Messy("commas in quotes, semicolon", "a.csv", b'id;t\n1;"a, b, c"\n2;"d, e"\n', {"id": [1, 2], "t": ["a, b, c", "d, e"]},
          ("a semicolon",)),
    Messy("tabs between dates and times", "a.txt", b"2020-01-01 10:00\t5.5\n2020-01-02 11:00\t6.5\n2020-01-03 12:00\t7\n",
          {"column_1": ["2020-01-01 10:00", "2020-01-02 11:00", "2020-01-03 12:00"], "column_2": [5.5, 6.5, 7]}, ("a tab", "no header")),
    Messy("one column", "a.csv", b"size\n1.5\n2.5\n", {"size": [1.5, 2.5]}),
    Messy("Excel says its separator", "a.csv", b"sep=;\r\nid;t\r\n1;x\r\n2;y\r\n", {"id": [1, 2], "t": ["x", "y"]}, ("a semicolon",)),
    Messy("a separator that is said", "a.csv", b"a:b,c\n1:2,5\n", {"a": [1], "b,c": ["2,5"]}, asked=FileFormat(separator=":")),
    Messy("a tab that is said", "a.csv", b"a,b\tc\n1,5\t2\n", {"a,b": ["1,5"], "c": [2]}, asked=FileFormat(separator="tab")),
    Messy("two bars", "a.csv", b"id||city\n1||Oslo\n2||Rome\n", {"id": [1, 2], "city": ["Oslo", "Rome"]},
          ("a bar", "without name or value, at place 2")),
    # ---- encodings
    Messy("UTF-8", "a.csv", text(GERMAN).encode(), GERMAN),
    Messy("UTF-8 with a mark", "a.csv", text(GERMAN).encode("utf-8-sig"), GERMAN),
    Messy("UTF-16", "a.csv", text(GERMAN, "\t").encode("utf-16"), GERMAN, ("a tab",)),
    Messy("UTF-16 big end first", "a.csv", b"\xfe\xff" + text(CHINESE).encode("utf-16-be"), CHINESE),
    Messy("UTF-16 LE without a mark", "a.csv", text(CHINESE).encode("utf-16-le"), CHINESE, ("utf-16-le is guessed",)),
    Messy("UTF-16 BE without a mark", "a.csv", text(GERMAN).encode("utf-16-be"), GERMAN, ("utf-16-be is guessed",)),
    Messy("UTF-32", "a.csv", text(GERMAN).encode("utf-32"), GERMAN),
    Messy("cp1252", "a.csv", text(GERMAN, ";").encode("cp1252"), GERMAN, ("cp1252 is guessed", "a semicolon")),
    Messy("cp1252 with a euro", "a.csv", "a,b\n1,5 €\n2,7 €\n".encode("cp1252"), {"a": [1, 2], "b": ["5 €", "7 €"]}, ("cp1252",)),
    Messy("latin-1 that is said", "a.csv", text(GERMAN).encode("latin-1"), GERMAN, asked=FileFormat(encoding="latin-1")),
    Messy("one accent in many rows", "a.csv", ("a,b\n" + "1,x\n" * 500 + "2,café\n").encode("latin-1"), {"a": [1] * 500 + [2],
          "b": ["x"] * 500 + ["café"]}, ("cp1252", "café")),
    Messy("GBK", "a.csv", text(CHINESE).encode("gbk"), CHINESE, ("gb18030 is guessed",)),
    Messy("GBK, few words", "a.csv", "id,性别\n1,男\n2,女\n3,男\n".encode("gbk"),
          {"id": [1, 2, 3], "性别": ["男", "女", "男"]}, ("gb18030",)),
    Messy("cp1251", "a.csv", text(RUSSIAN).encode("cp1251"), RUSSIAN, ("cp1251",)),
    Messy("cp1250", "a.csv", text(POLISH).encode("cp1250"), POLISH, ("cp1250",)),
    Messy("Shift JIS", "a.csv", text(JAPANESE).encode("shift_jis"), JAPANESE, ("cp932",)),
    Messy("not in the encoding that is said", "a.csv", text(GERMAN).encode("cp1252"), None, ("utf-8", "line 1 ", "0xdf", "--encoding"),
          asked=FileFormat(encoding="utf-8")),
    # ---- packed
    Messy("gzip", "a.csv.gz", gzip.compress(text(PLAIN).encode(), mtime=0), PLAIN),
    Messy("gzip by another name", "a.csv", gzip.compress(text(PLAIN, ";").encode(), mtime=0), PLAIN, ("a semicolon",)),
    Messy("bzip2", "a.csv", bz2.compress(text(PLAIN).encode()), PLAIN),
    Messy("zstd", "a.tsv.zst", zstd.compress(text(PLAIN, "\t").encode()), PLAIN),
    Messy("xz", "a.csv.xz", lzma.compress(text(PLAIN).encode()), PLAIN),
    Messy("zip", "a.csv", zipped(a=text(PLAIN), **{"__MACOSX/._a": "x"}), PLAIN),
    Messy("a plain file called .gz", "a.csv.gz", text(PLAIN).encode(), PLAIN),
    Messy("a zip of two", "a.zip", zipped(a=text(PLAIN), b=text(PLAIN)), None, ("a zip of one file, it has 2 (a, b", "unpack it")),
    Messy("an empty zip", "a.zip", zipped(**{"folder/": ""}), None, ("a zip of one file, it has 0",)),
    Messy("cut gzip", "a.csv.gz", gzip.compress(text(PLAIN).encode() * 100, mtime=0)[:-12], None, ("whole gzip file",)),
    Messy("damaged gzip", "a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:10] + b"\xff" * 20, None, ("whole gzip file",)),
    Messy("cut bzip2", "a.csv", bz2.compress(text(PLAIN).encode())[:-8], None, ("whole bzip2 file",)),
    Messy("cut zstd", "a.csv", zstd.compress(text(PLAIN).encode())[:-8], None, ("whole zstd file",)),
    Messy("cut zip", "a.zip", zipped(a=text(PLAIN))[:-30], None, ("whole zip file",)),
    # ---- Excel, JSON, Parquet
    Messy("Excel", "a.xlsx", workbook(data=ROWS), PLAIN),
    Messy("Excel, one sheet of three full", "a.xlsx", workbook(notes=[], data=ROWS, more=[]), PLAIN, ("'data' is the only one",)),
    Messy("Excel, a sheet that is said", "a.xlsx", workbook(a=[["x"], [1]], b=ROWS), PLAIN, asked=FileFormat(sheet="b")),
    Messy("Excel, a sheet by number", "a.xlsx", workbook(a=[["x"], [1]], b=ROWS), PLAIN, asked=FileFormat(sheet="2")),
    Messy("Excel, several sheets", "a.xlsx", workbook(a=ROWS, b=ROWS), None, ("2 sheets", "--sheet", "a, b")),
    Messy("Excel, no such sheet", "a.xlsx", workbook(a=ROWS, b=ROWS), None, ("sheet must be one of a, b", "'c'"),
          asked=FileFormat(sheet="c")),
    Messy("Excel, text among numbers", "a.xlsx", workbook(a=[["x", "y"], *([i, "p"] for i in range(5)), ["n/a", "q"]]),
          {"x": ["0", "1", "2", "3", "4", "n/a"], "y": ["p"] * 5 + ["q"]}),
    Messy("Excel, no header", "a.xlsx", workbook(a=[list(row) for row in IRIS]), NAMELESS, ("no header",)),
    Messy("Excel, a title above", "a.xlsx", workbook(a=[["Sales of May"], [], *ROWS]), PLAIN, ("a title above", "(2)", "Sales of May")),
    Messy("Excel, a total below", "a.xlsx", workbook(a=[*ROWS, [None, "Total", 6.75]]), PLAIN, ("the last row, a total",)),
    Messy("Excel, a row of nothing", "a.xlsx", workbook(a=[*ROWS[:2], [], *ROWS[2:]]), PLAIN, ("rows without any value (1)",)),
    Messy("Excel, codes", "a.xlsx", workbook(a=[["c", "y"], ["007", 1], ["012", 2]]), {"c": ["007", "012"], "y": [1, 2]}),
    Messy("Excel, empty", "a.xlsx", workbook(a=[]), None, ("'a' is empty",)),
    Messy("JSON lines", "a.jsonl", "".join(json.dumps(dict(zip(ROWS[0], row, strict=True))) + "\n" for row in ROWS[1:]).encode(), PLAIN),
    Messy("JSON lines by another name", "a.txt", b'{"a": 1, "b": "x"}\n{"b": "y"}\n', {"a": [1, None], "b": ["x", "y"]}),
    Messy("a list of JSON", "a.json", b'[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]', {"a": [1, 2], "b": ["x", "y"]}),
    Messy("cut JSON", "a.jsonl", b'{"a": 1}\n{"a": ', None, ("object of JSON in each line",)),
    Messy("Parquet by another name", "a.dat", parquet(pl.DataFrame(PLAIN)), PLAIN),
    Messy("cut Parquet", "a.parquet", parquet(pl.DataFrame(PLAIN))[:-30], None, ("can be read",)),
    # ---- quotes and cells
    Messy("quoted ends of lines", "a.csv", b'a,b\n1,"x\n\ny"\n2,"z""q"\n3,"a, b"\n', {"a": [1, 2, 3], "b": ["x\n\ny", 'z"q', "a, b"]}),
    Messy("everything quoted", "a.csv", b'"a","b"\r\n"1","x"\r\n"2",""\r\n', {"a": [1, 2], "b": ["x", None]}),
    Messy("a long cell", "a.csv", f'a,b\n1,"{LONG}"\n2,y\n'.encode(), {"a": [1, 2], "b": [LONG, "y"]}),
    Messy("a long cell first", "a.csv", f"a,b\n{LONG},1\ny,2\n".encode(), {"a": [LONG, "y"], "b": [1, 2]}),
    Messy("inches", "a.csv", b'a,b\n5" pipe,1\n6" pipe,2\n7 pipe,3\n', {"a": ['5" pipe', '6" pipe', "7 pipe"], "b": [1, 2, 3]}),
    Messy("backslashes before quotes", "a.csv", b'a,b\n"x \\"q\\" y",1\n"z",2\n', {"a": ['x "q" y', "z"], "b": [1, 2]}, ("backslash",)),
    Messy("blanks in cells", "a.csv", b"a,b\n x,1\ny ,2\n  ,3\n", {"a": [" x", "y ", "  "], "b": [1, 2, 3]}),
    Messy("marks for missing", "a.csv", b"a,b\nNA,x\n1,\nnan,null\n-,?\n", {"a": ["NA", "1", "nan", "-"], "b": ["x", None, "null", "?"]}),
    Messy("open quote", "a.csv", b'a,b\n1,"x\n2,y\n', None, ("close each quote", "line 2 ")),
    Messy("quotes inside a field", "a.csv", b'a,b\n"x"y,2\n"z",3\n', None, ("line 2 ", "around whole fields")),
    # ---- numbers that are none
    Messy("codes", "a.csv", b"zip,y\n007,1\n012,2\n", {"zip": ["007", "012"], "y": [1, 2]}),
    Messy("one code below many numbers", "a.csv", ("a,b\n" + "".join(f"{i},{i / 2}\n" for i in range(1, 30_000)) + "007,1\n").encode(),
          {"a": [*map(str, range(1, 30_000)), "007"], "b": [*(i / 2 for i in range(1, 30_000)), 1.0]}),
    Messy("quoted and signed codes", "a.csv", b'a,b,c\n"01",-01, 01\n"2",-2, 2\n',
          {"a": ["01", "2"], "b": ["-01", "-2"], "c": [" 01", " 2"]}),
    Messy("points that may separate thousands", "a.csv", b"a,b\n1.234,1.5\n5,2.5\n", {"a": ["1.234", "5"], "b": [1.5, 2.5]}),
    Messy("whole numbers beyond int64", "a.csv", b"a,b\n12345678901234567890,1\n2,2\n",
          {"a": ["12345678901234567890", "2"], "b": [1, 2]}),
    Messy("long numbers among decimals", "a.csv", b"a\n1.5\n12345678901234567\n", {"a": ["1.5", "12345678901234567"]}),
    Messy("text below many numbers", "a.csv", ("a,b\n" + "1,2.5\n" * 30_000 + "x,3\n").encode(), {"a": ["1"] * 30_000 + ["x"],
          "b": [2.5] * 30_000 + [3.0]}),
    Messy("infinite and nan below many numbers", "a.csv", ("a,b\n" + "1.5,1\n" * 30_000 + "inf,1\n1e999,1\nnan,2\n").encode(),
          {"a": ["1.5"] * 30_000 + ["inf", "1e999", "nan"], "b": [1] * 30_002 + [2]}),
    # ---- headers
    Messy("no header", "iris.data", "".join(",".join(map(str, row)) + "\n" for row in IRIS).encode(), NAMELESS, ("a comma", "no header")),
    Messy("no header, letters", "a.data", b"p,x,s\ne,x,s\ne,b,s\np,x,y\n",
          {"column_1": ["p", "e", "e", "p"], "column_2": ["x", "x", "b", "x"],
          "column_3": ["s", "s", "s", "y"]}, ("a comma", "no header")),
    Messy("no header, twice the same", "a.csv", ("1,1,0\n" + "".join(f"{i % 7},{i % 5},{i % 2}\n" for i in range(60))).encode(),
          {"column_1": [1, *(i % 7 for i in range(60))], "column_2": [1, *(i % 5 for i in range(60))], "column_3": [0,
          *(i % 2 for i in range(60))]},
          ("no header",)),
    Messy("no header, that is said", "a.csv", b"x,y\nz,y\n", {"column_1": ["x", "z"], "column_2": ["y", "y"]},
          asked=FileFormat(header=False)),
    Messy("a header, that is said", "a.csv", b"3,7\n1,2\n", {"3": [1], "7": [2]}, asked=FileFormat(header=True)),
    Messy("a header of words", "a.csv", b"colour,shape\nred,round\nblue,square\n",
          {"colour": ["red", "blue"], "shape": ["round", "square"]}),
    Messy("numbers as names", "a.csv", b"0,1,2\n1.5,2.5,x\n0.5,3.5,y\n", {"0": [1.5, 0.5], "1": [2.5, 3.5], "2": ["x", "y"]}),
    Messy("years as names", "a.csv", b"city,2019,2020,2021\nOslo,5,7,6\nRome,8,1,9\n",
          {"city": ["Oslo", "Rome"], "2019": [5, 8], "2020": [7, 1],
          "2021": [6, 9]}),
    Messy("pandas' index above numbers as names", "a.csv", b",0\n0,5.5\n1,6.5\n", {"": [0, 1], "0": [5.5, 6.5]}),
    Messy("pandas' index", "a.csv", b",b\n0,x\n1,y\n", {"": [0, 1], "b": ["x", "y"]}),
    Messy("R's names of rows", "a.csv", b'"a","b"\n"1",5,"x"\n"2",6,"y"\n', {"": [1, 2], "a": [5, 6], "b": ["x", "y"]},
          ("first column has no name",)),
    Messy("a header twice", "a.csv", b"a,b\na,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}, ("header once more (1), first in line 2",)),
    Messy("a header again in the middle", "a.csv", b"a,b\n1,x\n2,y\na,b\n3,z\na,b\n4,w\n", {"a": [1, 2, 3, 4], "b": ["x", "y", "z", "w"]},
          ("header once more (2), first in line 4",)),
    Messy("one name twice", "a.csv", b"a,b,a\n1,2,x\n", None, ("'a' names columns 1 and 3",)),
    Messy("blanks around names", "a.csv", b"a, b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}, ("blanks around names",)),
    Messy("a column without a name", "a.csv", b"a,,c\n1,x,2\n3,y,4\n", {"a": [1, 3], "column_2": ["x", "y"], "c": [2, 4]}, ("column_2",)),
    Messy("one line of values", "a.csv", b"5.1,3.5,x\n", None, ("only line has values", "--no-header")),
    Messy("a header only", "a.csv", b"a,b\n", None, ("at least one row",)),
    # ---- lines
    Messy("trailing separators", "a.csv", b"a,b,\n1,x,\n2,y,\n", {"a": [1, 2], "b": ["x", "y"]}, ("without name or value, at place 3",)),
    Messy("trailing separators but in the header", "a.csv", b"a,b\n1,x,\n2,y,\n", {"a": [1, 2], "b": ["x", "y"]},
          ("without name or value, at place 3",)),
    Messy("a trailing separator in the header only", "a.csv", b"a,b,\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
    Messy("many trailing separators", "a.csv", b"a,b,,,\n1,x,,,\n2,y,,,\n,,,,\n,,,,\n", {"a": [1, 2], "b": ["x", "y"]},
          ("rows without any value at the end (2)", "at place 3, 4, 5")),
    Messy("blank lines", "a.csv", b"\n\r\na,b\n\n1,x\r\n\n \n2,y\n\n\n", {"a": [1, 2], "b": ["x", "y"]}, ("blank lines", "(2)")),
    Messy("blank lines in one column", "a.csv", b"a\n1\n\n2\n", {"a": [1, 2]}, ("blank lines between the rows (1)",)),
    Messy("blanks behind separators", "a.csv", b"a, b, c\n1, x y, 2.5\n3, z, 4\n5, , 6\n", {"a": [1, 3, 5], "b": ["x y", "z", None],
          "c": [2.5, 4, 6]}, ("blanks behind separators",)),
    Messy("blanks behind some separators", "a.csv", b"a,b\n1, x\n3,z\n", {"a": [1, 3], "b": [" x", "z"]}),
    Messy("rows of blanks between tabs", "a.tsv", b"a\tb\n \t \n1\tx\n", {"a": [" ", "1"], "b": [" ", "x"]}),
    Messy("a line of tabs above", "a.csv", b"\t\na,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}),
    Messy("rows of nothing", "a.csv", b"a,b\n,\n1,x\n,\n2,y\n", {"a": [None, 1, None, 2], "b": [None, "x", None, "y"]}),
    Messy("comments above", "a.csv", b"# made by hand\n# on Monday\na,b\n1,x\n2,y\n", {"a": [1, 2], "b": ["x", "y"]}, ("# above", "(2)")),
    Messy("a title above", "a.csv", b"Sales of May,,\n,,\nid,city,size\n1,Oslo,1.5\n2,Rome,2.25\n3,Bern,3\n", PLAIN,
          ("a title above the table (2)", "Sales of May")),
    Messy("a title of one cell", "a.csv", b"Sales of May\n\nid;city;size\n1;Oslo;1.5\n2;Rome;2.25\n3;Bern;3\n", PLAIN,
          ("a semicolon", "a title above the table (1)")),
    Messy("a total below", "a.csv", b"city,size\nOslo,1\nRome,2\nBern,3\nTotal,6\n", {"city": ["Oslo", "Rome", "Bern"], "size": [1, 2, 3]},
          ("left out: the last row, a total, which begins with 'Total'",)),
    Messy("a total in words", "a.csv", b"a;b\n1;x\n2;y\nSumme:;3\n", {"a": ["1", "2"], "b": ["x", "y"]}, ("a semicolon", "'Summe:'")),
    Messy("a total that is a level", "a.csv", b"a,b\ntotal,1\npart,2\ntotal,3\n", {"a": ["total", "part", "total"], "b": [1, 2, 3]}),
    Messy("a header that begins as a comment", "a.tsv", b"##version 2\n#id\tb\n1\tx\n2\ty\n", {"#id": [1, 2], "b": ["x", "y"]},
          ("above the table (1)",)),
    Messy("ends of an old Macintosh", "a.csv", b"a,b\r1,x\r2,y\r", {"a": [1, 2], "b": ["x", "y"]}),
    Messy("no end of the last line", "a.csv", b"a,b\n1,x\n2,y", {"a": [1, 2], "b": ["x", "y"]}),
    Messy("a long row", "a.csv", b"a,b\n1,2\n1,2,3\n3,4\n", None, ("line 3 ", "2 fields", "got 3")),
    Messy("a short row", "a.csv", b"a,b\n\n1,2\n1\n3,4\n", None, ("line 4 ", "2 fields", "got 1")),
    Messy("a short row below quoted lines", "a.csv", b'a,b\n1,"x\ny"\n1\n2,z\n', None, ("line 4 ", "got 1")),
    Messy("a short row among empty cells", "a.csv", b"a,b,c\n1,2,\n1,2\n3,4,\n", None, ("line 3 ", "3 fields", "got 2")),
    Messy("a short and a long row", "a.csv", b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n", None, ("line 3 ", "3 fields", "got 2")),
    # ---- no tables
    Messy("empty", "a.csv", b"", None, ("the file is empty",)),
    Messy("blank", "a.csv", b"\n\r\n\n", None, ("blank lines only",)),
    Messy("a picture", "a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00,\x01\x02", None, ("a PNG picture",)),
    Messy("a zero byte", "a.csv", b"a,b\n1,\x00\n2,3\n", None, ("line 2 ", "0x00")),
    Messy("noise", "a.csv", bytes(range(1, 256)) * 3, None, ("neither text",)),
    Messy("a web page", "a.csv", b"\n<!DOCTYPE html><html>404</html>", None, ("a web page",)),
    Messy("a pointer of Git", "a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:34\nsize 213\n", None, ("Git LFS",)),
    Messy("no Parquet", "a.parquet", b"a,b\n1,2\n", None, ("does not begin as one",)),
    Messy("a sheet of text", "a.csv", b"a,b\n1,2\n", None, ("sheet must be left out for the text file",), asked=FileFormat(sheet="x")),
    Messy("a separator in Parquet", "a.pq", parquet(pl.DataFrame(PLAIN)), None, ("separator must be left out",),
          asked=FileFormat(separator=";")),
]  # fmt: skip

"""What a text with separators looks like, found out from its beginning: where its rows begin, and whether a header names its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from halfmoon.base.errors import InputError
from halfmoon.data.files.dialect import BY_ENDING, Dialect, find_separator, is_quoted, split_fields
from halfmoon.data.files.file_format import FileFormat
from halfmoon.data.files.header import FIGURE, WORD, guess_header, kind_of, titles_above
from halfmoon.data.files.names import header_notes, title_note
from halfmoon.data.files.records import find_records
from halfmoon.data.translations import say

SAMPLE = 1 << 16
"""Bytes from which separator, header and types are found out; more where one record is longer."""

MOST_ROWS = 1000

LOOKED_AT = 200
"""Rows from which it is found out whether there is a header."""

PACKED = frozenset({".gz", ".bz2", ".zst", ".zip", ".xz"})


@dataclass(frozen=True)
class Layout:
    """What was found out about a text: where its records begin, and what they are like."""

    dialect: Dialect
    start: int  # of the first row
    header: tuple[str, ...] | None
    width: int  # fields of each row
    rows: tuple[list[str], ...]  # the first ones
    notes: tuple[str, ...]

    @property
    def spaced(self) -> bool:
        """Whether a blank stands behind each separator, so that it is no part of the cells."""
        rows = [row[1:] for row in (*([self.header] if self.header else []), *self.rows)]
        return any(map(any, rows)) and all(cell.startswith(" ") for row in rows for cell in row if cell)


def line_number(text: bytes, place: int) -> int:
    """Return the number of the line in which a byte stands."""
    return text.count(b"\n", 0, place) + 1


NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar", " ": "blanks"}
"""Separators in words."""


def find_layout(file: Path, text: bytes, file_format: FileFormat, known: Collection[str]) -> Layout:
    """Find out separator, header and width."""
    at, comments, said = _preamble(text)
    quoted = is_quoted(text)
    records, starts = _first_records(file, text, at, quoted=quoted)
    usual = BY_ENDING.get(_ending(file), ",")
    separator = file_format.separator or said or find_separator(records, quoted=quoted, usual=usual)
    notes = []
    if file_format.separator is None and separator != BY_ENDING.get(_ending(file)) and any(separator in record for record in records):
        name = say(NAMES[separator]) if separator in NAMES else repr(separator)
        notes.append(say("{separator} separates its columns; --separator says another", separator=name))
    dialect = Dialect(separator, quoted)
    if separator == " ":
        return Layout(dialect, at, None, 1, (), ())
    rows = [split_fields(record, separator, quoted=quoted) for record in records]
    hidden = _header_in_comment(text, comments, dialect, rows)
    if hidden:
        comments, rows, starts = comments[:-1], [hidden, *rows], [comments[-1], *starts]
    if comments:
        notes.append(say("left out: lines that begin with # above the table ({count:,})", count=len(comments)))
    titles = 0 if file_format.header is False else titles_above(rows)
    if titles:
        notes.append(title_note(titles, rows))
        rows, starts = rows[titles:], starts[titles:]
    has_header, doubts = _has_header(file, rows, file_format.header, known)
    width, header, remarks = _shape(rows, has_header=has_header)
    start = starts[int(has_header)] if len(starts) > has_header else len(text)
    return Layout(dialect, start, header, width, tuple(rows[has_header:]), (*notes, *doubts, *remarks))


def _ending(file: Path) -> str:
    """Return the end of a file's name that says what it is, without that of its packing."""
    endings = [each.lower() for each in file.suffixes if each.lower() not in PACKED]
    return endings[-1] if endings else ""


def _preamble(text: bytes) -> tuple[int, list[int], str | None]:
    """Return where the table begins, where the lines of comment above it do, and the separator that Excel's ``sep=;`` says."""
    at, comments, said = 0, [], None
    while at < len(text):
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].strip()
        if line.startswith(b"#"):
            comments.append(at)
        elif len(line) == 5 and line.lower().startswith(b"sep=") and said is None:  # noqa: PLR2004 - and the separator
            said = line[4:].decode("latin-1")
        elif line:
            break
        at = end + 1
    return (at, comments, said) if at < len(text) else (0, [], None)


def _first_records(file: Path, text: bytes, at: int, *, quoted: bool) -> tuple[list[str], list[int]]:
    """Return the first records that are not blank, and where each begins."""
    size = SAMPLE
    while True:
        part = text[at : at + size]
        whole = at + size >= len(text)
        found = find_records(part, ",", quoted=quoted)
        records = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
        if whole:
            if not found.closed:
                raise _unclosed(file, text, at + records[-1][0])
            break
        if len(records) > 2:  # noqa: PLR2004 - a header, a row, and one that is cut off
            records.pop()
            break
        size *= 8
    full = [(start, end) for start, end in records if part[start:end].strip(b" \r\n")][: MOST_ROWS + 1]  # tabs may be separators
    return [part[start:end].decode() for start, end in full], [at + start for start, _ in full]


def _unclosed(file: Path, text: bytes, place: int) -> InputError:
    return InputError(f"{file} must close each quote, that in line {line_number(text, place)} is open to the end of the file")


def _header_in_comment(text: bytes, comments: list[int], dialect: Dialect, rows: list[list[str]]) -> list[str] | None:
    """Return the fields of the last line of comment where it is a header: as many as in the rows, several."""
    if not comments or not rows:
        return None
    last = text[comments[-1] : text.find(b"\n", comments[-1])].rstrip(b"\r").decode()
    fields = split_fields(last, dialect.separator, quoted=dialect.quoted)
    widths = Counter(map(len, rows)).most_common(1)[0][0]
    return fields if len(fields) == widths > 1 else None


def _has_header(file: Path, rows: list[list[str]], said: bool | None, known: Collection[str]) -> tuple[bool, list[str]]:  # noqa: FBT001 - said or not
    """Return whether the first record is a header, and what is to be said of it."""
    if said is not None:
        return said, []
    first, below = rows[0], [row for row in rows[1:LOOKED_AT] if len(row) == len(rows[0])]
    guess = guess_header(first, below, known)
    if len(rows) == 1 and not known and any(kind_of(cell) == FIGURE for cell in first):
        raise InputError(f"{file} must have a header and rows, its only line has values: --no-header takes it for a row")
    return guess.found, header_notes(guess)


def _shape(rows: list[list[str]], *, has_header: bool) -> tuple[int, tuple[str, ...] | None, list[str]]:
    """Return how many fields a row has, the names in the header, and what is to be said where the header has another number."""
    if not has_header:
        return Counter(map(len, rows)).most_common(1)[0][0], None, []
    header, below = rows[0], rows[1:]
    width = Counter(map(len, below)).most_common(1)[0][0] if below else len(header)
    if width == len(header) + 1:
        if all(row[-1] == "" for row in below if len(row) == width):
            return width, (*header, ""), []
        if _are_names([row[0] for row in below if len(row) == width]):
            missing = say("the first column has no name, since the header has one name less than the rows have values")
            return width, ("", *header), [missing]
    if width == len(header) - 1 and header[-1].strip() == "":
        return width, tuple(header[:-1]), []
    return len(header), tuple(header), []


def _are_names(cells: list[str]) -> bool:
    """Return whether the first cells of rows name the rows, as R writes them: counted from 1, or words, each another."""
    counted_on = cells == [str(place + 1) for place in range(len(cells))]
    return len(cells) > 1 and len(set(cells)) == len(cells) and (counted_on or all(kind_of(cell) == WORD for cell in cells))

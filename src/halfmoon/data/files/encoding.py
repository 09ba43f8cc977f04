"""The encoding of a text file: said by its first bytes, or by what it holds, or guessed."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from halfmoon.base.errors import InputError
from halfmoon.data.translations import say

PIECE = 1 << 22
"""Bytes at a time, so that Ctrl-C is heard in between."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16's, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; the codecs but UTF-8's take them off themselves."""

SAMPLE = 1 << 16
MOST_WORDS = 2000

WORD = re.compile(rb"[\x80-\xff]+")
AROUND = 30
"""Bytes on each side of one that is not ASCII, in which its cell begins and ends."""

WESTERN = frozenset("äöüßÄÖÜéèêëàâçîïôûùœæÉÈÀÇñáíóúãõåøÅØÑ¡¿€“”„‘’–—…°²³µ×½±§£©®™«»\u00a0")
"""Characters that are frequent in Western European text. Where a file has no others, and each stands by itself, it is cp1252."""

CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class Text(NamedTuple):
    """A text file's content in UTF-8, without a byte order mark, and what was guessed to read it."""

    content: bytes
    notes: tuple[str, ...] = ()


def as_utf8(file: object, content: bytes, encoding: str | None) -> Text:
    """Return a text file's bytes in UTF-8.

    Parameters
    ----------
    file : object
        As errors name it.
    content : bytes
    encoding : str or None
        One that was said; None to find it out: from a byte order mark, UTF-8 where it is such, UTF-16 where every other byte
        is zero, else guessed from the cells that are not ASCII.

    Raises
    ------
    InputError
        When the content is no text, or not in that encoding.
    """
    if encoding is not None:
        return Text(_decoded(file, content, encoding))
    for mark, name in MARKS:
        if content.startswith(mark):
            return Text(_decoded(file, content, name))
    if content.isascii() and b"\0" not in content:
        return Text(content)
    wide = _utf16(content)
    if wide:
        text = say("{encoding} is guessed as its encoding, since every other byte is zero; --encoding says another", encoding=wide)
        return Text(_decoded(file, content, wide), (text,))
    if b"\0" in content:
        raise InputError(f"{file} must be text, line {_line(content, content.index(0))} has the byte 0x00")
    try:
        return Text(_decoded(file, content, "utf-8"))
    except InputError:
        return _guessed(file, content)


def _decoded(file: object, content: bytes, encoding: str) -> bytes:
    """Return bytes of one encoding in UTF-8."""
    codec = codecs.lookup(encoding)
    if codec.name == "utf-8":
        content = content.removeprefix(codecs.BOM_UTF8)
    decoder, pieces, plain = codec.incrementaldecoder("strict"), [], codec.name == "utf-8"
    for at in range(0, max(len(content), 1), PIECE):
        piece = content[at : at + PIECE]
        try:
            text = decoder.decode(piece, final=at + PIECE >= len(content))
            pieces.append(piece if plain else text.encode())
        except UnicodeError as error:
            start = at + getattr(error, "start", 0)
            byte = error.object[error.start] if isinstance(error, UnicodeDecodeError) else piece[0]
            raise InputError(
                f"{file} must be text in {encoding}, line {_line(content, start)} has the byte 0x{byte:02x}; --encoding says another"
            ) from None
    return content if plain else b"".join(pieces).removeprefix(codecs.BOM_UTF8)


def _line(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _utf16(content: bytes) -> str | None:
    """Return which UTF-16 it is without a mark: in a table, separators, digits and ends of lines have a zero byte each."""
    if len(content) % 2:
        return None
    sample = content[:SAMPLE]
    if sample.isascii() and 4 * sample.count(0) < len(sample):  # text with a few zero bytes in it
        return None
    for name, zeros, others in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if b"\0" in zeros and b"\0" not in others and "\n" in sample.decode(name, "replace").replace("\r", "\n"):
            return name
    return None


def _guessed(file: object, content: bytes) -> Text:
    """Return the text in the encoding that fits the cells which are not ASCII best."""
    if CONTROLS.search(content[:SAMPLE]):
        raise InputError(f"{file} must be a table, it is neither text nor of a known kind")
    words = _words(content)
    name = _western(words) or _detected(words)
    text = None if name is None else _try(content, name)
    if text is None:
        byte = WORD.search(content)
        place = 0 if byte is None else byte.start()
        raise InputError(
            f"{file} must be text in UTF-8 or in an encoding that --encoding says, line {_line(content, place)} has the byte "
            f"0x{content[place]:02x}"
        )
    shown = words[0].decode(name or "utf-8", "replace").strip()
    note = "{encoding} is guessed as its encoding, in which it has such words as {words}; --encoding says another"
    return Text(text, (say(note, encoding=name, words=repr(shown[:40])),))


def _words(content: bytes) -> list[bytes]:
    """Return what stands around the bytes that are not ASCII, each once: the whole would hide them behind numbers."""
    found: dict[bytes, None] = {}
    end = 0
    for match in WORD.finditer(content):
        if match.start() < end:
            continue
        before = re.split(rb'[,;\t|\r\n"]', content[max(match.start() - AROUND, end) : match.start()])[-1]
        after = re.split(rb'[,;\t|\r\n"]', content[match.start() : match.end() + AROUND])[0]
        end = match.start() + max(len(after), 1)
        found[before + after] = None
        if len(found) == MOST_WORDS:
            break
    return list(found)


def _western(words: list[bytes]) -> str | None:
    """Return cp1252 where its characters are all frequent ones, and stand by themselves as accents do."""
    text = _try(b" ".join(words), "cp1252")
    if text is None:
        return None
    others = [letter for letter in text.decode() if not letter.isascii()]
    pairs = sum(len(match.group()) for word in words for match in WORD.finditer(word) if len(match.group()) > 1)
    return "cp1252" if WESTERN.issuperset(others) and 2 * pairs < len(others) else None


def _detected(words: list[bytes]) -> str | None:
    import chardet  # noqa: PLC0415 - for files that are no UTF-8
    from chardet.enums import EncodingEra  # noqa: PLC0415

    found = chardet.detect(b"\n".join(words), encoding_era=EncodingEra.MODERN_WEB, prefer_superset=True)["encoding"]
    return None if found is None else found.lower().replace("windows-", "cp")


def _try(content: bytes, encoding: str) -> bytes | None:
    """Return bytes of an encoding in UTF-8, None where they are no such."""
    try:
        return _decoded("", content, encoding)
    except (InputError, LookupError):
        return None

"""Names, texts, comments and tables of numbers as C has them, from whatever people called things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.exports.literals import listed

KEYWORDS = frozenset(
    """
    auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return
    short signed sizeof static struct switch typedef union unsigned void volatile while alignas alignof bool constexpr false nullptr
    static_assert thread_local true typeof typeof_unqual and and_eq asm bitand bitor catch char8_t char16_t char32_t class co_await
    co_return co_yield compl concept const_cast consteval constinit decltype delete dynamic_cast explicit export friend mutable namespace
    new noexcept not not_eq operator or or_eq private protected public reinterpret_cast requires static_cast template this throw try
    typeid typename using virtual wchar_t xor xor_eq final override import module fortran near far huge interrupt
    assert complex imaginary errno isfinite isinf isnan isnormal isless isgreater islessequal isgreaterequal islessgreater isunordered
    signbit fpclassify unix linux i386 offsetof setjmp stdin stdout stderr min max abs round constrain radians degrees sq bit
    """.split()
)
"""Words of C and C++, and macros of usual headers, none of which can be the name of a member."""

LONGEST_NAME = 60
"""Characters of a name; C99 tells 63 apart."""

LONGEST_TEXT = 4000
"""Bytes of a text literal; a C99 compiler need not take more than 4,095."""


def identifier(name: str, otherwise: str) -> str:
    """Return a name as a C identifier that is no keyword and no macro's name, or ``otherwise`` where nothing of it can be kept."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:LONGEST_NAME].strip("_")
    if not words:
        return otherwise
    if words[0].isdigit():
        words = f"{otherwise.partition('_')[0]}_{words}"
    words = words.lower() if words.isupper() else words  # those are macros' names
    return f"{words}_" if words.lower() in KEYWORDS else words


def identifiers(names: Iterable[str], otherwise: str = "column") -> list[str]:
    """Return different identifiers for names; where nothing of one can be kept it is ``column_3``, with its place from 1."""
    found: list[str] = []
    for place, name in enumerate(names, 1):
        plain = identifier(name, f"{otherwise}_{place}")
        unique, count = plain, 1
        while unique in found:
            count += 1
            unique = f"{plain}_{count}"
        found.append(unique)
    return found


def prefix_of(name: str) -> str:
    """Return the prefix of all that a file defines, from the name of the file."""
    return identifier(name, "model").rstrip("_").lower()


def comment(text: str) -> str:
    """Return a text for within a comment, on one line; it neither ends the comment nor turns the direction of writing."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in text)
    return plain.replace("*/", "* /").replace("/*", "/ *").replace("??/", "?? /").rstrip("\\")


def text_literal(text: str, what: str) -> str:
    """Return a text as a literal of its bytes in UTF-8.

    Parameters
    ----------
    text : str
    what : str
        What an error calls it.

    Raises
    ------
    InputError
        When it has a character that texts of C cannot hold.
    """
    if "\0" in text:
        raise InputError(f"{what} must have no NUL character to be written in C, got {text!r:.80}")
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) > LONGEST_TEXT:
        codes = listed([f"'{_escaped(byte)}'" for byte in encoded])[1:-1]
        return f"(const char[]){{{codes}, 0}}"
    return f'"{"".join(map(_escaped, encoded))}"'


def _escaped(byte: int) -> str:
    """Return a byte within quotes; a question mark as an escape, so that there are no trigraphs."""
    plain = 32 <= byte < 127 and byte not in b"\"'\\?"  # noqa: PLR2004 - printable ASCII
    return chr(byte) if plain else f"\\{byte:03o}"


def c_numbers(array: Array) -> list[str]:
    """Return the shortest decimals that are the same numbers again, as literals of their type."""
    if array.dtype.kind in "iu":
        return [str(value) for value in array.ravel().tolist()]
    suffix = "f" if array.dtype == np.float32 else ""
    texts = array.ravel().astype("U32").tolist()
    return [f"{text}{suffix}" if "." in text or "e" in text else f"{text}.0{suffix}" for text in texts]


def c_array(kind: str, name: str, array: Array) -> str:
    """Return the definition of a constant table of the shape of an array."""
    shape = "".join(f"[{length}]" for length in array.shape)
    return f"static const {kind} {name}{shape} = {_nested(c_numbers(array), array.shape)};"


def _nested(numbers: Sequence[str], shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return listed(numbers, "{}")
    step = len(numbers) // shape[0]
    rows = [_nested(numbers[start : start + step], shape[1:]) for start in range(0, len(numbers), step)]
    return "{\n" + ",\n".join(rows) + "}"

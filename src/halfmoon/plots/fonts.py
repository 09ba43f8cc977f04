"""Fonts for labels in Chinese, Japanese or Korean, which matplotlib's own font lacks."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from matplotlib import font_manager, rcParams
from matplotlib.font_manager import FontProperties

# In order of preference: sans-serif before serif, simplified Chinese before the rest.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans SC", "Source Han Sans SC",
    "Source Han Sans CN", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "Heiti TC", "STHeiti", "Microsoft YaHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Microsoft JhengHei", "Droid Sans Fallback", "Hiragino Sans",
    "Yu Gothic", "MS Gothic", "Apple SD Gothic Neo", "Malgun Gothic", "Arial Unicode MS", "Noto Serif CJK SC",
    "Noto Serif CJK JP", "Source Han Serif SC", "Songti SC", "SimSun", "AR PL UMing CN",
)  # fmt: skip

# Comes with matplotlib and has what older Chinese fonts lack, above all the minus sign.
LAST_RESORT = "DejaVu Sans"

# Radicals and punctuation to ideographs, Hangul, compatibility and full-width forms, and the supplementary ideographs.
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
_BOX = "□"


def cjk_font(text: str) -> str | None:
    """Return the installed font family that has most of the Chinese, Japanese and Korean characters of a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    str or None
        A family of matplotlib's ``font.family`` setting where that will do, otherwise one of :data:`FAMILIES`; None when
        the text has no such characters, or no font has any of them.
    """
    characters = _characters(text)
    if not characters:
        return None
    best = _best(characters)
    if not characters <= _glyphs(best):
        _find_new_fonts()
        best = _best(characters)
    return best if characters & _glyphs(best) else None


@dataclass(frozen=True)
class FontChoice:
    """The fonts to draw the texts of one picture in.

    Attributes
    ----------
    families : list of str
        For ``fontfamily``: each character is drawn in the first family that has it.
    missing : frozenset of str
        Characters that no font has; a box is drawn in place of each, so that matplotlib does not warn of every one.
    """

    families: list[str]
    missing: frozenset[str]

    @classmethod
    def for_texts(cls, texts: Iterable[str]) -> FontChoice:
        """Return the fonts for all the texts of a picture, and warn once when one is missing."""
        chinese = " ".join(dict.fromkeys(text for text in texts if _characters(text)))
        found = cjk_font(chinese)
        missing = _characters(chinese) - (_glyphs(found) if found else frozenset())
        if missing:
            # Not the texts, whose numbers differ from one picture of a film to the next: each would be a warning of its own.
            signs = "".join(dict.fromkeys(sign for sign in chinese if sign in missing))
            warnings.warn(
                f"no installed font has every character of {signs!r}, so boxes are drawn in their place: install a Chinese font, which "
                "on Debian and Ubuntu is the package fonts-noto-cjk",
                UserWarning,
                stacklevel=2,
            )
        families = [*rcParams["font.family"], *([found] if found else []), LAST_RESORT]
        return cls(list(dict.fromkeys(families)), missing)

    def drawable(self, text: str) -> str:
        """Return a text with a box in place of each character that is missing."""
        return "".join(_BOX if character in self.missing else character for character in text)


def _characters(text: str) -> frozenset[str]:
    return frozenset(_CJK.findall(text))


def _best(characters: frozenset[str]) -> str:
    return max([*rcParams["font.family"], *FAMILIES], key=lambda family: len(characters & _glyphs(family)))


def _glyphs(family: str) -> frozenset[str]:
    """Return the characters that an installed family has; none for a family that is not installed."""
    try:
        return _glyphs_in(font_manager.findfont(FontProperties(family=[family]), fallback_to_default=False))
    except ValueError:
        return frozenset()


@cache
def _glyphs_in(path: str) -> frozenset[str]:
    return frozenset(map(chr, font_manager.get_font(path).get_charmap()))


@cache
def _find_new_fonts() -> None:
    """Add the fonts that were installed after matplotlib made its own list of them."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in set(font_manager.findSystemFonts()) - known:
        with suppress(Exception):  # what matplotlib cannot read is no font for us
            font_manager.fontManager.addfont(path)

"""The words of progress bars in Chinese."""

from __future__ import annotations

from halfmoon.base.language import Texts

say = Texts({"epoch": "轮次", "left": "剩余"})
"""Says a text; see :class:`halfmoon.base.language.Texts`."""

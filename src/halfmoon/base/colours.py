"""The colours of signs: below zero and above it, the same in every picture and on every page."""

from __future__ import annotations

NEGATIVE_POSITIVE = {"light": ("#0072B2", "#D55E00"), "dark": ("#56B4E9", "#F0803C")}
"""By theme, after Okabe and Ito (2008), Color Universal Design: the two that differ most to every eye, on dark paper their brighter
sisters. Classes 0 and 1 have them too, since their boundary lies where the score changes its sign."""

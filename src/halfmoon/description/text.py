"""A card as plain text, for a terminal."""

from __future__ import annotations

from halfmoon.base.language import display_width, padded
from halfmoon.description.sections import Row, Section


def text(title: str, sections: list[Section]) -> str:
    """Return a card as text."""
    parts = [f"{title}\n{'=' * display_width(title)}"]
    for section in sections:
        lines = [section.title, "-" * display_width(section.title)]
        lines += _aligned([(label, value) for label, value in section.facts])
        if section.facts and section.rows:
            lines.append("")
        lines += _aligned([section.head, *section.rows] if section.rows else [])
        parts.append("\n".join([*lines, *([section.note] if section.note else [])]))
    return "\n\n".join(parts)


def _aligned(rows: list[Row]) -> list[str]:
    """Return rows with their cells below each other."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]

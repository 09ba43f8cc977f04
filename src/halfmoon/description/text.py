"""A card as plain text, for a terminal."""

from __future__ import annotations

from halfmoon.base.language import aligned, display_width
from halfmoon.description.sections import Section


def text(title: str, sections: list[Section]) -> str:
    """Return a card as text."""
    parts = [f"{title}\n{'=' * display_width(title)}"]
    for section in sections:
        lines = [section.title, "-" * display_width(section.title)]
        lines += aligned([(label, value) for label, value in section.facts])
        if section.facts and section.rows:
            lines.append("")
        lines += aligned([section.head, *section.rows] if section.rows else [])
        parts.append("\n".join([*lines, *([section.note] if section.note else [])]))
    return "\n\n".join(parts)

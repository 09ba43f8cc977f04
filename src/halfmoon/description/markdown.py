"""A card in Markdown, with the fields of Hugging Face's model cards before it.

Those are YAML between two lines of dashes; see https://huggingface.co/docs/hub/model-cards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from halfmoon.description.content import Content
from halfmoon.description.sections import Section, shown

METRICS = {
    "accuracy": "accuracy", "balanced_accuracy": "balanced_accuracy", "log_loss": "log_loss", "r2": "r_squared",
    "mean_absolute_error": "mae",
}  # fmt: skip
"""Hugging Face's names of our figures."""

MARKS = re.compile(r"([\\`*_\[\]|<>~$&])")
"""What Markdown reads as something else than itself, also within a line."""


def markdown(content: Content, title: str, sections: list[Section]) -> str:
    """Return a card in Markdown."""
    parts = ["---\n" + "\n".join(_front_matter(content)) + "\n---", f"# {escaped(title)}"]
    for section in sections:
        parts.append(f"## {escaped(section.title)}")
        if section.facts:
            parts.append("\n".join(f"- {escaped(label)}: {escaped(value)}" for label, value in section.facts))
        if section.rows:
            head, *rows = [" | ".join(map(escaped, row)) for row in (section.head, *section.rows)]
            parts.append("\n".join(f"| {line} |" for line in (head, " | ".join("---" for _ in section.head), *rows)))
        if section.note:
            parts.append(escaped(section.note))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return MARKS.sub(r"\\\1", text)


def _front_matter(content: Content) -> Iterator[str]:
    """Yield the lines of YAML, whose texts are in JSON's quotes."""
    task = content.get("task")
    yield "library_name: halfmoon"
    if task is not None:
        yield f"pipeline_tag: tabular-{task}"
    yield f"tags: {_quoted(['halfmoon', 'mlp', *([f'tabular-{task}'] if task else [])])}"
    figures = {name: value for name, value in content.get("scores", {}).get("test", {}).items() if name in METRICS}
    if figures:
        name = shown(content.get("file", {}).get("name", "model"))
        yield f"metrics: {_quoted([METRICS[each] for each in figures])}"
        yield f"model-index:\n- name: {_quoted(name)}\n  results:\n  - task: {{type: tabular-{task}}}"
        yield f"    dataset: {{type: tabular, name: {_quoted(shown(content['data']['target'].get('name', name)))}}}\n    metrics:"
        for each, value in figures.items():
            yield f"    - {{type: {METRICS[each]}, value: {_quoted(value)}}}"


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

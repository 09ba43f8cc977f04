"""The model card: ``halfmoon.describe``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from halfmoon.base import checks, schema
from halfmoon.base.errors import InputError
from halfmoon.base.language import current, speaking
from halfmoon.base.tensorfile import damage_told
from halfmoon.description import content as contents
from halfmoon.description.content import Content, Described
from halfmoon.description.markdown import markdown
from halfmoon.description.sections import Section, sections, title_of
from halfmoon.description.text import text
from halfmoon.description.translations import say
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.storage.kinds import KINDS, kind_of
from halfmoon.training import checkpoint
from halfmoon.training.history import History
from halfmoon.training.provenance import versions
from halfmoon.training.recording.recording import Recording
from halfmoon.training.trainer import Trainer
from halfmoon.web.page import page

VERSIONS = schema.mapping(checks.text)
"""What the head of a file says of what it was made with."""


@dataclass(frozen=True, eq=False, repr=False)
class ModelCard:
    """What a model is, what it was trained on, and how good it was. Printed, it is a text.

    Attributes
    ----------
    content : dict
        All of it as plain data, with English keys: what :meth:`json` writes.
    lang : str
        The language of the text, the Markdown and the page.
    ended : str
        Why training ended, in that language; empty where nothing is known of it.

    Examples
    --------
    >>> card = hm.describe(model)
    >>> sorted(card.content)
    ['kind', 'network', 'versions']
    >>> card.markdown().splitlines()[0]
    '---'
    """

    content: Content
    lang: str
    ended: str = ""

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _parts(self) -> tuple[str, list[Section]]:
        said = dict(self.content)
        if "history" in said:
            said["history"] = said["history"] | {"said": self.ended}
        return title_of(said), sections(said)

    def text(self) -> str:
        """Return the card as text."""
        with speaking(self.lang):
            return text(*self._parts())

    def json(self) -> str:
        """Return the card as JSON, indented."""
        return json.dumps(self.content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def markdown(self) -> str:
        """Return the card in Markdown, with Hugging Face's fields before it: as the README.md of a model that is shared there."""
        with speaking(self.lang):
            return markdown(self.content, *self._parts())

    def html(self) -> str:
        """Return the card as one page that opens without a network, with a chart of the loss."""
        with speaking(self.lang):
            title, parts = self._parts()
            data = {"title": title, "sections": [each._asdict() for each in parts], "curves": self.content.get("history", {}).get("curves")}
            return page("halfmoon.description.page", title, data, texts=say)


FORMATS: dict[str, Callable[[ModelCard], str]] = {
    "text": lambda card: card.text() + "\n",
    "json": ModelCard.json,
    "markdown": ModelCard.markdown,
    "html": ModelCard.html,
}
"""How a card is written, by the format's name."""


CLASSES: dict[str, type] = {"network": Network, "model": Model, "trainer": Trainer, "recording": Recording}
"""What may be described, by its kind; estimators and tables' models are known by what they have, since their classes load much."""


def describe(thing: Any, *, lang: str | None = None) -> ModelCard:
    """Return the card of a model: its architecture, the data it was trained on, scores, history and versions.

    Parameters
    ----------
    thing : path, Network, Model, Trainer, MLPClassifier, MLPRegressor, TableModel or Recording
        A file that :func:`halfmoon.save` wrote, or what is in one. Files of earlier versions say less.
    lang : {"en", "zh"}, optional
        By default the language that is spoken.

    Returns
    -------
    ModelCard
        Printed, a text; with ``json``, ``markdown`` (of Hugging Face's fields) and ``html``.

    Raises
    ------
    InputError
        When there is no such file, or it is damaged, or there is nothing to describe.

    References
    ----------
    Mitchell et al., "Model cards for model reporting", FAT* 2019.

    Examples
    --------
    >>> card = hm.describe(model)
    >>> print(card.text().splitlines()[0])
    A model
    """
    with speaking(lang):
        described = _of_file(thing) if isinstance(thing, str | os.PathLike) else _of_thing(thing)
        ended = described.history.stopped if described.history is not None else ""
        return ModelCard(contents.content(described), current(), ended)


def _of_file(path: str | os.PathLike[str]) -> Described:
    """Return what is in a file."""
    kind, head = kind_of(path)
    if kind == "model":
        saved = checkpoint.read(path)
        found: Any = saved.model
        history = saved.history
    else:
        found = KINDS[kind].load(path, head)
        history = _history_of(found)
    with damage_told(path, kind):
        made_with = VERSIONS("head.versions", head.get("versions", {}))
    file = {"name": Path(path).name, "bytes": Path(path).stat().st_size, "format": head["version"]}
    return Described(kind, found, history, made_with, file)


def _of_thing(thing: Any) -> Described:
    """Return what is in memory, if it can be described."""
    kind = next((name for name, cls in CLASSES.items() if isinstance(thing, cls)), None)
    if kind is None and hasattr(thing, "preparation") and hasattr(thing, "estimator"):
        kind = "table ensemble" if hasattr(thing.estimator, "ensemble_") else "table model"
    if kind is None and hasattr(thing, "ensemble_") and hasattr(thing, "encoder_"):
        kind = "tabular estimator"
    if kind is None and hasattr(thing, "fit_state_") and hasattr(thing, "model_"):
        kind = "estimator"
    if kind is None:
        raise InputError(f"thing must be the path of a file, a model, a network, or an estimator that is fitted, got {thing!r:.80}")
    return Described(kind, thing, _history_of(thing), versions(), {})


def _history_of(thing: Any) -> History | None:
    """Return the history of an estimator, a table's model or a recording."""
    owner = getattr(thing, "estimator", thing)
    found: History | None = getattr(owner, "history_", getattr(owner, "history", None))
    return found

"""What the page holds: every card, and the chains of all entries that are shown, as plain JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from halfmoon.inspect.xray.array_view import Shown, exact
from halfmoon.inspect.xray.cards import Card
from halfmoon.inspect.xray.chain import Chains
from halfmoon.inspect.xray.chain_link import Link, Node
from halfmoon.inspect.xray.entries import written
from halfmoon.inspect.xray.numeric_check import Measured

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay

MOST_LINKS = 12_000
"""So many links of chains a page holds at most; what is missing, ``xray.entry`` tells."""


def data(xray: XRay) -> dict[str, Any]:
    """Return the content of the page. Numbers are texts that read back to the bit, since JSON knows no NaN and no float32."""
    gradients = xray.chains.names
    cards = [_card(card, xray.measured(card), gradients) for card in xray.cards]
    entries = (node for card in xray.cards for shown in card.arrays for node in _nodes(shown, gradients))
    return {
        "title": f"X-ray: loss {exact(xray.trace.loss)}",
        "cards": cards,
        "links": {written(*link): _link(found) for link, found in _links(xray.chains, entries)},
        "entries": gradients,
    }


def _card(card: Card, measured: list[Measured], gradients: dict[str, str]) -> dict[str, Any]:
    found = {each.name: each for each in measured}
    return {
        "title": card.title,
        "what": card.what,
        "rules": list(card.rules),
        "shapes": card.shapes,
        "arrays": [_array(shown, found.get(shown.name), gradients) for shown in card.arrays],
        "sources": [{"title": source.title, "text": source.text} for source in card.sources],
    }


def _array(shown: Shown, measured: Measured | None, gradients: dict[str, str]) -> dict[str, Any]:
    low, high = shown.range
    result: dict[str, Any] = {
        "name": shown.name,
        "shape": list(shown.array.shape),
        "dtype": str(shown.array.dtype),
        "whole": shown.whole,
        "range": [f"{low:.5g}", f"{high:.5g}"],
        "lost": shown.array.size - shown.finite.size,
        "bins": list(shown.histogram()),
        "values": [[exact(value) for value in row] for row in shown.corner],
    }
    if shown.name in gradients:
        result["gradient"] = gradients[shown.name]
    if measured is not None:
        result["measured"] = [[repr(each.numeric), f"{each.error:.1e}"] for each in measured.entries]
        result["worst"] = f"{measured.worst.error:.1e} at {written(shown.name, measured.worst.place or ())}"
        along = measured.direction
        if along is not None:
            result["direction"] = f"error {along.error:.1e}, written {along.written:.9g}, numeric {along.numeric:.9g}"
    return result


def _nodes(shown: Shown, gradients: dict[str, str]) -> Iterator[Node]:
    if shown.name in gradients:
        for place in shown.places():
            yield gradients[shown.name], place


def _links(chains: Chains, entries: Iterator[Node]) -> Iterator[tuple[Node, Link]]:
    """Yield the links of all entries, then those that their largest products lead to, and so on, each once."""
    wave, seen = list(dict.fromkeys(entries)), set[Node]()
    while wave:
        behind: dict[Node, None] = {}
        for node in wave:
            if len(seen) == MOST_LINKS:
                return
            seen.add(node)
            link = chains.link(node)
            yield node, link
            if link.following is not None:
                behind[link.following] = None
        wave = [node for node in behind if node not in seen]


def _link(link: Link) -> dict[str, Any]:
    result: dict[str, Any] = {"value": exact(link.value), "rule": link.rule, "terms": [_factors(term.factors) for term in link.terms]}
    if link.others:
        result |= {"others": link.others, "rest": repr(link.rest)}
    return result


def _factors(factors: tuple[Any, ...]) -> list[list[str]]:
    return [[each.label, exact(each.value), *([written(*each.node)] if each.node else [])] for each in factors]

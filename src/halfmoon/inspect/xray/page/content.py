"""What the page holds: every card, and the chains of all entries that are shown, as plain JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from halfmoon.gradcheck.differences import NumericCheck
from halfmoon.inspect.xray.array_view import ArrayView, exact
from halfmoon.inspect.xray.cards import Card
from halfmoon.inspect.xray.chain import Chains
from halfmoon.inspect.xray.chain_link import ChainLink, Node
from halfmoon.inspect.xray.entries import entry_name
from halfmoon.inspect.xray.translations import say

if TYPE_CHECKING:
    from halfmoon.inspect.xray.xray import XRay

MOST_LINKS = 12_000
"""So many links of chains a page holds at most; what is missing, ``xray.entry`` tells."""


def data(xray: XRay) -> dict[str, Any]:
    """Return the content of the page. Numbers are texts that read back to the bit, since JSON knows no NaN and no float32."""
    gradients = xray.chains.names
    cards = [_card(card, xray.measured(card), gradients) for card in xray.cards]
    shown = (view for card in xray.cards for view in card.arrays if view.name in gradients)
    entries = ((gradients[view.name], index) for view in shown for index in view.indices())
    return {
        "title": say("X-ray: loss {loss}", loss=exact(xray.trace.loss)),
        "cards": cards,
        "links": {entry_name(*link): _link(found) for link, found in _links(xray.chains, entries)},
        "entries": gradients,
        "shapes": {name: list(array.shape) for name, array in xray.chains.arrays.items()},
    }


def _card(card: Card, measured: list[NumericCheck], gradients: dict[str, str]) -> dict[str, Any]:
    found = {each.name: each for each in measured}
    return {
        "title": card.title,
        "what": card.what,
        "rules": list(card.rules),
        "shapes": card.shapes,
        "fault": card.fault,
        "spoiled": card.spoiled,
        "arrays": [_array(view, found.get(view.name), gradients) for view in card.arrays],
        "sources": [{"title": source.title, "text": source.text} for source in card.sources],
    }


def _array(view: ArrayView, measured: NumericCheck | None, gradients: dict[str, str]) -> dict[str, Any]:
    low, high = view.range
    result: dict[str, Any] = {
        "name": view.name,
        "shape": list(view.array.shape),
        "dtype": str(view.array.dtype),
        "whole": view.whole,
        "range": [f"{low:.5g}", f"{high:.5g}"],
        "lost": view.array.size - view.finite.size,
        "bins": list(view.histogram()),
        "values": [[exact(value) for value in row] for row in view.corner],
    }
    result |= {"rowNames": view.row_names[: view.rows]} if view.row_names else {}
    result |= {"columnNames": view.column_names[: view.columns]} if view.column_names else {}
    if view.name in gradients:
        result["gradient"] = gradients[view.name]
    if measured is not None:
        result["measured"] = [[repr(each.numeric), f"{each.error:.1e}"] for each in measured.entries]
        result["worst"] = say("{error:.1e} at {entry}", error=measured.worst.error, entry=entry_name(view.name, measured.worst.place or ()))
        if measured.direction is not None:
            result["direction"] = str(measured.direction)
    return result


def _links(chains: Chains, entries: Iterator[Node]) -> Iterator[tuple[Node, ChainLink]]:
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


def _link(link: ChainLink) -> dict[str, Any]:
    result: dict[str, Any] = {"value": exact(link.value), "rule": link.rule, "terms": [_factors(term.factors) for term in link.terms]}
    if link.others:
        result |= {"others": link.others, "rest": repr(link.rest)}
    return result


def _factors(factors: tuple[Any, ...]) -> list[list[str]]:
    return [[each.label, exact(each.value), *([entry_name(*each.node)] if each.node else [])] for each in factors]

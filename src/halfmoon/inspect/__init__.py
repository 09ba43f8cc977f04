"""Ways to look into a network: the X-ray, a training step as cards, and its health, in words."""

from halfmoon.gradcheck.differences import NumericCheck
from halfmoon.inspect.health.health import Finding, Health
from halfmoon.inspect.health.rules import RULES
from halfmoon.inspect.xray.array_view import ArrayView
from halfmoon.inspect.xray.cards import Card
from halfmoon.inspect.xray.chain_link import Chain, ChainLink, Factor, Term
from halfmoon.inspect.xray.sources import Source
from halfmoon.inspect.xray.xray import Cards, XRay

__all__ = [
    "RULES",
    "ArrayView",
    "Card",
    "Cards",
    "Chain",
    "ChainLink",
    "Factor",
    "Finding",
    "Health",
    "NumericCheck",
    "Source",
    "Term",
    "XRay",
]

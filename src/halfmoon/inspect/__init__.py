"""Ways to look into a network: the X-ray, a training step as cards, and its health, in words."""

from halfmoon.inspect.cards import Card
from halfmoon.inspect.faults import RULES
from halfmoon.inspect.health import Finding, Health
from halfmoon.inspect.link import Chain, Factor, Link, Term
from halfmoon.inspect.measured import Measured
from halfmoon.inspect.shown import Shown
from halfmoon.inspect.sources import Source
from halfmoon.inspect.xray import Cards, XRay

__all__ = [
    "RULES",
    "Card",
    "Cards",
    "Chain",
    "Factor",
    "Finding",
    "Health",
    "Link",
    "Measured",
    "Shown",
    "Source",
    "Term",
    "XRay",
]

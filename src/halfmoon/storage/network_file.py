"""The file of a network without numbers: its description, and no arrays."""

from __future__ import annotations

import os

from halfmoon.base import checks, schema, tensorfile
from halfmoon.base.record import encode
from halfmoon.network.network import Network
from halfmoon.training.provenance import versions

KEY = "halfmoon network"
"""Under which a network's head stands in its file."""

VERSION = 1
"""Of the format; a file says which it is."""

HEAD = schema.entries({"network": schema.decoded(checks.kind(Network, "a network"))})
"""What the head of a network's file holds."""


def save(path: str | os.PathLike[str], network: Network) -> None:
    """Write a network to a file, whole or not at all."""
    tensorfile.write(path, KEY, {"version": VERSION, "network": encode(network), "versions": versions()}, {})


def load(path: str | os.PathLike[str]) -> Network:
    """Return the network in a file that :func:`save` wrote."""
    head, _ = tensorfile.read(path, KEY, "network", VERSION, HEAD)
    found: Network = head["network"]
    return found

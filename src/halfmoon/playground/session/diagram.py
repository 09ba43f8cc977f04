"""Layers as the page's diagram counts them: from 1, each from its dense step to its last one, the output after the hidden ones."""

from __future__ import annotations

import re

from halfmoon.layers.activations import Activation
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.network.model import Model
from halfmoon.training.ending import Ending

NAMED = re.compile(r"(?<=\blayer )\d+\b|(?<=第 )\d+(?= 层)|\b\d+(?=\.[A-Za-z])")
"""A step of a program in a sentence of the library's, in either language: "layer 3", "第 3 层", or of an array "3.W"."""


def layer_steps(model: Model) -> list[int]:
    """Return the indices of the steps that the diagram's layers end with: hidden ones, and the output."""
    ends: list[int] = []
    for index, step in enumerate(model.program.steps):
        if isinstance(step.layer, Dense):
            ends.append(index)
        elif isinstance(step.layer, Activation | Dropout | BatchNorm | LayerNorm):
            ends[-1] = index
    return ends


def in_diagram(text: str, model: Model) -> str:
    """Return a sentence about steps of a model's program, which counts them all from 0, with the diagram's layers instead."""
    ends = layer_steps(model)
    numbers = {step.path: str(1 + sum(end < index for end in ends)) for index, step in enumerate(model.program.steps)}
    return NAMED.sub(lambda found: numbers.get(found[0], found[0]), text)


def ending_text(ending: Ending, model: Model) -> str:
    """Return why a training ended, in a sentence."""
    return in_diagram(str(ending), model)

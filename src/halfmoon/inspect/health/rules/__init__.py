"""The rules of health: each looks at the evidence and says what is wrong, with the figure behind it, or nothing.

To add one, write a function from :class:`halfmoon.inspect.health.evidence.Evidence` to faults, and enter it in ``RULES``.
"""

from __future__ import annotations

from collections.abc import Callable

from halfmoon.inspect.health.evidence import Evidence, Faults
from halfmoon.inspect.health.rules.network import dead_units, gradient_flow, not_finite, saturated
from halfmoon.inspect.health.rules.predictions import base_rate, one_class
from halfmoon.inspect.health.rules.rows import constant_columns, constant_target, input_scales
from halfmoon.inspect.health.rules.training import diverged, not_converged, overfitting

RULES: dict[str, Callable[[Evidence], Faults]] = {
    rule.__name__: rule
    for rule in (diverged, not_finite, dead_units, saturated, gradient_flow, constant_columns, input_scales,
                 constant_target, one_class, base_rate, not_converged, overfitting)
}  # fmt: skip
"""Every rule by name, in the order of the findings."""

NEED_FINITE = {"dead_units", "saturated", "gradient_flow", "one_class", "base_rate"}
"""Rules that mean nothing where the network gives no numbers."""

"""The activations, each one entry: its value a from z, and its slope da/dz from z and a.

To add one, add an entry here, its twin to ``tests/twins.py``, and its name to ``halfmoon/__init__.py``. Everything else reads
the entry.

Borrowed: a ``Definition`` calls its two functions once with symbols and keeps what they compute as data, an expression that is
called with arrays (``definition`` of :mod:`halfmoon.expressions`); their words, such as ``exp``, are NumPy's (``vocabulary``
there). A definition may be called itself: ``LeakyReLU(alpha=0.2)`` is LeakyReLU with another constant, ``ReLU()`` is ReLU.
``checks``, ``record`` and ``errors`` of :mod:`halfmoon.base` are as before; an ``InputError`` says what was wrong.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import record
from halfmoon.expressions.definition import Definition
from halfmoon.expressions.vocabulary import absolute, cos, erf, exp, expm1, log1p, maximum, minimum, sin, tanh, where
from halfmoon.layers.contract import Arrays, Layer, Pass, always


@record
class Activation(Definition, Layer):
    """A function of each entry alone, such as ``Activation("cube", lambda z: z**3, lambda z, a: 3 * z * z)``.

    The value is a function of z; the slope of z and a = value(z). Both may take constants after those.
    See :class:`halfmoon.expressions.definition.Definition` for the parameters.
    """

    value_as: ClassVar[str | None] = "a"

    row_wise = element_wise = always

    def width(self, n_in: int) -> int:
        for name, number in self.constants:
            if isinstance(number, tuple) and len(number) not in {1, n_in}:
                raise InputError(f"{name} must have one number for each of the {n_in} columns, got {len(number)}")
        return n_in

    def forward(self, p: Arrays, x: Array, pass_: Pass) -> Array:
        # A = value(Z)
        return self.value(x, *self.numbers())

    def backward(self, p: Arrays, x: Array, y: Array, dy: Array, pass_: Pass) -> tuple[Array, dict[str, Array]]:
        # dZ = dA slope(Z, A)
        return dy * self.slope(x, y, *self.numbers()), {}


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def _softplus(z: Any) -> Any:
    return maximum(z, 0) + log1p(exp(-absolute(z)))


def _mish_slope(z: Any, a: Any) -> Any:  # noqa: ARG001 - every slope is a function of z and a
    t = tanh(_softplus(z))
    return t + z * _sigmoid(z) * (1 - t * t)


ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
"""SELU's constants: mean 0 and variance 1 stay so (Klambauer et al., 2017)."""

Identity = Activation("identity", lambda z: z, lambda z, a: 1)
Sigmoid = Activation("sigmoid", _sigmoid, lambda z, a: a * (1 - a))
Tanh = Activation("tanh", tanh, lambda z, a: 1 - a * a)
ReLU = Activation("relu", lambda z: maximum(z, 0), lambda z, a: where(a > 0, 1, 0))
# Maas, Hannun & Ng, 2013
LeakyReLU = Activation("leaky_relu", lambda z, alpha: where(z > 0, z, alpha * z),
                       lambda z, a, alpha: where(z > 0, 1, alpha), {"alpha": 0.01})  # fmt: skip
# Clevert, Unterthiner & Hochreiter, 2016
ELU = Activation("elu", lambda z, alpha: where(z > 0, z, alpha * expm1(minimum(z, 0))),
                 lambda z, a, alpha: where(z > 0, 1, a + alpha), {"alpha": 1.0})  # fmt: skip
# Klambauer, Unterthiner, Mayr & Hochreiter, 2017
SELU = Activation("selu", lambda z: where(z > 0, SCALE * z, SCALE * ALPHA * expm1(minimum(z, 0))),
                  lambda z, a: where(z > 0, SCALE, a + SCALE * ALPHA))  # fmt: skip
# Hendrycks & Gimpel, 2016; the exact form, z Φ(z)
GELU = Activation("gelu", lambda z: z * 0.5 * (1 + erf(z / math.sqrt(2))),
                  lambda z, a: 0.5 * (1 + erf(z / math.sqrt(2))) + z * exp(-0.5 * z * z) / math.sqrt(2 * math.pi))  # fmt: skip
# Hendrycks & Gimpel, 2016; Ramachandran, Zoph & Le ("swish"), 2017
SiLU = Activation("silu", lambda z: z * _sigmoid(z), lambda z, a: _sigmoid(z) * (1 + z * (1 - _sigmoid(z))))
# Misra, 2020
Mish = Activation("mish", lambda z: z * tanh(_softplus(z)), _mish_slope)
# Dugas et al., 2001
Softplus = Activation("softplus", _softplus, lambda z, a: _sigmoid(z))
# Turian, Bergstra & Bengio, 2009
Softsign = Activation("softsign", lambda z: z / (1 + absolute(z)), lambda z, a: (1 - absolute(a)) ** 2)
HardTanh = Activation("hard_tanh", lambda z: minimum(maximum(z, -1), 1), lambda z, a: where(absolute(z) < 1, 1, 0))
Gaussian = Activation("gaussian", lambda z: exp(-z * z), lambda z, a: -2 * z * a)
# Sitzmann et al., 2020, with frequency 1
Sine = Activation("sine", sin, lambda z, a: cos(z))

ACTIVATIONS: dict[str, Activation] = {
    each.name: each
    for each in (Identity, Sigmoid, Tanh, ReLU, LeakyReLU, ELU, SELU, GELU, SiLU, Mish, Softplus, Softsign, HardTanh, Gaussian, Sine)
}
"""Every activation by name; in lower case, as in scikit-learn's ``activation=``."""

"""The activations, each one entry: its value a from z, and its slope da/dz from z and a.

An entry holds two functions, and they can be called: ``ReLU.value(z)`` and ``ReLU.slope(z, a)``, on numbers or arrays. Some have constants,
which ``numbers()`` gives in their order: ``LeakyReLU.numbers()`` is (0.01,), and ``LeakyReLU.value(z, 0.01)`` is its value. Since an
activation acts on each entry alone, its chain rule is one product: dZ = dA · slope, of the same shape.

To add one, add an entry here, its twin to ``tests/twins.py``, and its name to ``halfmoon/__init__.py``. Everything else reads
the entry.

Borrowed: a ``Definition`` calls its two functions once with symbols and keeps what they compute as data, an expression that is
called with arrays (``definition`` of :mod:`halfmoon.expressions`); their words, such as ``exp``, are NumPy's (``vocabulary``
there). A definition may be called itself: ``LeakyReLU(alpha=0.2)`` is LeakyReLU with another constant, ``ReLU()`` is ReLU.
``checks``, ``record`` and ``errors`` of :mod:`halfmoon.base` are as before; an ``InputError`` says what was wrong. ``described`` there
gives a record the docstring that ``help`` shows, ``Registry`` is a dict that has one.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from halfmoon.base.checks import Array
from halfmoon.base.described import Registry, described
from halfmoon.base.errors import InputError
from halfmoon.base.record import record
from halfmoon.expressions.definition import Definition
from halfmoon.expressions.vocabulary import absolute, cos, erf, exp, expm1, log1p, maximum, minimum, sin, tanh, where
from halfmoon.layers.contract import Arrays, Layer, Pass, always


@record
class Activation(Definition, Layer):
    """A function of each entry alone, such as ``Activation("cube", lambda z: z**3, lambda z, a: 3 * z * z)``.

    It is a layer, and the maker of its variants: ``LeakyReLU(alpha=0.2)`` is LeakyReLU with another constant.

    Parameters
    ----------
    name : str
        What to call it.
    value : callable
        A function of z, written in ``halfmoon.vocabulary``, whose words are NumPy's.
    slope : callable, optional
        Its derivative, a function of z and a = value(z); without it the value is differentiated.
    constants : dict of str to float, optional
        Further arguments of both functions; of a tuple of numbers each column has one.
    limits : dict of str to Between, optional
        What the constants may be.
    """

    value_as: ClassVar[str | None] = "a"  # what a slope, a function of z and a, calls the value

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

Identity = described(
    Activation("identity", lambda z: z, lambda z, a: 1),
    "a = z: every entry as it is.", "Goodfellow, Bengio & Courville, Deep Learning, 2016, section 6.2.2.1.",
)  # fmt: skip
Sigmoid = described(
    Activation("sigmoid", _sigmoid, lambda z, a: a * (1 - a)),
    "The logistic function, a = 1 / (1 + exp(-z)), from 0 to 1.", "Rumelhart, Hinton & Williams, Nature 323, 1986.",
)  # fmt: skip
Tanh = described(
    Activation("tanh", tanh, lambda z, a: 1 - a * a),
    "The hyperbolic tangent, a = tanh z, from -1 to 1.", 'LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998.',
)  # fmt: skip
ReLU = described(
    Activation("relu", lambda z: maximum(z, 0), lambda z, a: where(a > 0, 1, 0)),
    "The rectified linear unit, a = max(z, 0): what is negative becomes 0, and lets no gradient through.", "Nair & Hinton, ICML 2010.",
)  # fmt: skip
LeakyReLU = described(
    Activation("leaky_relu", lambda z, alpha: where(z > 0, z, alpha * z), lambda z, a, alpha: where(z > 0, 1, alpha), {"alpha": 0.01}),
    "a = z, where that is negative alpha z: a rectified linear unit that never dies.", "Maas, Hannun & Ng, ICML 2013.",
    alpha="Slope where z is negative.",
)  # fmt: skip
ELU = described(
    Activation("elu", lambda z, alpha: where(z > 0, z, alpha * expm1(minimum(z, 0))),
               lambda z, a, alpha: where(z > 0, 1, a + alpha), {"alpha": 1.0}),
    "The exponential linear unit: a = z, where that is negative alpha (exp z - 1).", "Clevert, Unterthiner & Hochreiter, ICLR 2016.",
    alpha="What it comes to far below 0, negated.",
)  # fmt: skip
SELU = described(
    Activation("selu", lambda z: where(z > 0, SCALE * z, SCALE * ALPHA * expm1(minimum(z, 0))),
               lambda z, a: where(z > 0, SCALE, a + SCALE * ALPHA)),
    "The scaled exponential linear unit, 1.0507 ELU(z) with alpha = 1.6733: mean 0 and variance 1 stay so.",
    "Klambauer, Unterthiner, Mayr & Hochreiter, NeurIPS 2017.",
)  # fmt: skip
GELU = described(
    Activation("gelu", lambda z: z * 0.5 * (1 + erf(z / math.sqrt(2))),
               lambda z, a: 0.5 * (1 + erf(z / math.sqrt(2))) + z * exp(-0.5 * z * z) / math.sqrt(2 * math.pi)),
    "The Gaussian error linear unit, a = z Φ(z), in its exact form; Φ is the distribution of the standard normal.",
    "Hendrycks & Gimpel, arXiv:1606.08415, 2016.",
)  # fmt: skip
SiLU = described(
    Activation("silu", lambda z: z * _sigmoid(z), lambda z, a: _sigmoid(z) * (1 + z * (1 - _sigmoid(z)))),
    'The sigmoid linear unit, a = z / (1 + exp(-z)), also called "swish".',
    "Hendrycks & Gimpel, arXiv:1606.08415, 2016; Ramachandran, Zoph & Le, arXiv:1710.05941, 2017.",
)  # fmt: skip
Mish = described(
    Activation("mish", lambda z: z * tanh(_softplus(z)), _mish_slope),
    "a = z tanh(log(1 + exp z)).", "Misra, BMVC 2020.",
)  # fmt: skip
Softplus = described(
    Activation("softplus", _softplus, lambda z, a: _sigmoid(z)),
    "a = log(1 + exp z), a smooth ReLU; written so that no z overflows.", "Dugas, Bengio, Bélisle, Nadeau & Garcia, NIPS 13, 2001.",
)  # fmt: skip
Softsign = described(
    Activation("softsign", lambda z: z / (1 + absolute(z)), lambda z, a: (1 - absolute(a)) ** 2),
    "``a = z / (1 + |z|)``, from -1 to 1, which it nears more slowly than tanh.", "Turian, Bergstra & Bengio, NAACL 2009.",
)  # fmt: skip
HardTanh = described(
    Activation("hard_tanh", lambda z: minimum(maximum(z, -1), 1), lambda z, a: where(absolute(z) < 1, 1, 0)),
    "a = z, cut off at -1 and at 1.", 'Collobert, "Large scale machine learning", 2004.',
)  # fmt: skip
Gaussian = described(
    Activation("gaussian", lambda z: exp(-z * z), lambda z, a: -2 * z * a),
    "A bump, a = exp(-z²): 1 at 0, and 0 far away.", "Broomhead & Lowe, Complex Systems 2, 1988.",
)  # fmt: skip
Sine = described(
    Activation("sine", sin, lambda z, a: cos(z)),
    "a = sin z: with frequency 1, which is for the weights to change.", "Sitzmann, Martel, Bergman, Lindell & Wetzstein, NeurIPS 2020.",
)  # fmt: skip

ACTIVATIONS = Registry(
    "Every activation by name; in lower case, as in scikit-learn's ``activation=``.",
    {each.name: each for each in (Identity, Sigmoid, Tanh, ReLU, LeakyReLU, ELU, SELU, GELU, SiLU, Mish, Softplus, Softsign, HardTanh,
                                  Gaussian, Sine)},
)  # fmt: skip

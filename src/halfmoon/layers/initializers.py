"""Initialisers: how the numbers of a parameter start.

Every draw takes an own row of the generator, in the order of the layers, so that a seed means the same network in
every engine. Values are drawn in float64 and then cast to the model's dtype.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.described import Registry
from halfmoon.base.errors import InputError
from halfmoon.base.randomness import Random
from halfmoon.base.record import Record, checked, record

Shape = tuple[int, ...]


@record
class Initializer(Record, ABC):
    """The contract: draws the first value of a parameter.

    Examples
    --------
    >>> class Ramp(hm.Initializer):
    ...     def draw(self, shape, random):
    ...         return np.linspace(0, 1, num=np.prod(shape)).reshape(shape)
    ...
    >>> hm.Network([hm.Dense(3, weights=Ramp())]).init(n_inputs=1).params["0.W"]
    array([[0. , 0.5, 1. ]], dtype=float32)
    """

    @abstractmethod
    def draw(self, shape: Shape, random: Random) -> Array:
        """Return a float64 array of ``shape``; of (inputs, outputs) for weights."""


@record
class Zeros(Initializer):
    """All zero, as biases start.

    References
    ----------
    Glorot & Bengio, AISTATS 2010.

    Examples
    --------
    >>> hm.Zeros().draw((2, 2), np.random.RandomState(0))
    array([[0., 0.],
           [0., 0.]])
    """

    def draw(self, shape: Shape, random: Random) -> Array:
        return np.zeros(shape)


@record
class Ones(Initializer):
    """All one, as the scales of a normalisation start.

    References
    ----------
    Ioffe & Szegedy, ICML 2015.

    Examples
    --------
    >>> hm.Ones().draw((2,), np.random.RandomState(0))
    array([1., 1.])
    """

    def draw(self, shape: Shape, random: Random) -> Array:
        return np.ones(shape)


@record
class Normal(Initializer):
    """Normal with mean 0 and the given standard deviation.

    Parameters
    ----------
    deviation : float
        Whatever the layer's width is; :class:`Scaled` goes by that.

    References
    ----------
    Krizhevsky, Sutskever & Hinton, NeurIPS 2012.

    Examples
    --------
    >>> hm.Normal(0.1).draw((2, 2), np.random.RandomState(0)).round(3)
    array([[0.176, 0.04 ],
           [0.098, 0.224]])
    """

    deviation: float = checked(checks.positive, default=1.0)

    def draw(self, shape: Shape, random: Random) -> Array:
        return self.deviation * random.standard_normal(shape)


@record
class Uniform(Initializer):
    """Uniform on [-bound, bound].

    Parameters
    ----------
    bound : float
        Largest size of a number.

    References
    ----------
    Rumelhart, Hinton & Williams, Nature 323, 1986.

    Examples
    --------
    >>> hm.Uniform(0.1).draw((2, 2), np.random.RandomState(0)).round(3)
    array([[0.01 , 0.043],
           [0.021, 0.009]])
    """

    bound: float = checked(checks.positive, default=0.05)

    def draw(self, shape: Shape, random: Random) -> Array:
        return random.uniform(-self.bound, self.bound, shape)


@record
class Scaled(Initializer):
    """Random weights whose variance is ``gain / fan``, to keep the size of what passes through a layer.

    Parameters
    ----------
    gain : float
        1 for Glorot and LeCun, 2 for He.
    fan : {"in", "out", "mean"}
        Inputs, outputs, or the mean of both.
    distribution : {"uniform", "normal"}
        Uniform on [-sqrt(3 gain / fan), sqrt(3 gain / fan)], or normal (not truncated).

    References
    ----------
    Glorot & Bengio, AISTATS 2010 (gain 1, mean); He et al., ICCV 2015 (gain 2, in); LeCun et al., "Efficient
    BackProp", 1998 (gain 1, in).

    Examples
    --------
    >>> hm.Scaled(2.0, "in", "normal").draw((100, 400), np.random.RandomState(0)).std().round(2)  # √(2 / 100)
    np.float64(0.14)
    """

    gain: float = checked(checks.positive, default=1.0)
    fan: str = checked(checks.choice(["in", "out", "mean"]), default="mean")
    distribution: str = checked(checks.choice(["uniform", "normal"]), default="uniform")

    def draw(self, shape: Shape, random: Random) -> Array:
        fan_in, fan_out = shape[0], shape[-1]
        fan = {"in": fan_in, "out": fan_out, "mean": (fan_in + fan_out) / 2}[self.fan]
        if self.distribution == "normal":
            return math.sqrt(self.gain / fan) * random.standard_normal(shape)
        bound = math.sqrt(3 * self.gain / fan)
        return random.uniform(-bound, bound, shape)


@record
class Orthogonal(Initializer):
    """Orthonormal rows or columns, times ``gain``: Wᵀ W = gain² 1, or W Wᵀ where there are more columns than rows.

    Parameters
    ----------
    gain : float
        Length of each row or column.

    References
    ----------
    Saxe, McClelland & Ganguli, ICLR 2014.

    Examples
    --------
    >>> W = hm.Orthogonal().draw((3, 2), np.random.RandomState(0))
    >>> (W.T @ W).round(6) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """

    gain: float = checked(checks.positive, default=1.0)

    def draw(self, shape: Shape, random: Random) -> Array:
        if len(shape) != 2:  # noqa: PLR2004 - inputs and outputs
            raise InputError(f"an orthogonal start must be for a matrix, got a parameter of shape {shape}")
        wide = shape[0] < shape[1]
        q, r = np.linalg.qr(random.standard_normal(shape[::-1] if wide else shape))
        q = q * np.sign(np.diag(r))  # makes the draw uniform over orthogonal matrices
        return self.gain * (q.T if wide else q)


@record
class RandomSigns(Initializer):
    """+1 or -1, each as often, as the first factors of an ensemble's members start.

    References
    ----------
    Wen, Tran & Ba, "BatchEnsemble", ICLR 2020.

    Examples
    --------
    >>> hm.RandomSigns().draw((2, 3), np.random.RandomState(0))
    array([[ 1.,  1.,  1.],
           [ 1., -1.,  1.]])
    """

    def draw(self, shape: Shape, random: Random) -> Array:
        return np.where(random.uniform(0, 1, shape) < 0.5, -1.0, 1.0)  # noqa: PLR2004 - as often as not


@record
class Blocks(Initializer):
    """Blocks one below the other, each drawn as a matrix of its own, so that its fan counts.

    Parameters
    ----------
    of : Initializer
        How each block starts; a :class:`Constant` is all of them.
    count : int
        How many blocks.

    References
    ----------
    Gorishniy, Kotelnikov & Babenko, "TabM", ICLR 2025: the members' heads.

    Examples
    --------
    >>> W = hm.Blocks(hm.Orthogonal(), count=2).draw((4, 2), np.random.RandomState(0))
    >>> bool(np.allclose(W[:2].T @ W[:2], np.eye(2))), bool(np.allclose(W[2:].T @ W[2:], np.eye(2)))
    (True, True)
    """

    of: Initializer = checked(checks.kind(Initializer, "an Initializer"))
    count: int = checked(checks.whole)

    def draw(self, shape: Shape, random: Random) -> Array:
        if isinstance(self.of, Constant):
            return self.of.draw(shape, random)
        return np.concatenate([self.of.draw((shape[0] // self.count, *shape[1:]), random) for _ in range(self.count)])


@record
class Constant(Initializer):
    """The given array, copied; two are equal when shape, dtype and bytes are.

    Parameters
    ----------
    array : array-like
        Of the parameter's shape: (inputs, outputs) for weights.

    Examples
    --------
    >>> hm.Network([hm.Dense(1, weights=hm.Constant([[1.0], [2.0]]))]).init(n_inputs=2).params["0.W"]
    array([[1.],
           [2.]], dtype=float32)
    """

    array: Any

    def __post_init__(self) -> None:
        array = checks.numeric("array", self.array)
        array = array.astype(array.dtype.newbyteorder("="))
        array.flags.writeable = False
        object.__setattr__(self, "array", array)

    def __reduce__(self) -> tuple[Any, ...]:
        return Constant, (self.array,)  # so that a copy's array is read-only too

    def _compared(self) -> tuple[Any, ...]:
        return self.array.shape, self.array.dtype.str, self.array.tobytes()

    def draw(self, shape: Shape, random: Random) -> Array:
        if self.array.shape != shape:
            raise InputError(f"Constant must have the parameter's shape {shape}, got {self.array.shape}")
        return self.array.astype(np.float64)


INITIALIZERS = Registry[Initializer]("Every initialiser by name.", {
    "zeros": Zeros(),
    "ones": Ones(),
    "normal": Normal(),
    "uniform": Uniform(),
    "glorot_uniform": Scaled(1, "mean", "uniform"),
    "glorot_normal": Scaled(1, "mean", "normal"),
    "he_uniform": Scaled(2, "in", "uniform"),
    "he_normal": Scaled(2, "in", "normal"),
    "lecun_uniform": Scaled(1, "in", "uniform"),
    "lecun_normal": Scaled(1, "in", "normal"),
    "orthogonal": Orthogonal(),
    "random_signs": RandomSigns(),
})  # fmt: skip


INITIAL = checks.kind((str, Initializer), "a name or an Initializer")
"""What a layer takes for an initialiser."""


def initializer(name: str, value: str | Initializer) -> Initializer:
    """Return the initialiser that a name stands for; a record is given back as it is."""
    if isinstance(value, Initializer):
        return value
    return INITIALIZERS[checks.one_of(name, value, INITIALIZERS)]

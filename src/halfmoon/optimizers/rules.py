"""The other optimisers, and a table of all: frozen records whose rule takes numbers or arrays and gives back the new ones.

To add one, see the table in CONTRIBUTING.md.

Borrowed: ``sqrt`` and ``sign`` are NumPy's, by the :mod:`halfmoon.expressions.vocabulary`, since the compiled engine reads the same
rules; ``checks``, ``record`` and ``described`` of :mod:`halfmoon.base` are as in the layers, a ``Schedule`` (of
:mod:`halfmoon.optimizers.schedules`) as in the contract; ``LBFGS`` (of :mod:`halfmoon.optimizers.lbfgs`), which has no rule of its
own, is SciPy's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from halfmoon.base import checks
from halfmoon.base.described import Registry
from halfmoon.base.record import checked, record
from halfmoon.expressions.vocabulary import sign, sqrt
from halfmoon.optimizers.contract import FirstOrder
from halfmoon.optimizers.lbfgs import LBFGS
from halfmoon.optimizers.schedules import Fixed, Schedule
from halfmoon.optimizers.sgd import SGD


@record
class Momentum(FirstOrder):
    """Gradient descent with a velocity: v ← momentum v + g, θ ← θ - rate v; on request with Nesterov's look ahead.

    From Polyak, 1964; Nesterov's: Sutskever, Martens, Dahl & Hinton, ICML 2013.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm
        Learning rate, what multiplies it, share of the weights (times the rate) lost an update, what multiplies that, longest gradient.
    momentum : float
        Share of the velocity that stays; at 1 it never fades.
    nesterov : bool
        Whether to step from where the velocity is about to lead.
    rate_in_velocity : bool
        Whether the velocity holds steps (the rate inside, as in scikit-learn) or gradients (as in PyTorch). It matters
        when the rate changes.
    """

    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    rate: float = 0.01
    momentum: float = checked(checks.Between(0, 1), default=0.9, kw_only=True)
    nesterov: bool = checked(checks.flag, default=False, kw_only=True)
    rate_in_velocity: bool = checked(checks.flag, default=False, kw_only=True)

    def constants(self, count: Any, rate: Any) -> tuple[Any, ...]:
        return (self.momentum, rate, 1.0) if self.rate_in_velocity else (self.momentum, 1.0, rate)

    def rule(self, theta: Any, g: Any, velocity: Any, momentum: Any, inside: Any, outside: Any) -> tuple[Any, ...]:
        # v ← momentum v + inside g     θ ← θ - outside v     (Nesterov: θ ← θ - outside (momentum v + inside g))
        velocity = momentum * velocity + inside * g
        step = momentum * velocity + inside * g if self.nesterov else velocity
        return theta - outside * step, velocity


@record
class Adam(FirstOrder):
    """Steps of even size: the mean gradient over its root mean square, θ ← θ - rate m̂ / (√v̂ + ε).

    m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g²; m̂ and v̂ are those over 1 - β₁ᵗ and 1 - β₂ᵗ at update t.
    From Kingma & Ba, ICLR 2015.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm
        Learning rate, what multiplies it, share of the weights (times the rate) lost an update, what multiplies that, longest gradient.
    beta1, beta2 : float
        Shares of the old mean and of the old mean square that stay.
    epsilon : float
        Added to the root mean square.
    epsilon_before_correction : bool
        Whether epsilon is added before the bias correction (as in scikit-learn) or after it (as in PyTorch).
    """

    slots: ClassVar[tuple[str, ...]] = ("mean", "square")
    squares: ClassVar[tuple[str, ...]] = ("square",)

    beta1: float = checked(checks.share, default=0.9, kw_only=True)
    beta2: float = checked(checks.share, default=0.999, kw_only=True)
    epsilon: float = checked(checks.positive, default=1e-8, kw_only=True)
    epsilon_before_correction: bool = checked(checks.flag, default=False, kw_only=True)

    def constants(self, count: Any, rate: Any) -> tuple[Any, ...]:
        # m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ)   =   c / (1 - β₁ᵗ) · m / (√v + c ε), c = √(1 - β₂ᵗ)
        correction = (1 - self.beta2**count) ** 0.5
        epsilon = self.epsilon if self.epsilon_before_correction else self.epsilon * correction
        rest1, rest2 = 1 - self.beta1, 1 - self.beta2  # here and not in the rule: in float32 1 - 0.999 is wrong by 1e-5
        return rate * (correction / (1 - self.beta1**count)), self.beta1, rest1, self.beta2, rest2, epsilon

    def rule(
        self, theta: Any, g: Any, mean: Any, square: Any, step: Any, beta1: Any, rest1: Any, beta2: Any, rest2: Any, epsilon: Any
    ) -> tuple[Any, ...]:
        # m ← β₁ m + (1 - β₁) g     v ← β₂ v + (1 - β₂) g²     θ ← θ - step m / (√v + ε)
        mean = beta1 * mean + rest1 * g
        square = beta2 * square + rest2 * g * g
        return theta - step * mean / (sqrt(square) + epsilon), mean, square


FIXED = Fixed()


def AdamW(  # noqa: N802 - reads as the others do
    rate: float = 0.001, *, schedule: Schedule = FIXED, weight_decay: float = 0.01, decay_schedule: Schedule = FIXED,
    clip_norm: float | None = None, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8,
    epsilon_before_correction: bool = False,
) -> Adam:  # fmt: skip
    """Return :class:`Adam` with decoupled weight decay, θ ← (1 - rate weight_decay) θ - rate m̂ / (√v̂ + ε).

    From Loshchilov & Hutter, ICLR 2019.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm, beta1, beta2, epsilon, epsilon_before_correction
        As :class:`Adam` takes them.
    """
    return Adam(rate, schedule=schedule, weight_decay=weight_decay, decay_schedule=decay_schedule, clip_norm=clip_norm,
                beta1=beta1, beta2=beta2, epsilon=epsilon, epsilon_before_correction=epsilon_before_correction)  # fmt: skip


@record
class RMSprop(FirstOrder):
    """The gradient over its root mean square: v ← decay v + (1 - decay) g², θ ← θ - rate g / (√v + ε).

    From Tieleman & Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm
        Learning rate, what multiplies it, share of the weights (times the rate) lost an update, what multiplies that, longest gradient.
    decay : float
        Share of the old mean square that stays.
    epsilon : float
        Added to the root mean square.
    """

    slots: ClassVar[tuple[str, ...]] = ("square",)
    squares: ClassVar[tuple[str, ...]] = slots

    rate: float = 0.01
    decay: float = checked(checks.share, default=0.99, kw_only=True)
    epsilon: float = checked(checks.positive, default=1e-8, kw_only=True)

    def constants(self, count: Any, rate: Any) -> tuple[Any, ...]:
        return rate, self.decay, 1 - self.decay, self.epsilon

    def rule(self, theta: Any, g: Any, square: Any, rate: Any, decay: Any, rest: Any, epsilon: Any) -> tuple[Any, ...]:
        # v ← decay v + (1 - decay) g²     θ ← θ - rate g / (√v + ε)
        square = decay * square + rest * g * g
        return theta - rate * g / (sqrt(square) + epsilon), square


@record
class Adagrad(FirstOrder):
    """The gradient over the root of all its squares so far: s ← s + g², θ ← θ - rate g / (√s + ε).

    From Duchi, Hazan & Singer, JMLR 12, 2011.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm
        Learning rate, what multiplies it, share of the weights (times the rate) lost an update, what multiplies that, longest gradient.
    epsilon : float
        Added to the root.
    """

    slots: ClassVar[tuple[str, ...]] = ("squares",)
    squares: ClassVar[tuple[str, ...]] = slots

    rate: float = 0.01
    epsilon: float = checked(checks.positive, default=1e-10, kw_only=True)

    def constants(self, count: Any, rate: Any) -> tuple[Any, ...]:
        return rate, self.epsilon

    def rule(self, theta: Any, g: Any, squares: Any, rate: Any, epsilon: Any) -> tuple[Any, ...]:
        # s ← s + g²     θ ← θ - rate g / (√s + ε)
        squares = squares + g * g
        return theta - rate * g / (sqrt(squares) + epsilon), squares


@record
class Lion(FirstOrder):
    """Steps by the sign of a blend of mean gradient and gradient: θ ← θ - rate sign(β₁ m + (1 - β₁) g), m ← β₂ m + (1 - β₂) g.

    From Chen et al., NeurIPS 2023.

    Parameters
    ----------
    rate, schedule, weight_decay, decay_schedule, clip_norm
        Learning rate, what multiplies it, share of the weights (times the rate) lost an update, what multiplies that, longest gradient.
    beta1 : float
        Share of the mean in the blend.
    beta2 : float
        Share of the old mean that stays.
    """

    slots: ClassVar[tuple[str, ...]] = ("mean",)

    rate: float = 1e-4
    beta1: float = checked(checks.share, default=0.9, kw_only=True)
    beta2: float = checked(checks.share, default=0.99, kw_only=True)

    def constants(self, count: Any, rate: Any) -> tuple[Any, ...]:
        return rate, self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2

    def rule(self, theta: Any, g: Any, mean: Any, rate: Any, beta1: Any, rest1: Any, beta2: Any, rest2: Any) -> tuple[Any, ...]:
        # θ ← θ - rate sign(β₁ m + (1 - β₁) g)     m ← β₂ m + (1 - β₂) g
        return theta - rate * sign(beta1 * mean + rest1 * g), beta2 * mean + rest2 * g


OPTIMIZERS = Registry[Callable[..., Any]](
    "Every optimiser by name.",
    {each.__name__.lower(): each for each in (SGD, Momentum, Adam, AdamW, RMSprop, Adagrad, Lion, LBFGS)},
)

"""The optimisers: frozen records whose rule takes numbers or arrays and gives back the new ones.

To add one, see the table in CONTRIBUTING.md.

Borrowed: ``sqrt`` and ``sign`` are NumPy's, by the :mod:`halfmoon.expressions.vocabulary`, since the compiled engine reads the same
rules; ``checks`` and ``record`` of :mod:`halfmoon.base` are as in the layers.
"""

from __future__ import annotations

from typing import Any, ClassVar

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.expressions.vocabulary import sign, sqrt
from halfmoon.optimizers.contract import FirstOrder, Optimizer


@record
class SGD(FirstOrder):
    """Plain gradient descent; on mini-batches, stochastic gradient descent."""

    rate: float = 0.01

    def rule(self, theta: Any, g: Any, rate: Any) -> tuple[Any, ...]:
        # θ ← θ - rate g
        return (theta - rate * g,)


@record
class Momentum(FirstOrder):
    """Gradient descent with a velocity (Polyak, 1964), on request with Nesterov's look ahead (Sutskever et al., 2013).

    Parameters
    ----------
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
    """Steps of even size: the mean gradient over its root mean square (Kingma & Ba, ICLR 2015).

    Parameters
    ----------
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
        return rate * (correction / (1 - self.beta1**count)), self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2, epsilon

    def rule(
        self, theta: Any, g: Any, mean: Any, square: Any, step: Any, beta1: Any, rest1: Any, beta2: Any, rest2: Any, epsilon: Any
    ) -> tuple[Any, ...]:
        # m ← β₁ m + (1 - β₁) g     v ← β₂ v + (1 - β₂) g²     θ ← θ - step m / (√v + ε)
        # rest = 1 - β comes from float64: in float32 1 - 0.999 is wrong by 1e-5
        mean = beta1 * mean + rest1 * g
        square = beta2 * square + rest2 * g * g
        return theta - step * mean / (sqrt(square) + epsilon), mean, square


def AdamW(rate: float = 0.001, *, weight_decay: float = 0.01, **options: Any) -> Adam:  # noqa: N802 - reads as the others do
    """Return :class:`Adam` with decoupled weight decay (Loshchilov & Hutter, ICLR 2019)."""
    return Adam(rate, weight_decay=weight_decay, **options)


@record
class RMSprop(FirstOrder):
    """The gradient over its root mean square (Tieleman & Hinton, 2012).

    Parameters
    ----------
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
    """The gradient over the root of all its squares so far (Duchi, Hazan & Singer, JMLR 12, 2011).

    Parameters
    ----------
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
    """Steps by the sign of a blend of mean gradient and gradient (Chen et al., NeurIPS 2023).

    Parameters
    ----------
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


@record
class LBFGS(Optimizer):
    """SciPy's L-BFGS-B on the full batch, without bounds; one epoch is one of its iterations (Zhu et al., 1997).

    Parameters
    ----------
    memory : int
        Pairs of steps and gradient changes that stand for the curvature.
    line_search : int
        Most evaluations of the loss along one direction.
    tolerance : float
        It stops when no entry of the gradient is larger.
    relative_decrease : float
        It stops when the loss falls by a smaller share than this.
    evaluations : int, optional
        Most evaluations of the loss in all; by default ``line_search`` for each epoch.
    """

    memory: int = checked(checks.from_to(1, 1000), default=10)
    line_search: int = checked(checks.from_to(1, 2**31 - 1), default=20)
    tolerance: float = checked(checks.not_negative, default=1e-5)
    relative_decrease: float = checked(checks.not_negative, default=2.220446049250313e-9)
    evaluations: int | None = checked(checks.optional(checks.from_to(1, 2**62)), default=None)


OPTIMIZERS: dict[str, Any] = {each.__name__.lower(): each for each in (SGD, Momentum, Adam, AdamW, RMSprop, Adagrad, Lion, LBFGS)}
"""Every optimiser by name."""

"""L-BFGS, the optimiser that is SciPy's: what it may be told. It makes no single updates; ``training/lbfgs.py`` runs it."""

from __future__ import annotations

from halfmoon.base import checks
from halfmoon.base.record import checked, record
from halfmoon.optimizers.contract import Optimizer


@record
class LBFGS(Optimizer):
    """SciPy's L-BFGS-B on the full batch, without bounds; one epoch is one of its iterations.

    From Zhu, Byrd, Lu & Nocedal, ACM Transactions on Mathematical Software 23, 1997.

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

    Examples
    --------
    >>> history = hm.train(model, X, y, optimizer=hm.LBFGS(), epochs=20)
    >>> bool(history["loss"][-1] < history["loss"][0])
    True
    """

    memory: int = checked(checks.from_to(1, 1000), default=10)
    line_search: int = checked(checks.from_to(1, 2**31 - 1), default=20)
    tolerance: float = checked(checks.not_negative, default=1e-5)
    relative_decrease: float = checked(checks.not_negative, default=2.220446049250313e-9)
    evaluations: int | None = checked(checks.optional(checks.from_to(1, 2**62)), default=None)

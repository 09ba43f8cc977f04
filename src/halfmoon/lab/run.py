"""The result of a run, what came of one setting, trained with one seed; and a listener to the progress of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from halfmoon.base.checks import Array
from halfmoon.lab.settings import Setting

STATUSES = ("done", "diverged", "failed")


@dataclass(frozen=True, eq=False)
class RunResult:
    """What came of one setting, trained with one seed.

    Attributes
    ----------
    key : str
        A hash of the setting, the seed, the data and the version of the code.
    setting : dict
        Parameters of the estimator.
    seed : int
        Of the first weights and of all that is drawn.
    status : {"done", "diverged", "failed"}
        How it ended; "diverged" where the numbers left the finite ones.
    message : str
        Why training ended, or what went wrong.
    score : float
        On the rows held out; NaN unless done.
    train_score : float
        On the rows trained on; NaN unless done.
    loss : float
        The last one in training.
    epochs, updates, parameters : int
        How many were made, and how many numbers the network has.
    seconds : float
        For which it trained.
    score_name : {"accuracy", "r2"}
        What ``score`` is.
    curves : dict of str to ndarray of float32
        "loss" of each epoch, and "score" on the rows held out at ``snapshot_epochs``.
    snapshot_epochs : ndarray of int, shape (k,)
        After which a score and a map were kept.
    maps : ndarray of uint8, shape (k, g, g), or None
        What was predicted on a grid over the plane of the data, its lowest row first: of two classes the probability of the
        second, 0 to 255; of more the class number; of a number where it lies from the least target to the greatest. None for
        data of one feature, or where nothing was recorded.
    predictions : ndarray of int16 (class numbers) or float32, shape (n_held_out,)
        Empty unless done.
    margins : ndarray of uint8, shape (k, g, g), or None
        Of classes how clearly that of ``maps`` is predicted: the difference of the two largest log probabilities, as
        :func:`halfmoon.lab.worker.margins` writes it; where it passes 0 between two places of the grid, there runs the boundary. None
        where ``maps`` are, in runs of an older version, and for numbers.

    Examples
    --------
    >>> run = hm.compare({"learning_rate_init": [0.01]}, X, y, seeds=1, epochs=5).runs[0]
    >>> run.status, run.epochs, run.curves["loss"].shape
    ('done', 5, (5,))
    """

    key: str
    setting: Setting
    seed: int
    status: str
    message: str
    score: float
    train_score: float
    loss: float
    epochs: int
    updates: int
    parameters: int
    seconds: float
    score_name: str
    curves: dict[str, Array]
    snapshot_epochs: Array
    maps: Array | None
    predictions: Array
    margins: Array | None = None


class Watcher:
    """Is called as a comparison goes on; override what is of interest. Calls come one at a time.

    Examples
    --------
    >>> from halfmoon.lab import Watcher
    >>> class Counter(Watcher):
    ...     done = 0
    ...     def on_run(self, index, run, *, kept):
    ...         self.done += 1
    ...
    >>> counter = Counter()
    >>> found = hm.compare({"learning_rate_init": [0.01, 0.1]}, X, y, seeds=1, epochs=2, watcher=counter)
    >>> counter.done
    2
    """

    def on_start(self, settings: Sequence[Setting], seeds: Sequence[int]) -> None:
        """Take what is compared next, once all of it was checked; a search calls again for each batch of settings."""

    def on_run(self, index: int, run: RunResult, *, kept: bool) -> None:
        """Take a finished run of the setting at ``index``; ``kept`` says that it was there from before."""

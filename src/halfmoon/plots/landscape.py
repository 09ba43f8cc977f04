"""The loss around a network, in two directions of its parameters, and the path that training took."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import LogLocator, MaxNLocator

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.network.model import Model
from halfmoon.network.parameters import Parameters
from halfmoon.plots.display import Display
from halfmoon.predictions.plane import grid
from halfmoon.training.recording.recording import Recording


class LandscapeDisplay(Display):
    """The loss on a plane of parameters through the last recorded ones, with the run's path.

    The loss is drawn as levels, on a logarithmic scale where it is positive, and the path from its start to its end.

    Parameters
    ----------
    x1, x2 : ndarray, shape (columns,) and (rows,)
        Steps along both directions.
    loss : ndarray, shape (rows, columns)
        The loss there.
    path : ndarray, shape (k, 2)
        Where the recorded epochs lie, or are nearest on the plane.
    epochs : ndarray of int, shape (k,)
        Those of the path.
    directions : ndarray, shape (2, P)
        The two directions of the plane, among the P parameters.
    shares : ndarray, shape (2,), optional
        How much of the path's variation each direction explains, where they are its principal components.

    Attributes
    ----------
    x1, x2, loss, path, epochs, shares, directions
        As given.
    ax_, figure_
        Set by :meth:`plot`, as in every :class:`~halfmoon.plots.display.Display`.

    References
    ----------
    Li, Xu, Taylor, Studer & Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018.

    Examples
    --------
    >>> recorder = hm.Recorder(X, y)
    >>> history = hm.train(model, X, y, epochs=5, callbacks=[recorder])
    >>> from halfmoon.plots import LandscapeDisplay
    >>> display = LandscapeDisplay.from_recording(recorder.recording, X, y, resolution=5).plot()
    >>> display.loss.shape
    (5, 5)
    """

    def __init__(
        self, x1: Array, x2: Array, loss: Array, path: Array, epochs: Array, directions: Array, shares: Array | None = None
    ) -> None:
        self.x1, self.x2, self.loss, self.path, self.epochs = x1, x2, loss, path, epochs
        self.directions, self.shares = directions, shares

    @classmethod
    def from_recording(
        cls, recording: Recording, X: Any, y: Any, *, directions: str = "pca", resolution: int = 25, margin: float = 0.3, seed: int = 0
    ) -> Self:
        """Return the display of the loss on rows around a recorded run.

        Parameters
        ----------
        recording : Recording
            With at least three epochs for "pca".
        X : array-like, shape (n, n_inputs)
            Rows that the loss is taken over.
        y : array-like, shape (n,) or (n, n_outputs)
            Their targets.
        directions : {"pca", "random"}
            The two in which the path goes furthest; or two random ones, in which the weights into each unit are scaled to the
            length of the network's own and biases stay (filter normalisation: Li et al., section 4).
        resolution : int
            How many grid points a side the loss is taken at.
        margin : float
            Room around the path, as a share of what it spans.
        seed : int
            Of the random directions.

        Returns
        -------
        LandscapeDisplay
        """
        checks.instance("recording", recording, Recording, "a Recording, such as recorder.recording")
        model = recording.at(recording.epochs[-1].item())
        inputs, targets, _ = model.batch(X, y)
        end = model.theta.astype(np.float64)
        moves = recording.theta.astype(np.float64) - end
        if checks.one_of("directions", directions, ("pca", "random")) == "pca":
            along, shares = _principal(moves)
        else:
            along, shares = _random(model, np.random.RandomState(checks.count("seed", seed))), None
        path = np.linalg.lstsq(along.T, moves.T, rcond=None)[0].T  # the nearest points of the plane
        seen = path if directions == "pca" else np.vstack([path, [[-1, -1], [1, 1]]])  # one length of the network's own each way
        x1, x2, grid_points = grid(seen, resolution, margin)
        losses = np.empty(len(grid_points))
        for index, steps in enumerate(grid_points):
            model.theta[...] = end + steps @ along
            losses[index] = model.loss(inputs, targets)
        return cls(x1, x2, losses.reshape(len(x2), len(x1)), path, recording.epochs, along, shares)

    def _draw(self, ax: Axes, title: str | None) -> None:
        loss = np.ma.masked_invalid(self.loss)
        if not loss.count():
            raise InputError("loss must be finite somewhere on the plane; take another seed or a smaller margin")
        low, high = float(loss.min()), float(loss.max())
        positive = 0 < low < high
        norm = LogNorm(low, high) if positive else Normalize(low, high if high > low else low + 1)
        levels = np.geomspace(low, high, 25) if positive else np.linspace(low, high if high > low else low + 1, 25)
        painted = ax.contourf(self.x1, self.x2, loss, levels=levels, norm=norm, cmap=self._theme.sequential, zorder=0)
        (path,) = ax.plot(self.path[:, 0], self.path[:, 1], "-o", color="white", markersize=2.5, linewidth=1.2, zorder=1)
        outlined = [Stroke(linewidth=2.8, foreground="black"), Normal()]  # to be seen on every colour
        path.set_path_effects(outlined)
        look: dict[str, Any] = {"edgecolors": "white", "linewidths": 0.8, "zorder": 2, "path_effects": outlined}
        ends = []
        for index, number, mark, size, name in ((0, 4, "s", 80, "start"), (-1, 1, "*", 220, "end")):
            x, y = self.path[index]
            ends.append((ax.scatter(x, y, s=size, color=self._theme.colour(number), marker=mark, **look), self._translate(name)))
        self._span(self.x1, self.x2)
        # Round numbers: matplotlib's own ticks on a logarithmic scale of less than a decade would be none.
        decades = low > 0 and high / low > 5  # noqa: PLR2004 - 1, 2 and 5 of each decade are enough then
        ticks = LogLocator(subs=(1, 2, 5)) if decades else MaxNLocator(5)
        self._colourbar(painted, self._translate("loss"), ticks=ticks, format="{x:g}").minorticks_off()
        if self.shares is None:
            names = [self._translate("direction {0}", number) for number in (1, 2)]
        else:
            names = [self._translate("component {0} ({1})", number, f"{share:.0%}") for number, share in enumerate(self.shares, 1)]
        self._label(*names, title=title, legend=ends, framealpha=0.9, handletextpad=0.2, markerscale=0.7)


def _principal(moves: Array) -> tuple[Array, Array]:
    """Return the two directions, (2, P), in which a path goes furthest from its end, and the shares of it they explain."""
    if len(moves) < 3:  # noqa: PLR2004 - three points make a plane
        raise InputError(f"recording must have at least three epochs for a plane of its path, got {len(moves)}; take directions='random'")
    _, sizes, along = np.linalg.svd(moves, full_matrices=False)
    total = float((sizes**2).sum())
    if total == 0:
        raise InputError("recording must have a path: its parameters are the same at all epochs; take directions='random'")
    return along[:2], sizes[:2] ** 2 / total


def _random(model: Model, random: np.random.RandomState) -> Array:
    """Return two random directions, (2, P), scaled unit by unit to the network's own weights; 0 for biases, scales and shifts."""
    along = random.normal(size=(2, model.theta.size))
    for vector in along:
        for name, drawn in Parameters(model.program.parameters, vector).items():
            own = model.params[name].astype(np.float64)
            if own.ndim == 1:
                drawn[...] = 0
            else:
                drawn[...] = drawn * np.linalg.norm(own, axis=0) / np.linalg.norm(drawn, axis=0)
    return along

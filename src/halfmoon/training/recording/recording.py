"""A recording: a training's history, and the network as it was at chosen epochs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from halfmoon.base import checks, schema, tensorfile
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.record import encode
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.training.checkpoint import HISTORY, NETWORK, pack_history, unpack_history
from halfmoon.training.history import History
from halfmoon.training.provenance import versions
from halfmoon.training.recording import statistics

KEY = "halfmoon recording"
"""Under which a recording's head stands in its file."""

VERSION = 1
"""Of the format; a file says which it is."""


HEAD = schema.entries(NETWORK | {"history": HISTORY})
"""What the head of a recording's file holds."""


@dataclass(eq=False, repr=False)
class Recording:
    """What a :class:`Recorder` kept of one training. ``recording.at(epoch)`` is the model as it was.

    Attributes
    ----------
    network : Network
        What was trained.
    n_inputs : int
        Columns of X.
    history : History
        The training's.
    epochs : ndarray of int, shape (k,)
        Those recorded, in order; 0 is before the first update.
    theta : ndarray, shape (k, P)
        The parameters at each of them.
    state : ndarray, shape (k, S)
        The running statistics.
    statistics : dict of str to ndarray, each (k, ...)
        What :func:`halfmoon.training.recording.statistics.measure` said of each layer; empty where no rows were given to the recorder.
    layers : list of str
        Names of the layers, in the order of the statistics.

    Examples
    --------
    >>> recorder = hm.Recorder(X, y)
    >>> history = hm.train(model, X, y, epochs=5, callbacks=[recorder])
    >>> recorder.recording.epochs
    array([0, 1, 2, 3, 4, 5])
    >>> recorder.recording.at(2).loss(X, y) > model.loss(X, y)
    True
    """

    network: Network
    n_inputs: int
    history: History
    epochs: Array
    theta: Array
    state: Array
    statistics: dict[str, Array]

    def __post_init__(self) -> None:
        """Raise InputError where arrays do not fit the network or each other; they may come from a file."""
        self.program, epochs = self.network.program(self.n_inputs), self.epochs
        if epochs.ndim != 1 or epochs.dtype != np.int64 or not epochs.size or epochs[0] < 0 or (np.diff(epochs) <= 0).any():
            raise checks.fail("epochs", epochs, "at least one epoch, in order, as a vector of int64")
        dtype, count = checks.dtype("theta", self.theta.dtype), len(epochs)
        wanted: dict[str, tuple[int, ...]] = {"theta": (count, self.program.parameters.size), "state": (count, self.program.state.size)}
        for name, shape in wanted.items():
            array = getattr(self, name)
            if array.shape != shape or array.dtype != dtype:
                raise InputError(f"{name} must be {dtype} {shape}, got {array.dtype} {array.shape}")
            checks.numeric(name, array)
        if not self.statistics:
            return
        counts = self.statistics.get("activation_counts", np.zeros(0))
        wanted = statistics.shapes(self.program, counts.shape[-1])
        for name, shape in wanted.items():
            found = self.statistics.get(name, np.zeros(0))
            kind = "i" if name.endswith("counts") else "f"
            if found.shape != (count, *shape) or found.dtype.kind != kind:
                raise InputError(f"the statistic {name} must have shape {(count, *shape)}, got {found.dtype} {found.shape}")

    @property
    def layers(self) -> list[str]:
        """Names of the layers, in the order of the statistics."""
        return statistics.layer_names(self.program)

    @property
    def nbytes(self) -> int:
        """How many bytes the snapshots take."""
        return sum(array.nbytes for array in (self.theta, self.state, *self.statistics.values()))

    def place(self, epoch: float) -> int:
        """Return the index in ``epochs`` of the nearest one that was recorded; of two as near, the earlier."""
        return int(np.abs(self.epochs - checks.number("epoch", epoch)).argmin())

    def at(self, epoch: float) -> Model:
        """Return the model as it was at the nearest epoch that was recorded.

        Parameters
        ----------
        epoch : int
            0 is before the first update; ``recording.epochs`` says which were recorded.

        Returns
        -------
        Model
            A copy, to do with as you like.
        """
        index = self.place(epoch)
        return Model(self.network, self.n_inputs, self.theta[index].copy(), self.state[index].copy())

    def __len__(self) -> int:
        return len(self.epochs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recording):
            return NotImplemented
        ours, theirs = self._arrays(), other._arrays()
        same = ours.keys() == theirs.keys() and all(_equal(ours[name], theirs[name]) for name in ours)
        return same and (self.network, self.n_inputs, self.history) == (other.network, other.n_inputs, other.history)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        kept = f"{len(self)} of them recorded, {self.nbytes / 2**20:.1f} MiB"
        return f"Recording({self.history.epochs} epochs, {kept}; {self.history.stopped or 'not finished'})"

    def _arrays(self) -> dict[str, Array]:
        named = {"epochs": self.epochs, "theta": self.theta, "state": self.state}
        return named | {f"statistics.{name}": array for name, array in self.statistics.items()}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the recording, whole or not at all; by custom beside the model, as ``model.recording.safetensors``.

        Raises
        ------
        InputError
            When the file cannot be written.
        """
        history, columns = pack_history(self.history)
        head = {"version": VERSION, "network": encode(self.network), "n_inputs": self.n_inputs, "history": history, "versions": versions()}
        tensorfile.write(path, KEY, head, self._arrays() | columns)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the recording in a file that :meth:`save` wrote.

        Raises
        ------
        InputError
            When there is no such file, it is damaged, or it needs a class of the user's own that is not defined here.
        """
        head, arrays = tensorfile.read(path, KEY, "recording", VERSION, HEAD)
        with tensorfile.damage_told(path, "recording"):
            history = unpack_history(head["history"], arrays)
            described = {name.removeprefix("statistics."): array for name, array in arrays.items() if name.startswith("statistics.")}
            return cls(head["network"], head["n_inputs"], history, arrays["epochs"], arrays["theta"], arrays["state"], described)


def _equal(one: Array, other: Any) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")

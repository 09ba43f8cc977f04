"""A model: a network with its numbers. One walk forward (``_walk``), one walk back (``_back``); ``trace`` makes both.

A ``Network`` is layers and a loss, as they were given. For a number of input columns it has a ``Program``: a flat list of ``Step``,
each with a ``kind``, a ``path`` such as "2" (how its arrays are named: "2.W"), its ``layer``, and the widths ``n_in`` and
``n_out``. Nearly all are of the kind "layer". A residual branch, y = x + branch(x), becomes "keep" (put x aside), the steps of the
branch, and "add" (add it again); going back, "add" sends the slope both ways. All parameters lie in one vector, ``theta``, which an
optimiser changes at once; the program also knows where in it each array lies. A ``Trace`` is the list of steps with what went into
and came out of each: x and y, and after the walk back dy and dx.

A first reader goes from ``__init__`` to ``_walk``, ``trace`` and ``_back``. What stands between makes checked arrays of what people give,
and of scores what they ask for. ``errstate`` keeps NumPy from warning of each overflow: who trains looks whether the loss is finite.

Borrowed: those are in :mod:`halfmoon.network.network`, :mod:`halfmoon.network.program` and :mod:`halfmoon.network.trace`;
:mod:`halfmoon.network.parameters` are the views into that vector by name.
A :mod:`halfmoon.losses.penalty` on large weights is added to the loss. Of :mod:`halfmoon.base`: ``checks`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import starmap
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.layers.contract import INFERENCE, Pass
from halfmoon.losses.penalty import NO_PENALTY, Penalty
from halfmoon.network.parameters import Parameters
from halfmoon.network.program import Program, Step
from halfmoon.network.trace import Trace, TracedStep

if TYPE_CHECKING:
    from halfmoon.network.network import Network

Scorer: TypeAlias = "Callable[[Model, Array, int | None], Array]"
"""From a model, rows that were checked, and at most how many threads (None: all) to the raw scores."""


class Model:
    """A network with one flat parameter vector and named views into it.

    Made by :meth:`halfmoon.Network.init`. Copies and pickles keep the views views.

    Parameters
    ----------
    network : Network
        What it is made from.
    n_inputs : int
        Columns of X.
    theta : ndarray, shape (P,)
        Every parameter, decayed ones first; used, not copied.
    state : ndarray, shape (S,)
        Running statistics, of the same dtype.

    Attributes
    ----------
    program : Program
        The flat steps, and where each parameter lies.
    params : Parameters
        Views of ``theta``: ``model.params[0]["W"]``.
    state : Parameters
        Views of the running statistics: ``model.state[1]["mean"]``.
    arrays : list of dict
        For each step of the program, the views of its layer: parameters and running statistics by name.
    opened : Model or None
        The same numbers without a last layer that only turns scores into probabilities, once somebody has made it.
    """

    find_scorer: ClassVar[Callable[[Model], Scorer | None]] = lambda model: None
    """Returns what computes a model's scores, or None; ``halfmoon/__init__.py`` sets it, since a model must not import engines."""

    def __init__(self, network: Network, n_inputs: int, theta: Array, state: Array) -> None:
        self.network = network
        self.n_inputs = n_inputs
        self.program: Program = network.program(n_inputs)
        for name, vector, layout in (("theta", theta, self.program.parameters), ("state", state, self.program.state)):
            if vector.shape != (layout.size,) or vector.dtype != checks.dtype(name, theta.dtype):
                raise InputError(f"{name} must be a {theta.dtype} vector of {layout.size}, got {vector.dtype} {vector.shape}")
        self.params = Parameters(self.program.parameters, theta)
        self.state = Parameters(self.program.state, state)
        self._scorer: Scorer | None = None  # neither copied nor pickled, as the next one
        self.opened: Model | None = None
        by_path: dict[str, dict[str, Array]] = {step.path: {} for step in self.program.steps if step.layer}
        for name, view in (*self.params.items(), *self.state.items()):
            path, _, letter = name.rpartition(".")
            by_path[path][letter] = view
        self.arrays: list[dict[str, Array]] = [by_path[step.path] if step.layer else {} for step in self.program.steps]

    @property
    def theta(self) -> Array:
        """The flat parameter vector; write into it with ``model.theta[...] = values``."""
        return self.params.vector

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32 or float64."""
        return self.theta.dtype

    def __reduce__(self) -> tuple[Any, ...]:
        return Model, (self.network, self.n_inputs, self.theta, self.state.vector)

    def __repr__(self) -> str:
        return f"Model({self.n_inputs} inputs, {self.dtype})\n{self.network.describe(self.n_inputs)}"

    def summary(self) -> str:
        """Return a line for each step, with the shapes of its input, output and arrays, and what there is in all."""
        return f"{self.network.summary(self.n_inputs)}\n{self.dtype}"

    def astype(self, dtype: Any) -> Model:
        """Return a copy with numbers of another dtype, "float32" or "float64"."""
        kind = checks.dtype("dtype", dtype)
        return Model(self.network, self.n_inputs, self.theta.astype(kind), self.state.vector.astype(kind))

    @property
    def writable(self) -> bool:
        """Whether the parameters and the running statistics may be written to; those of a memory map may be read only."""
        return bool(self.theta.flags.writeable and self.state.vector.flags.writeable)

    def make_writable(self) -> None:
        """Replace arrays that are read-only by copies."""
        if not self.writable:
            vars(self).update(vars(Model(self.network, self.n_inputs, *self.snapshot())))

    def snapshot(self) -> tuple[Array, Array]:
        """Return copies of the parameters and the running statistics."""
        return self.theta.copy(), self.state.vector.copy()

    def restore(self, snapshot: tuple[Array, Array]) -> None:
        """Put the numbers of a :meth:`snapshot` back."""
        self.theta[...], self.state.vector[...] = snapshot

    # ---- what goes in -------------------------------------------------------------------------------------------------

    def inputs(self, X: Any) -> Array:
        """Return X checked and in the model's dtype, (n, n_inputs)."""
        return checks.matrix("X", X, self.dtype, columns=self.n_inputs)

    def rows(self, X: Any) -> Any:
        """Return X as :meth:`inputs` does, but a sparse one sparse: for training and for scores, which need it a few rows at a time."""
        return checks.rows("X", X, self.dtype, columns=self.n_inputs)

    def targets(self, y: Any, rows: int) -> Array:
        """Return y checked and in the form the loss takes, one for each of ``rows`` rows."""
        array = self.network.loss.targets(y, self.program.n_outputs, self.dtype)
        if len(array) != rows:
            raise InputError(f"y must have one row for each of the {rows} rows of X, got {len(array)}")
        return array

    def batch(self, X: Any, y: Any, sample_weight: Any = None, *, sparse: bool = False) -> tuple[Array, Array, Array | None]:
        """Return X, y and weights, all checked; X may be sparse where that is said."""
        inputs = self.rows(X) if sparse else self.inputs(X)
        n = inputs.shape[0]
        return inputs, self.targets(y, n), checks.weights("sample_weight", sample_weight, n, self.dtype)

    # ---- forward ------------------------------------------------------------------------------------------------------

    def _walk(self, x: Array, pass_: Pass, start: int = 0, kept: Iterable[Array] = ()) -> Iterator[tuple[Step, Array, Array]]:
        """Yield each step with its input and output; a residual branch keeps its input on a stack."""
        stack = list(kept)
        for index, step in enumerate(self.program.steps[start:], start):
            y = x
            if step.layer is not None:
                y = step.layer.forward(self.arrays[index], x, pass_.at(index))
            elif step.kind == "keep":
                stack.append(x)
            else:
                y = x + stack.pop()
            yield step, x, y
            x = y

    def forward(self, X: Any, pass_: Pass = INFERENCE) -> Trace:
        """Run X through the network and keep everything.

        Parameters
        ----------
        X : array-like, shape (n, n_inputs)
            Rows.
        pass_ : Pass
            Inference by default; ``Pass(training=True, seed=...)`` for dropout and batch statistics.

        Returns
        -------
        Trace

        Raises
        ------
        InputError
            When X is not a finite matrix with the right number of columns.
        """
        return self._forward(self.inputs(X), pass_)

    def _forward(self, x: Array, pass_: Pass) -> Trace:
        x = checks.dense(x)
        with np.errstate(all="ignore"):
            steps = [*starmap(TracedStep, self._walk(x, pass_))]
        return Trace(pass_, steps, steps[-1].y if steps else x.copy())

    def scores_from(self, trace: Trace, start: int, x: Array, rows: Array) -> Array:
        """Run the steps from ``start`` on over ``x``, and return the scores; what earlier steps gave is taken from the trace.

        Parameters
        ----------
        trace : Trace
            Of this model.
        start : int
            The number of steps that are not made again.
        x : ndarray, shape (m, n_in)
            What goes into the step at ``start``: the rows of the trace, or variants of them.
        rows : ndarray, shape (m,)
            Which row of the trace each one is a variant of.
        """
        kept = [each[rows] for each in trace.kept(start)]
        with np.errstate(all="ignore"):
            for _, _, y in self._walk(x, trace.pass_, start, kept):
                x = y
        return x

    def scores(self, X: Any) -> Array:
        """Return the raw scores, (n, n_outputs), keeping nothing else."""
        return self.scores_of(self.rows(X))

    def scores_of(self, inputs: Array, threads: int | None = None) -> Array:
        """Return the raw scores of rows that :meth:`rows` has checked; many are shared by so many threads at most."""
        if self._scorer is None:
            self._scorer = Model.find_scorer(self) or Model._scores
        return self._scorer(self, inputs, threads)

    def _scores(self, scores: Array, _threads: int | None) -> Array:
        scores = checks.dense(scores)
        with np.errstate(all="ignore"):
            for _, _, y in self._walk(scores, INFERENCE):
                scores = y
        return scores if self.program.steps else scores.copy()

    def predict(self, X: Any) -> Array:
        """Return what the loss is about: class numbers for a classifier's loss, else the mean (n,) or (n, n_outputs)."""
        link, scores = self.network.loss.link, self.scores(X)
        if link.classifies:
            return link.decide(scores)
        mean = link.mean(scores)
        return mean[:, 0] if mean.shape[1] == 1 else mean

    def predict_class(self, X: Any) -> Array:
        """Return classes even where the loss is no classifier's: by mean > 0.5, as for SquaredError on 0/1 targets."""
        return self.network.loss.link.decide(self.scores(X))

    def predict_proba(self, X: Any) -> Array:
        """Return class probabilities, (n, classes).

        Raises
        ------
        InputError
            When the loss has no probabilities.
        """
        if not self.network.loss.link.classifies:
            raise InputError(f"predict_proba must have a classifier's loss (Logistic, SoftmaxCrossEntropy), got {self.network.loss}")
        return self.network.loss.link.probabilities(self.scores(X))

    # ---- loss and gradients -------------------------------------------------------------------------------------------

    def loss(self, X: Any, y: Any, sample_weight: Any = None, *, penalty: Penalty = NO_PENALTY) -> float:
        """Return the objective: the weighted mean of the rows' losses, plus the penalty."""
        inputs, targets, weights = self.batch(X, y, sample_weight, sparse=True)
        return self.objective(self.scores(inputs), targets, weights, penalty)

    def objective(self, scores: Array, y: Array, weights: Array | None, penalty: Penalty = NO_PENALTY) -> float:
        """Return the objective of scores, where y and the weights are as :meth:`batch` gives them."""
        with np.errstate(all="ignore"):
            total = _weight(y, weights)
            each = self.network.loss.each(scores, y).astype(np.float64, copy=False)
            if weights is not None:
                each = np.where(weights > 0, each, 0)  # a row that does not count may be infinite
            # Σ w l / Σ w
            mean = float(each.mean() if weights is None else each @ weights / total)
            if penalty != NO_PENALTY:
                # Σ w l / Σ w + penalty
                mean += penalty.for_batch(total).value(self._decayed())
            return mean

    def _decayed(self) -> Array:
        return self.theta[: self.program.parameters.decayed]

    def gradients(
        self, X: Any, y: Any, sample_weight: Any = None, *, penalty: Penalty = NO_PENALTY, pass_: Pass = INFERENCE
    ) -> tuple[float, Parameters]:
        """Return the objective and its gradient by every parameter.

        Parameters
        ----------
        X : array-like, shape (n, n_inputs)
            Rows.
        y : array-like, shape (n,) or (n, n_outputs)
            Their targets.
        sample_weight : array-like, shape (n,), optional
            Not negative; they are divided by their sum.
        penalty : Penalty
            What is added to the mean loss.
        pass_ : Pass
            Inference by default.

        Returns
        -------
        loss : float
        gradients : Parameters
            Named as ``params`` are, on a vector like ``theta``.

        Raises
        ------
        InputError
            When X, y or the weights do not fit.
        """
        trace = self.trace(*self.batch(X, y, sample_weight), penalty=penalty, pass_=pass_)
        return trace.loss, trace.gradients  # type: ignore[return-value]

    def trace(self, X: Array, y: Array, weights: Array | None = None, *, penalty: Penalty = NO_PENALTY, pass_: Pass = INFERENCE) -> Trace:
        """Run forward and back over arrays that :meth:`batch` has checked, and keep everything."""
        trace = self._forward(X, pass_)
        trace.loss = self.objective(trace.scores, y, weights, penalty)
        trace.gradients = Parameters(self.program.parameters, np.zeros_like(self.theta))
        with np.errstate(all="ignore"):
            # dS = w / Σ w · ∂loss/∂S
            total = _weight(y, weights)
            ds = self.network.loss.gradient(trace.scores, y)
            if weights is None:
                ds = ds * self.dtype.type(1 / len(y))
            else:
                shares = (weights / total).astype(self.dtype)[:, None]
                ds = np.where(shares > 0, shares * ds, 0)
            self._back(trace, ds)
            if penalty != NO_PENALTY:
                trace.gradients.vector[: self.program.parameters.decayed] += penalty.for_batch(total).gradient(self._decayed())
        return trace

    def _back(self, trace: Trace, dy: Array) -> None:
        """Walk the steps in reverse, filling in dy, dx and the gradients; an add sends dy both ways."""
        added: list[Array] = []
        for index, traced in reversed(list(enumerate(trace.steps))):
            traced.dy, dx = dy, dy
            if traced.step.layer is not None:
                arrays = self.arrays[index]
                dx, gradients = traced.step.layer.backward(arrays, traced.x, traced.y, dy, trace.pass_.at(index))
                for name, gradient in gradients.items():
                    trace.gradients[f"{traced.step.path}.{name}"][...] = gradient  # type: ignore[index]
            elif traced.step.kind == "add":
                added.append(dy)
            else:
                dx = dy + added.pop()
            traced.dx = dy = dx
        trace.dx = dy

    def observe(self, trace: Trace) -> None:
        """Bring the running statistics up to date with a training pass."""
        for index, traced in enumerate(trace.steps):
            if traced.step.layer is not None:
                with np.errstate(all="ignore"):
                    seen = traced.step.layer.observe(self.arrays[index], traced.x, trace.pass_.at(index))
                for name, value in seen.items():
                    self.state[f"{traced.step.path}.{name}"][...] = value


def _weight(y: Array, weights: Array | None) -> np.float64:
    """Return the weight of a batch: Σ w, or its rows. What it divides becomes float64, where small weights do not overflow."""
    return np.float64(len(y)) if weights is None else weights.sum(dtype=np.float64)


def model_of(fitted: Any, name: str = "model") -> Model:
    """Return a Model as it is, and of a fitted estimator its ``model_``; ``name`` is what an error calls the argument.

    Raises
    ------
    InputError
        When it is neither.
    """
    return checks.instance(name, getattr(fitted, "model_", fitted), Model, "a Model or a fitted estimator of Halfmoon")

"""JAX: a whole epoch, or the whole training where the batch is full, in one compiled scan; compiling is off the clock."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks import data
from benchmarks.contenders.contract import Contender, NotPossibleError, Outcome
from benchmarks.jobs import Job

ACTIVATIONS = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "identity": lambda z: z}
LOSSES = {
    "squared_error": lambda s, y: jnp.mean((s - y) ** 2),
    "softmax": lambda s, y: -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(s), y[:, None], 1)),
}


def adam(rate: float, t: Any, g: Any, p: Any, m: Any, v: Any) -> tuple[Any, Any, Any]:
    """Return new parameters, means and mean squares (Kingma & Ba, ICLR 2015)."""
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    rate = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), p, m, v), m, v


def sgd(rate: float, _t: Any, g: Any, p: Any, m: Any, v: Any) -> tuple[Any, Any, Any]:
    """Return new parameters, and the slots as they are."""
    return jax.tree.map(lambda p, g: p - rate * g, p, g), m, v


OPTIMIZERS = {"sgd": sgd, "adam": adam}


class Training(Contender):
    """One network, or many of the same shape under ``vmap``."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        jax.config.update("jax_enable_x64", job.dtype == "float64")
        if len(set(job.widths)) > 1:
            raise NotPossibleError("networks of different widths do not stack")
        stacked = jax.tree.map(lambda *arrays: jnp.stack(arrays), *data.weights(job))
        self.start = stacked if job.kind == "many" else jax.tree.map(lambda array: array[0], stacked)
        X, y = data.rows(job)
        self.X, self.y = jnp.asarray(X), jnp.asarray(data.targets(job, y))

    def scores(self, p: Any, x: Any) -> Any:
        """Return the network's last layer."""
        for (W, b), name in zip(p, self.job.activations, strict=True):
            x = ACTIVATIONS[name](x @ W + b)
        return x

    def loss(self, p: Any, x: Any, y: Any) -> Any:
        """Return the mean loss of a batch; of many networks, the sum, so that each gets its own gradient."""
        if self.job.kind == "many":
            return jax.vmap(lambda p: LOSSES[self.job.loss](self.scores(p, x), y))(p).sum()
        return LOSSES[self.job.loss](self.scores(p, x), y)

    def update(self, state: Any, x: Any, y: Any) -> tuple[Any, Any]:
        """Make one update; return the sum of the batch's losses beside the new state."""
        p, m, v, t, seen = state
        loss, g = jax.value_and_grad(self.loss)(p, x, y)
        return (*OPTIMIZERS[self.job.optimizer](self.job.rate, t + 1, g, p, m, v), t + 1, seen + len(x)), loss * len(x)

    @partial(jax.jit, static_argnums=0)
    def all_epochs(self, state: Any, X: Any, y: Any) -> tuple[Any, Any]:
        """Make every full-batch update; return the last loss."""
        state, losses = jax.lax.scan(lambda state, _: self.update(state, X, y), state, None, length=self.job.epochs)
        return state, losses[-1]

    @partial(jax.jit, static_argnums=0)
    def epoch(self, state: Any, X: Any, y: Any, order: Any) -> tuple[Any, Any]:
        """Make an epoch of updates, the short last batch too; return the sum of its rows' losses."""
        batch = self.job.batch or len(X)
        whole = len(X) // batch * batch
        state, losses = jax.lax.scan(lambda state, rows: self.update(state, X[rows], y[rows]), state, order[:whole].reshape(-1, batch))
        rest = 0.0
        if whole < len(X):
            state, rest = self.update(state, X[order[whole:]], y[order[whole:]])
        return state, losses.sum() + rest

    def restart(self) -> None:
        self.orders = data.orders(self.job)
        zeros = jax.tree.map(jnp.zeros_like, self.start)
        self.state: Any = (self.start, zeros, zeros, jnp.int32(0), jnp.int32(0))

    def run(self) -> None:
        if self.job.batch is None:
            self.state, self.last = self.all_epochs(self.state, self.X, self.y)
        else:
            for _ in range(self.job.epochs):
                self.state, self.last = self.epoch(self.state, self.X, self.y, next(self.orders).astype(np.int32))
        jax.block_until_ready((self.state, self.last))

    def outcome(self) -> Outcome:
        p, _, _, updates, seen = self.state
        networks = len(self.job.widths)
        loss = float(self.last) / self.job.rows / networks
        return Outcome(loss, int(updates) * networks, int(seen) * networks, str(p[0][0].dtype))


class Prediction(Training):
    """Softmax of the scores, back in NumPy."""

    @partial(jax.jit, static_argnums=0)
    def probabilities(self, p: Any, x: Any) -> Any:
        """Return the probability of each class."""
        return jax.nn.softmax(self.scores(p, x))

    def run(self) -> None:
        for _ in range(self.job.calls):
            self.found = np.asarray(self.probabilities(self.start, self.X))

    def outcome(self) -> Outcome:
        return self.predicted(data.cross_entropy(self.found, np.asarray(self.y)), self.found.dtype)


KINDS = {"train": Training, "many": Training, "predict": Prediction}

"""The floor: nothing but the matrix products of forward and backward, at the same shapes, on two threads.

Of one network each thread takes half of every batch, of many each thread takes half of the networks; BLAS has one thread.
The loop is compiled, for Python's overhead is more than the smaller products.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba as nb
import numpy as np
import scipy.linalg.cython_blas  # noqa: F401 - the BLAS that Numba calls must be loaded before its threads are limited
from threadpoolctl import threadpool_limits

from benchmarks import data
from benchmarks.contenders.contract import Contender, NotPossibleError, Outcome
from benchmarks.jobs import Job

THREADS = 2
TILE = 500  # rows at a time in prediction


@nb.njit(nogil=True)
def products(X, W, H, D, G, batch, part, parts, epochs, backward):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Run the products of ``epochs`` epochs on one part of each batch; return the updates made."""
    n, layers, updates = len(X), len(W), 0
    for _ in range(epochs):
        for at in range(0, n, batch):
            m = min(batch, n - at)
            x = X[at + part * m // parts : at + (part + 1) * m // parts]
            rows = len(x)
            # Y = X W
            y = x
            for l in range(layers):
                np.dot(y, W[l], H[l][:rows])
                y = H[l][:rows]
            if backward:
                # dW = Xᵀ dY    dX = dY Wᵀ
                for l in range(layers - 1, 0, -1):
                    np.dot(H[l - 1][:rows].T, D[l][:rows], G[l])
                    np.dot(D[l][:rows], W[l].T, D[l - 1][:rows])
                np.dot(x.T, D[0][:rows], G[0])
            updates += 1
    return updates


class Products(Contender):
    """The products of a job."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        if job.rows < THREADS:
            raise NotPossibleError("the product of one row is next to nothing")
        self.limits = threadpool_limits(1, user_api="blas")
        self.pool = ThreadPoolExecutor(THREADS)
        X, _ = data.rows(job)
        networks = data.weights(job)
        self.backward = job.kind != "predict"
        self.batch = job.batch or (len(X) if self.backward else TILE)
        self.parts = THREADS if len(networks) == 1 else 1
        tasks = [self.task(X, weights, part) for weights in networks for part in range(self.parts)]
        self.shares = [tasks[thread::THREADS] for thread in range(THREADS)]
        self.updates: list[int] = []

    def task(self, X: data.Array, weights: data.Weights, part: int) -> tuple[Any, ...]:
        """Return the arguments for one network's products: the arrays are the thread's own."""
        rows = -(-self.batch // self.parts)
        W = tuple(W for W, _ in weights)
        H = tuple(np.zeros((rows, len(b)), X.dtype) for _, b in weights)
        D = tuple(np.full_like(h, 0.01) for h in H)
        G = tuple(np.empty_like(each) for each in W)
        return X, W, H, D, G, self.batch, part, self.parts

    def work(self, tasks: list[tuple[Any, ...]]) -> int:
        """Run one thread's share."""
        epochs = self.job.epochs if self.backward else self.job.calls
        return sum(products(*task, epochs, self.backward) for task in tasks)

    def run(self) -> None:
        self.updates = list(self.pool.map(self.work, self.shares))

    def outcome(self) -> Outcome:
        job = self.job
        if not self.backward:
            return Outcome(None, 0, job.rows * job.calls, job.dtype)
        updates = sum(self.updates) // self.parts
        return Outcome(None, updates, job.epochs * job.rows * len(job.widths), job.dtype)


KINDS = {"train": Products, "many": Products, "predict": Products}

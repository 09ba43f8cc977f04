"""The fused engine: calls the compiled driver with a plan's arguments, and copies back what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.patience import ENDLESS
from halfmoon.base.randomness import is_plain, restore_rng_state, rng_state
from halfmoon.engines.compiler import team
from halfmoon.engines.contract import Data, Engine, EpochRequest
from halfmoon.engines.fused.entry_points import driver
from halfmoon.engines.fused.layout import Arg, Setting, Sync
from halfmoon.engines.fused.plan import BatchPlan
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.layers.contract import Pass

MIN_PLANS, MAX_PLAN_BYTES = 4, 2**26
"""Plans that are kept however large they are, since sizes of batches alternate; and bytes beyond which those not used for longest go."""


class Fused(Engine):
    """Compiled training; see :mod:`halfmoon.engines.fused.driver`. Plans are kept, one for each size of batch."""

    def __init__(self, state: TrainingState, threads: int | None = None) -> None:
        super().__init__(state, threads)
        self._plans: dict[tuple[int, int, int | None], BatchPlan] = {}
        self._running: BatchPlan | None = None
        self._train = driver("train", state.model.dtype)

    def update(self, data: Data, rows: Array | slice, batch_size: int) -> float:
        if isinstance(rows, slice):
            taken = range(*rows.indices(data.n_rows))
            order = RowOrder(None if len(taken) == data.n_rows else np.array(taken))
        else:
            order = RowOrder(rows)
        losses: list[float] = []
        with self._plans_forgotten_at_interrupts():
            self._run(EpochRequest(data, order, 1, batch_size, lambda found, *_: losses.extend(found)))
        return losses[0]

    def epochs(self, request: EpochRequest) -> None:
        if request.should_continue is not None:
            super().epochs(request)
            return
        latest = np.inf if request.seconds is None else time.perf_counter() + request.seconds
        with self._plans_forgotten_at_interrupts():
            if self.draws_orders(request.order):
                self._run(request)
                return
            for _ in range(request.count):
                left = None if request.seconds is None else latest - time.perf_counter()
                one = replace(request, order=RowOrder(request.order.next()), count=1, snapshot_epochs=(), patience=ENDLESS, seconds=left)
                self._run(one)
                if time.perf_counter() >= latest:
                    return

    @contextmanager
    def _plans_forgotten_at_interrupts(self) -> Iterator[None]:
        """Forget the plans at Ctrl-C, which may come while arrays are put into one."""
        try:
            yield
        except KeyboardInterrupt:
            self._plans.clear()
            raise

    def gradient(self, data: Data, pass_: Pass) -> float:
        plan = self._plan(data, data.n_rows)
        losses = np.zeros((2, 2))
        rule = int(plan.vector[Arg.RULE])
        plan.allocate_snapshots((), 1)
        plan.put({Arg.LOSSES: losses, Arg.FIRST_UPDATE: pass_.update, Arg.N_EPOCHS: 1, Arg.N_ROWS: data.n_rows, Arg.HAS_ORDER: 0,
                  Arg.RULE: 0})  # fmt: skip
        with self._plans_forgotten_at_interrupts():
            self._call(plan, None)
        plan.put({Arg.RULE: rule})
        loss = losses[1, 0] if plan.sync[Sync.NOT_FINITE] else losses[0, 0]
        self.state.gradient = plan.gradient[-1]
        return float(loss)

    def draws_orders(self, order: RowOrder) -> bool:
        return order.random is None or is_plain(order.random)  # others shuffle or draw otherwise

    def release(self) -> None:
        for plan in self._plans.values():
            plan.release()

    def stop(self) -> None:
        self._ask(Sync.STOP_AFTER_UPDATE)

    def _ask(self, word: int) -> None:
        running = self._running  # another thread may be done just now
        if running is not None:
            running.sync[word] = 1

    def _plan(self, data: Data, batch: int) -> BatchPlan:
        """Return the plan for batches of one size, with ``data`` put in."""
        key, dtype = (batch, data.target_columns, self.threads), self.state.model.dtype
        plan = self._plans.pop(key, None)
        if plan is None:
            plan = BatchPlan(self.state, data, batch, team.thread_count(self.threads))
            while len(self._plans) >= MIN_PLANS and plan.nbytes + sum(each.nbytes for each in self._plans.values()) > MAX_PLAN_BYTES:
                del self._plans[next(iter(self._plans))]
        self._plans[key] = plan  # the newest is the last
        if data is not plan.data:
            plan.data = data
            plan.set_inputs(data.X)
            plan.put({Arg.Y: np.ascontiguousarray(data.y, dtype), Arg.HAS_WEIGHTS: data.weights is not None})
            if data.weights is not None:
                plan.put({Arg.SAMPLE_WEIGHTS: data.weights})
        return plan

    def _run(self, request: EpochRequest) -> None:
        """Make the updates of some epochs; report those that ended, then raise what must be raised."""
        plan, order, count, kept = self._plan(request.data, request.batch_size), request.order, request.count, request.snapshot_epochs
        state, losses = self.state, np.zeros((count + 1, 2))
        ordered = order.order is not None
        rows = len(order.order) if ordered else request.data.n_rows
        rates = plan.rule_constants(count * -(-rows // int(plan.vector[Arg.BATCH_SIZE])))
        plan.put({Arg.LOSSES: losses, Arg.RULE_CONSTANTS: rates, Arg.N_RULE_CONSTANTS: rates.shape[2], Arg.FIRST_UPDATE: state.updates,
                  Arg.N_EPOCHS: count, Arg.N_ROWS: rows, Arg.HAS_ORDER: ordered})  # fmt: skip
        plan.allocate_snapshots(kept, count)
        plan.arrays[Arg.SETTINGS][Setting.BEST :] = request.patience
        before = state.updates
        try:
            with self._drawing(plan, order):
                self._call(plan, request.seconds)
        finally:
            made, done = (int(plan.sync[word]) for word in (Sync.UPDATES, Sync.EPOCHS))
            broken = bool(plan.sync[Sync.NOT_FINITE])
            snapshots = {epoch: plan.snapshot_before(epoch + 1) for epoch in kept if epoch < min(done, count - 1)}
            if broken:
                state.model.restore(plan.snapshot_before(done))
            if plan.sync[Sync.STOPPED] and not broken and done < count:
                done += 1  # cut short by the clock: what there is of it counts
            state.updates = before + made
            state.gradient = plan.gradient[-1]
            if done:
                request.on_epochs(losses[:done, 0].tolist(), (before + losses[:done, 1].astype(int)).tolist(), snapshots)
        if broken:
            raise NotFiniteError(losses[-1, 0] or np.nan)

    @contextmanager
    def _drawing(self, plan: BatchPlan, order: RowOrder) -> Iterator[None]:
        """Have the driver draw the orders of its epochs, by a copy of the generator, which is put where the copy is afterwards."""
        plan.put({Arg.GENERATOR: 0})
        if order.random is None:
            if order.order is not None:
                plan.put({Arg.ROW_ORDER: np.ascontiguousarray(order.order, np.int64)})
            yield
            return
        before = rng_state(order.random)
        drawn, key = np.array(order.order, np.int64), np.frombuffer(bytearray(before), np.uint32)
        plan.put({Arg.ROW_ORDER: drawn, Arg.SWAPS: np.empty_like(drawn), Arg.GENERATOR: key})
        try:
            yield
        finally:
            if rng_state(order.random) == before:  # else another thread has drawn from it, and must not draw the same again
                restore_rng_state(order.random, key.tobytes())
            order.order = drawn

    def _call(self, plan: BatchPlan, seconds: float | None) -> None:
        """Run the driver on as many threads as the work is worth, until it is done, interrupted or out of time."""
        plan.sync[:] = 0
        address = plan.vector.ctypes.data
        self._running = plan
        try:
            team.run(lambda *thread: self._train(*thread, address, 0.0), plan.threads, lambda: self._ask(Sync.ABORT), self.stop, seconds)
        finally:
            self._running = None

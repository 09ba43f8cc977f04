"""The fused engine: hands a batch plan's arguments to the compiled driver, and brings home what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.randomness import go_to, is_plain, place
from halfmoon.engines.compiler import team
from halfmoon.engines.contract import ENDLESS, Data, Ended, Engine, Patience
from halfmoon.engines.fused.entry_points import driver
from halfmoon.engines.fused.layout import Arg, Setting, Sync
from halfmoon.engines.fused.plan import BatchPlan
from halfmoon.engines.row_order import Orders
from halfmoon.engines.state import NotFiniteError, TrainingState
from halfmoon.layers.contract import Pass

AS_THEY_STAND = Orders(None)


class Fused(Engine):
    """Compiled training; see :mod:`halfmoon.engines.fused.driver`. Plans are kept, one for each size of batch."""

    def __init__(self, state: TrainingState, threads: int | None = None) -> None:
        super().__init__(state, threads)
        self._plans: dict[tuple[int, int], BatchPlan] = {}
        self._running: BatchPlan | None = None
        self._train = driver("train", state.model.dtype)

    def step(self, data: Data) -> float:
        losses: list[float] = []
        self.epochs(data, AS_THEY_STAND, 1, data.n_rows, ended=lambda found, *_: losses.extend(found))
        return losses[0]

    def epochs(
        self,
        data: Data,
        orders: Orders,
        count: int,
        batch_size: int,
        *,
        ended: Ended,
        keep: Sequence[int] = (),
        patience: Patience = ENDLESS,
        go_on: Callable[[float], bool] | None = None,
        seconds: float | None = None,
    ) -> None:
        latest = np.inf if seconds is None else time.perf_counter() + seconds
        with self._whole():
            if go_on is None and self.draws(orders):
                self._run(self._plan(data, batch_size), orders, count, ended, keep, patience, seconds)
                return
            for _ in range(count):
                order, left = orders.next(), None if seconds is None else latest - time.perf_counter()
                if go_on is None:
                    self._run(self._plan(data, batch_size), Orders(order), 1, ended, seconds=left)
                else:
                    self._by_updates(data, order, batch_size, ended, lambda loss: go_on(loss) and time.perf_counter() < latest)
                if time.perf_counter() >= latest:
                    return

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Forget the plans at Ctrl-C, which may come while arrays are put into one."""
        try:
            yield
        except KeyboardInterrupt:
            self._plans.clear()
            raise

    def _by_updates(self, data: Data, order: Array | None, batch_size: int, ended: Ended, go_on: Callable[[float], bool]) -> None:
        """Make the updates of one epoch, each by itself, for those who listen to updates."""
        rows, total, size, plan = np.arange(data.n_rows) if order is None else order, 0.0, 0, self._plan(data, batch_size)
        losses: list[float] = []
        for start in range(0, len(rows), batch_size):
            batch = rows[start : start + batch_size]
            if data.weights is not None and not data.weights[batch].any():
                continue  # nothing in this batch counts
            self._run(plan, Orders(batch), 1, lambda found, *_: losses.extend(found))
            total, size = total + len(batch) * losses[-1], size + len(batch)
            if not go_on(losses[-1]):
                break
        ended([total / size], [self.state.updates], {})

    def gradient(self, data: Data, pass_: Pass) -> float:
        plan = self._plan(data, data.n_rows)
        losses = np.zeros((2, 2))
        rule = int(plan.vector[Arg.RULE])
        plan.allocate_snapshots((), 1)
        plan.put({Arg.LOSSES: losses, Arg.FIRST_UPDATE: pass_.update, Arg.N_EPOCHS: 1, Arg.N_ROWS: data.n_rows, Arg.HAS_ORDER: 0,
                  Arg.RULE: 0})  # fmt: skip
        with self._whole():
            self._call(plan, None)
        plan.put({Arg.RULE: rule})
        loss = losses[1, 0] if plan.sync[Sync.NOT_FINITE] else losses[0, 0]
        self.state.gradient = plan.gradient[-1]
        return float(loss)

    def draws(self, orders: Orders) -> bool:
        return orders.random is None or is_plain(orders.random)  # others shuffle or draw otherwise

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
        key = batch, data.target_columns
        if key not in self._plans:
            self._plans[key] = BatchPlan(self.state, data, batch, team.thread_count(self.threads))
        plan, dtype = self._plans[key], self.state.model.dtype
        if data is not plan.data:
            plan.data = data
            plan.set_inputs(data.X)
            plan.put({Arg.Y: np.ascontiguousarray(data.y, dtype), Arg.HAS_WEIGHTS: data.weights is not None})
            if data.weights is not None:
                plan.put({Arg.SAMPLE_WEIGHTS: data.weights})
        return plan

    def _run(
        self, plan: BatchPlan, orders: Orders, count: int, ended: Ended, keep: Sequence[int] = (), patience: Patience = ENDLESS,
        seconds: float | None = None,
    ) -> None:  # fmt: skip
        """Make the updates of some epochs; tell of those that ended, then raise what must be raised."""
        state, losses = self.state, np.zeros((count + 1, 2))
        ordered = orders.order is not None
        rows = len(orders.order) if ordered else plan.data.n_rows  # type: ignore[union-attr]
        rates = plan.rule_constants(count * -(-rows // int(plan.vector[Arg.BATCH_SIZE])))
        plan.put({Arg.LOSSES: losses, Arg.RULE_CONSTANTS: rates, Arg.N_RULE_CONSTANTS: rates.shape[2], Arg.FIRST_UPDATE: state.updates,
                  Arg.N_EPOCHS: count, Arg.N_ROWS: rows, Arg.HAS_ORDER: ordered})  # fmt: skip
        plan.allocate_snapshots(keep, count)
        plan.arrays[Arg.SETTINGS][Setting.BEST :] = patience
        before = state.updates
        try:
            with self._drawing(plan, orders):
                self._call(plan, seconds)
        finally:
            made, done = (int(plan.sync[word]) for word in (Sync.UPDATES, Sync.EPOCHS))
            broken = bool(plan.sync[Sync.NOT_FINITE])
            kept = {place: plan.snapshot_before(place + 1) for place in keep if place < min(done, count - 1)}
            if broken:
                state.model.restore(plan.snapshot_before(done))
            if plan.sync[Sync.STOPPED] and not broken and done < count:
                done += 1  # cut short by the clock: what there is of it counts
            state.updates = before + made
            state.gradient = plan.gradient[-1]
            ended(losses[:done, 0].tolist(), (before + losses[:done, 1].astype(int)).tolist(), kept)
        if broken:
            raise NotFiniteError(losses[-1, 0] or np.nan)

    @contextmanager
    def _drawing(self, plan: BatchPlan, orders: Orders) -> Iterator[None]:
        """Have the driver draw the orders of its epochs, by a copy of the generator, which stands where the copy does afterwards."""
        plan.put({Arg.GENERATOR: 0})
        if orders.random is None:
            if orders.order is not None:
                plan.put({Arg.ROW_ORDER: np.ascontiguousarray(orders.order, np.int64)})
            yield
            return
        before = place(orders.random)
        order, key = np.array(orders.order, np.int64), np.frombuffer(bytearray(before), np.uint32)
        plan.put({Arg.ROW_ORDER: order, Arg.SWAPS: np.empty_like(order), Arg.GENERATOR: key})
        try:
            yield
        finally:
            if place(orders.random) == before:  # else another thread has drawn from it, and must not draw the same again
                go_to(orders.random, key.tobytes())
            orders.order = order

    def _call(self, plan: BatchPlan, seconds: float | None) -> None:
        """Run the driver on as many threads as the work is worth, until it is done, interrupted or out of time."""
        plan.sync[:] = 0
        address = plan.vector.ctypes.data
        self._running = plan
        try:
            team.run(lambda *thread: self._train(*thread, address, 0.0), plan.threads, lambda: self._ask(Sync.ABORT), self.stop, seconds)
        finally:
            self._running = None

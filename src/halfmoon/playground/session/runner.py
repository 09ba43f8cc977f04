"""The thread that trains the lanes of a session, at the speed that is asked for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from halfmoon.base.errors import InputError
from halfmoon.base.language import speaking
from halfmoon.base.shared_context import Shared
from halfmoon.playground.session.lane import Lane
from halfmoon.playground.session.shares import Shares
from halfmoon.playground.session.translations import say

CHUNK_SECONDS = 0.015
"""Seconds of training between two looks at what the person wants, or less where others wait for their turn."""

one_blas_thread = Shared(lambda: threadpool_limits(1, user_api="blas"))
"""Keeps NumPy's products on the thread that calls them, as long as there are sessions: those of a frame are small, and several threads
wait for each other longer than they calculate, on cores that training needs."""

MOST_EPOCHS = 1 << 16
"""Of one lane between two looks."""

FINE, SHARE = 8, 8
"""A chunk has at most so many epochs, or one in so many of those made before, so that the timeline is fine enough."""

GROWTH = 4
"""How many times as many epochs as before a chunk may have: the first epochs say little of how long one takes."""

METER_SECONDS = 0.3
"""Seconds over which the speed is taken that is shown."""

YIELD_SECONDS = 0.0005
"""How long the thread steps back where somebody waits for the lanes."""

CLOSED = "the session must be open, it is closed"

LOG = logging.getLogger(__name__)

UNITS = ("sample", "batch", "epoch")
MODES = (*UNITS, "n", "max")


@dataclass(frozen=True)
class Speed:
    """How fast is trained: so many rows, batches or epochs for each frame that is drawn, or flat out.

    Attributes
    ----------
    mode : {"sample", "batch", "epoch", "n", "max"}
        ``n`` is some epochs a frame, ``epoch`` one.
    n : int
        Of rows, batches or, for ``n``, epochs.
    """

    mode: str = "max"
    n: int = 1

    @property
    def unit(self) -> str:
        """What is counted."""
        return self.mode if self.mode in UNITS else "epoch"

    @property
    def quota(self) -> int:
        """How many of them a frame has."""
        return 1 if self.mode == "epoch" else self.n


class Runner:
    """Trains lanes in a thread of its own, one chunk after another; whoever touches them takes a :meth:`turn`.

    Parameters
    ----------
    publish : callable
        Called, in a turn, after each chunk.
    stopped : callable
        Called, in a turn, when there is nothing more to train.
    language : callable
        Returns the language that is spoken.
    shares : Shares, optional
        Of the sessions beside this one; by default there are none.

    Attributes
    ----------
    lanes : list of Lane
    running : bool
    speed : Speed
    rates : dict of int to float
        Epochs a second, by the lane's id.
    begun : int
        Counts the quotas of a frame.
    """

    def __init__(
        self,
        publish: Callable[[], None],
        stopped: Callable[[], None],
        language: Callable[[], str] = lambda: "en",
        shares: Shares | None = None,
    ) -> None:
        self.lanes: list[Lane] = []
        self.running = False
        self.speed = Speed()
        self.rates: dict[int, float] = {}
        self._publish, self._stopped, self._language = publish, stopped, language
        self._shares = Shares() if shares is None else shares
        self._meters: dict[int, tuple[float, int]] = {}
        self._chunk = 1
        self._steps = 0
        self._unit = "epoch"
        self._quota = 0
        self.begun = 0
        self._drawn = True
        self._closed = False
        self._began = time.perf_counter()
        self._waiting = 0
        self._lock = threading.RLock()
        self._wake = threading.Condition(threading.Lock())
        self._idle = threading.Event()
        self._idle.set()
        one_blas_thread.__enter__()
        self._thread = threading.Thread(target=self._work, name="halfmoon playground", daemon=True)
        self._thread.start()

    # ---- what others call ---------------------------------------------------------------------------------------------

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let the block have the lanes for itself, after the chunk at hand.

        Raises
        ------
        InputError
            When all has ended, perhaps while the turn was waited for.
        """
        with self._wake:
            self._waiting += 1
        try:
            self._lock.acquire()
        finally:
            with self._wake:
                self._waiting -= 1
        try:
            if self._closed:
                raise InputError(CLOSED)
            yield
        finally:
            if self._closed:
                self._let_go()  # of what the block has made since
            self._lock.release()

    def play(self, speed: Speed | None = None) -> None:
        """Train on; to be called in a turn."""
        self.speed = speed or self.speed
        self._steps, self._quota = 0, 0
        self._began = time.perf_counter()
        self._meters = {}
        self.running = any(lane.busy for lane in self.lanes)
        self._signal()

    def pause(self) -> None:
        """Train no further; to be called in a turn."""
        self.running, self._steps, self._quota = False, 0, 0
        self._signal()

    def step(self, unit: str, count: int) -> None:
        """Train so much further; to be called in a turn."""
        self.pause()
        self._unit, self._steps = unit, count
        self._signal()

    def set_speed(self, speed: Speed) -> None:
        """Train at another speed from now on; to be called in a turn."""
        self.speed, self._quota = speed, 0
        self._signal()

    def drawn(self, begun: int) -> None:
        """Take note that a frame is drawn of the lanes as they were after ``begun`` quotas had begun."""
        if begun == self.begun and not self._drawn:
            self._drawn = True
            self._signal()

    def wait_idle(self, seconds: float) -> bool:
        """Wait until nothing is trained, for at most so long; return whether it is so."""
        return self._idle.wait(seconds)

    def close(self, seconds: float = 1.0) -> None:
        """End the thread, which takes an update at most, and let go of the lanes, once a message at hand is done with them."""
        with self._wake:
            if self._closed:
                return
            self._closed = True
        one_blas_thread.__exit__()
        for lane in tuple(self.lanes):
            lane.close()
        self._signal()
        end = time.monotonic() + seconds
        if threading.current_thread() is not self._thread:
            self._thread.join(seconds)
        if self._lock.acquire(timeout=max(0.0, end - time.monotonic())):  # else whoever has it lets go
            try:
                self._let_go()
            finally:
                self._lock.release()

    def _let_go(self) -> None:
        """End what the lanes have of threads, and forget them."""
        for lane in self.lanes:
            lane.close()
        self.lanes = []

    # ---- the thread ---------------------------------------------------------------------------------------------------

    def _signal(self) -> None:
        with self._wake:  # in which the thread finds nothing wanted, and says so
            if self._wanted:
                self._idle.clear()
            self._wake.notify_all()

    @property
    def _wanted(self) -> bool:
        """Whether there is anything to train, now or once a frame was drawn."""
        return self.running or self._steps > 0

    @property
    def _ready(self) -> bool:
        """Whether there is anything to train now."""
        if self._steps > 0:
            return True
        return self.running and (self.speed.mode == "max" or self._quota > 0 or self._drawn)

    def _work(self) -> None:
        while True:
            with self._wake:
                while not (self._closed or self._ready):
                    if not self._wanted:
                        self._idle.set()
                    self._wake.wait()
            if self._closed:
                return
            if self._waiting:
                time.sleep(YIELD_SECONDS)
                continue
            with self._lock:  # a message may take long: the place among those that train is not kept meanwhile
                pass
            with self._shares.turn():
                if self._lock.acquire(blocking=False):
                    try:
                        self._take_turn()
                    finally:
                        if self._closed:
                            self._let_go()
                        self._lock.release()

    def _take_turn(self) -> None:
        if not self._closed and self._ready:
            with speaking(self._language()):
                self._advance_or_stop()

    def _advance_or_stop(self) -> None:
        """Train one chunk; where that fails, say so and train no more, so that the thread stays."""
        try:
            self._advance()
        except Exception as error:
            if self._closed:
                return
            LOG.exception("training")
            self.running, self._steps = False, 0
            for lane in self.lanes:
                lane.stop(say("training failed: {error}", error=f"{error!s:.150}"))
            self._publish()
            self._stopped()

    def _advance(self) -> None:
        """Train one chunk."""
        if self._steps > 0:
            self._steps = max(0, self._steps - self._make(self._unit, self._steps))
        elif self.speed.mode == "max":
            self._make("epoch", MOST_EPOCHS)
        else:
            if self._quota <= 0:
                self._quota, self._drawn, self.begun = self.speed.quota, False, self.begun + 1
            self._quota = max(0, self._quota - self._make(self.speed.unit, self._quota))
        ended = not any(lane.busy for lane in self.lanes)
        if ended:
            self.running, self._steps = False, 0
        self._read_meters()
        self._publish()
        if not self._wanted:
            self._stopped()

    @property
    def _seconds(self) -> float:
        return min(CHUNK_SECONDS, self._shares.seconds)

    def _read_meters(self) -> None:
        """Take the speed of each lane, once in a while."""
        now = time.perf_counter()
        for lane in self.lanes:
            since, epoch = self._meters.setdefault(lane.id, (self._began, lane.epoch))
            if now - since >= METER_SECONDS or lane.epoch < epoch:
                self.rates[lane.id] = max(0, lane.epoch - epoch) / (now - since)
                self._meters[lane.id] = now, lane.epoch

    def _make(self, unit: str, most: int) -> int:
        """Train every lane by the same number of rows, batches or epochs, at most so many, and return how many."""
        busy = [lane for lane in self.lanes if lane.busy]
        if unit == "epoch":
            return self._epochs(busy, most)
        began, made = time.perf_counter(), 0
        while made < most and time.perf_counter() < began + self._seconds and not self._closed:
            for lane in busy:
                (lane.step_batch if unit == "batch" else lane.step_sample)()
            made += 1
        return made if any(lane.busy for lane in busy) else most

    def _epochs(self, busy: list[Lane], most: int) -> int:
        count = min([most, self._chunk, *(max(FINE, lane.epoch // SHARE) for lane in busy)])
        count = min([count, *(aligned(lane.epoch, count) for lane in busy)])
        total = 0.0
        for lane in busy:
            # not moved by what others do, or chunks would be short where many train; but L-BFGS has a thread of its own
            clock = time.thread_time if lane.first_order else time.perf_counter
            began = clock()
            lane.train(count)
            total += clock() - began
        fitting = int(count * self._seconds / max(total, 1e-6))
        self._chunk = max(1, min(GROWTH * self._chunk, fitting, MOST_EPOCHS))
        return count if any(lane.busy for lane in busy) else most


def aligned(epoch: int, count: int) -> int:
    """Return at most so many epochs, after which the number of all is a multiple of a power of two that is as large as can be."""
    power = 1 << (count.bit_length() - 1)
    end = (epoch + count) // power * power
    return end - epoch if end > epoch else count

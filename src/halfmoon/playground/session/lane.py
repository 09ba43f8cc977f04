"""One network in training: whole epochs, single batches and single rows, and back and forth on its timeline."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.patience import Patience
from halfmoon.engines.contract import Data
from halfmoon.engines.row_order import RowOrder
from halfmoon.engines.state import NotFiniteError
from halfmoon.layers.dense import Dense
from halfmoon.losses.penalty import Penalty
from halfmoon.network.model import Model
from halfmoon.optimizers.contract import FirstOrder, Optimizer
from halfmoon.playground.session import network
from halfmoon.playground.session.curve import Curve
from halfmoon.playground.session.limits import Limits
from halfmoon.playground.session.problem import Problem
from halfmoon.playground.session.settings import FieldError, Settings, changed, part
from halfmoon.playground.session.solver import Solver
from halfmoon.playground.session.timeline import Checkpoint, Timeline, checkpoint
from halfmoon.playground.session.translations import say
from halfmoon.training.divergence import DivergenceError, divergence
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.trainer import Trainer

_ids = itertools.count()


@dataclass(frozen=True)
class Change:
    """Something that was changed by hand while a training went on.

    Attributes
    ----------
    epoch : int
        After so many whole epochs.
    settings : dict or None
        All of the lane's from then on.
    weight : tuple of (str, tuple of int, float) or None
        The array's name, the place in it and the new number.
    """

    epoch: int
    settings: Settings | None = None
    weight: tuple[str, tuple[int, ...], float] | None = None


@dataclass(frozen=True)
class StopRule:
    """When training is to stop: after an epoch, at a loss, or once the loss has not got better for so many epochs."""

    epoch: int | None = None
    loss: float | None = None
    plateau: int | None = None

    @property
    def watches(self) -> bool:
        """Whether it looks at the losses."""
        return self.loss is not None or self.plateau is not None


@dataclass
class Part:
    """An epoch that has begun.

    Attributes
    ----------
    order : ndarray or None
        Of its rows.
    first : int
        Where in the order the next batch begins.
    cursor : int
        How many rows of that batch have been walked over.
    total, rows : float and int
        Sum of the losses of its batches, each times its rows, and their rows.
    """

    order: Array | None
    first: int = 0
    cursor: int = 0
    total: float = 0.0
    rows: int = 0


@dataclass(frozen=True, eq=False)
class Measured:
    """What was seen of a network at the end of an epoch."""

    test_loss: float | None
    accuracy: float | None
    test_accuracy: float | None
    predicted: Array
    test_predicted: Array


@dataclass(frozen=True, eq=False)
class Still:
    """What a lane has come to: its network, its curve and its timeline."""

    model: Model
    problem: Problem
    epoch: int
    ending: Ending | None
    rows: Array
    timeline: tuple[Checkpoint, ...]


def continued(trainer: Trainer, optimizer: Optimizer, penalty: Penalty) -> Trainer:
    """Return a trainer that goes on where another one is, with another optimiser of the same kind, or another penalty."""
    after = Trainer(trainer.model, optimizer, penalty=penalty, engine=trainer.engine_name, threads=trainer.threads)
    after.state.resume(trainer.state.progress(), trainer.state.slots)
    after.random, after.order = trainer.random, trainer.order
    return after


class Lane:
    """A network in training.

    Parameters
    ----------
    problem : Problem
    settings : dict
        Of the groups network and training.
    limits : Limits

    Attributes
    ----------
    epoch : int
        Whole epochs finished.
    loss : float
        Of the newest whole epoch, as ``train`` records it; before the first that of the first weights.
    ending : Ending or None
        Why it trains no further.
    first : dict
        The settings that it began with.
    log : list of Change
        What was changed by hand on the way.
    curve : Curve
    timeline : Timeline
    rule : StopRule or None
    """

    def __init__(self, problem: Problem, settings: Settings, limits: Limits) -> None:
        self.id = next(_ids)
        self.problem, self.limits = problem, limits
        self.settings = self.first = part(settings, ("network", "training"))
        described = network.network(self.settings, problem.classes)
        precision, seed = self.settings["network.precision"], self.settings["network.seed"]
        self.model = described.init(problem.points.X.shape[1], seed=seed, dtype=precision)
        self.trainer = Trainer(
            self.model, network.optimizer(self.settings), penalty=network.penalty(self.settings),
            seed=self.settings["training.seed"], threads=limits.threads,
        )  # fmt: skip
        self.trainer.state.epochs = self.settings["training.schedule_epochs"]
        self.data = self._rows(problem.X, problem.y)
        self.test = self._rows(problem.test_rows, problem.test_y)
        self.epoch = 0
        self.ending: Ending | None = None
        self.log: list[Change] = []
        self.curve = Curve()
        self.timeline = Timeline(max(2, limits.checkpoints // limits.lanes), limits.checkpoint_bytes // limits.lanes)
        self.rule: StopRule | None = None
        self.part: Part | None = None
        self.solver: Solver | None = None
        self._patience = Patience()
        self._past: Checkpoint | None = None
        self._start = self._before = checkpoint(self.trainer, 0, self.settings, 0)
        self.loss = np.nan if self.data is None else self.model.objective(self.scores(self.data.X), self.data.y, None, self._penalty)
        self.measured = self._measured()
        self._keep()

    # ---- what it is ---------------------------------------------------------------------------------------------------

    @property
    def _penalty(self) -> Penalty:
        return self.trainer.state.penalty

    @property
    def first_order(self) -> bool:
        """Whether single updates can be made."""
        return isinstance(self.trainer.state.optimizer, FirstOrder)

    @property
    def rows(self) -> int:
        """How many rows are trained on."""
        return 0 if self.data is None else self.data.n_rows

    @property
    def batch(self) -> int:
        """Rows of an update."""
        size = self.settings["training.batch"]
        return self.rows if size is None or not self.first_order else min(size, self.rows)

    @property
    def updates(self) -> int:
        """Updates made."""
        return self.trainer.state.updates

    @property
    def rate(self) -> float | None:
        """The learning rate of the next update."""
        return self.trainer.state.rate

    @property
    def sample(self) -> int | None:
        """The row to train on that the cursor is at; None between epochs."""
        if self.part is None or self.data is None:
            return None
        position = self.part.first + self.part.cursor
        return int(position if self.part.order is None else self.part.order[position])

    @property
    def busy(self) -> bool:
        """Whether it can train on."""
        return self.ending is None and self.problem.missing is None

    def scores(self, X: Array) -> Array:
        """Return the raw scores of rows that were checked, on one thread."""
        return self.model.scores_of(X, 1)

    def _rows(self, X: Array, y: Array) -> Data | None:
        """Return rows as the network takes them; None where there are none."""
        return Data(*self.model.batch(X, y)) if len(X) else None

    # ---- training -----------------------------------------------------------------------------------------------------

    def train(self, count: int) -> int:
        """Make at most so many whole epochs, the one at hand included, and return how many have ended."""
        before = self.epoch
        self._fork()
        if self.part is not None:
            self._finish_epoch()
        count = self._allowed(count - (self.epoch - before))
        if count > 0 and self.busy:
            self._make(count)
        self._end_of_epochs()
        return self.epoch - before

    def step_batch(self) -> None:
        """Make one update, the end of an epoch where it is the last of it; with L-BFGS, a whole epoch."""
        if not self.first_order:
            self.train(1)
            return
        if self._may_step():
            self._update()

    def step_sample(self) -> None:
        """Go on to the next row of the batch; after its last one make the update."""
        if not self.first_order:
            self.train(1)
            return
        if not self._may_step():
            return
        if self.part is None:
            self._begin_epoch()
        now: Any = self.part
        if now.cursor + 1 < min(self.batch, self.rows - now.first):
            now.cursor += 1
        else:
            self._update()

    def _may_step(self) -> bool:
        """Return whether an update may be made; where a rule is met already, stop."""
        self._fork()
        if self.busy and self._allowed(1) <= 0:
            self._end_of_epochs()
        return self.busy

    def finish_epoch(self) -> bool:
        """Make the rest of the updates of an epoch that has begun; return whether one had."""
        if self.part is None:
            return False
        self._fork()
        self._finish_epoch()
        return True

    def _allowed(self, count: int) -> int:
        """Return how many of so many epochs the rule and the schedule allow."""
        last = [self.rule.epoch] if self.rule is not None and self.rule.epoch is not None else []
        if self.settings["training.schedule"] == "one_cycle":
            last.append(self.settings["training.schedule_epochs"])
        return min([count, *(each - self.epoch for each in last)])

    def _make(self, count: int) -> None:
        """Make whole epochs; where the rule says to stop among them, go back and make only those up to there."""
        before = self._checkpoint()
        losses = self._epochs(count)
        wanted, why = self._wanted(losses)
        ending = self.ending if wanted == len(losses) else None
        if wanted < len(losses) or (ending is not None and ending.reason is Reason.DIVERGED):
            self._restore(before)
            losses = self._epochs(wanted) if wanted else []
        self.ending = ending
        self._record(losses)
        if why:
            self.stop(why)

    def _epochs(self, count: int) -> list[float]:
        """Make epochs and return the loss of each."""
        if self.data is None:
            return []
        if not self.first_order:
            return self._iterations(count)
        options: dict[str, Any] = {"epochs": count, "shuffle": self.settings["training.shuffle"], "going_on": True}
        try:
            history = self.trainer.run(self.data, self.batch, **options).history
        except DivergenceError as error:
            history = error.history
            self._diverge(history.ending)
        return history["loss"].tolist() if history.epochs else []

    def _iterations(self, count: int) -> list[float]:
        """Make iterations of L-BFGS."""
        if self.data is None:
            return []
        if self.solver is None:
            self.solver = Solver(self.trainer, self.data)
        losses = self.solver.advance(count)
        self.ending = self.solver.ending
        return losses

    def _diverge(self, ending: Ending | None) -> None:
        """Take the ending of a run that began after some epochs."""
        figures = {} if ending is None else dict(ending.figures)
        if figures.get("epoch") is not None:
            figures["epoch"] += self.epoch
        self.ending = Ending(Reason.DIVERGED, figures)

    def _wanted(self, losses: list[float]) -> tuple[int, str]:
        """Return how many of the epochs with these losses the rule wants, and why not more, or nothing."""
        rule = self.rule
        for index, loss in enumerate(losses if rule is not None and rule.watches else ()):
            self._patience = self._patience.after(loss)
            if rule.loss is not None and loss <= rule.loss:  # type: ignore[union-attr]
                return index + 1, say("the loss has come to {loss:.6g}", loss=loss)
            if rule.plateau is not None and self._patience.waited >= rule.plateau:  # type: ignore[union-attr]
                return index + 1, say("the loss has not got better for {epochs} epochs", epochs=rule.plateau)  # type: ignore[union-attr]
        return len(losses), ""

    def _record(self, losses: list[float]) -> None:
        """Take in epochs that have ended."""
        if not losses:
            return
        self.curve.extend(self.epoch + 1, losses)
        self.epoch += len(losses)
        self.loss = losses[-1]

    def _end_of_epochs(self) -> None:
        """Look at what came of the epochs, and keep it."""
        if self.rule is not None and self.rule.epoch is not None and self.epoch >= self.rule.epoch and self.ending is None:
            self.stop(say("epoch {epoch:,} is reached", epoch=self.epoch))
        length = self.settings["training.schedule_epochs"]
        if self.settings["training.schedule"] == "one_cycle" and self.epoch >= length and self.ending is None:
            self.ending = Ending(Reason.ALL_EPOCHS, {"epochs": length})
        self.measured = self._measured()
        self._keep()

    def _measured(self) -> Measured:
        seen = self.measured_on(self.data), self.measured_on(self.test)
        (_, accuracy, predicted), (test_loss, test_accuracy, test_predicted) = seen
        return Measured(test_loss, accuracy, test_accuracy, predicted, test_predicted)

    def measured_on(self, data: Data | None) -> tuple[float | None, float | None, Array]:
        """Return the loss and the accuracy on some rows, and the class of each; what there is not is None."""
        if data is None:
            return None, None, np.empty(0, np.uint8)
        scores = self.scores(data.X)
        loss = self.model.objective(scores, data.y, None, self._penalty) if data is self.test else None
        if not self.problem.classes:
            return loss, None, np.empty(0, np.uint8)
        with np.errstate(all="ignore"):
            found = network.decided(self.model.network.loss.link.mean(scores))
        wanted = data.y.reshape(len(data.y))
        return loss, float((found == wanted).mean()), found.astype(np.uint8)

    # ---- single updates -----------------------------------------------------------------------------------------------

    def _begin_epoch(self) -> None:
        """Draw the order of the next epoch, as :meth:`halfmoon.Trainer.run` does."""
        state, trainer = self.trainer.state, self.trainer
        state.updates_per_epoch = -(-self.rows // self.batch)
        if not self.settings["training.shuffle"] or self.batch >= self.rows:
            order = RowOrder(None)
        else:
            order = RowOrder(np.arange(self.rows) if trainer.order is None else trainer.order, trainer.random)
        self._before = self._checkpoint()
        self.part = Part(order.next())
        trainer.order = order.order

    def _finish_epoch(self) -> None:
        while self.part is not None and self.ending is None:
            self._update()

    def _update(self) -> None:
        """Make the update of the next batch."""
        if self.part is None:
            self._begin_epoch()
        now, size, data = self.part, self.batch, self.data
        if now is None or data is None:
            return
        rows: Any = slice(now.first, now.first + size)
        try:
            loss = self.trainer.engine.update(data, rows if now.order is None else now.order[rows], size)
            made = min(size, self.rows - now.first)
            now.total, now.rows, now.first, now.cursor = now.total + made * loss, now.rows + made, now.first + made, 0
            if now.first >= self.rows:
                self._end_epoch(now)
        except NotFiniteError as error:
            self.ending = divergence(self.trainer.state, error.loss, data.X, self.epoch + 1)
            self.model.restore(self._before.numbers)
            self.part = None
            self.measured = self._measured()

    def _end_epoch(self, ended: Part) -> None:
        if not np.isfinite(self.model.theta).all():
            raise NotFiniteError(np.nan)
        self.part = None
        self.trainer.engine.release()
        loss = float(ended.total / ended.rows)
        self.trainer.state.observe(loss)
        self._record([loss])
        why = self._wanted([loss])[1]
        if why:
            self.stop(why)
        self._end_of_epochs()

    # ---- stopping and changing ----------------------------------------------------------------------------------------

    def stop(self, text: str) -> None:
        """Let it train no further, for the moment; see :meth:`resume`."""
        self.ending = self.ending or Ending(Reason.CALLBACK, {"text": text})
        self.rule = None
        self._patience = Patience()

    def resume(self) -> None:
        """Let it train on where only a rule has stopped it."""
        if self.ending is not None and self.ending.reason is Reason.CALLBACK:
            self.ending = None

    def watch(self, rule: StopRule | None) -> None:
        """Follow another rule."""
        self.rule, self._patience = rule, Patience()

    def change(self, settings: Settings) -> bool:
        """Go on with other settings, of those that need no new beginning; return whether an epoch had to be finished first."""
        finished = self.finish_epoch()
        self._fork()
        self._apply(part(settings, ("network", "training")))
        self.ending = None  # what diverged is at its last whole epoch
        self._keep()
        return finished

    def _apply(self, settings: Settings) -> None:
        """Go on with other settings, and remember since when."""
        if not changed(self.settings, settings):
            return
        self.settings = settings
        self.log.append(Change(self.epoch, settings=settings))
        self._continue()

    def _continue(self) -> None:
        """Make a trainer that goes on with the settings as they are, and where L-BFGS trains, let it begin from here."""
        self._close_solver()
        self.trainer = continued(self.trainer, network.optimizer(self.settings), network.penalty(self.settings))
        self._start = checkpoint(self.trainer, self.epoch, self.settings, len(self.log))

    def set_weight(self, layer: int, i: int, j: int, value: float) -> bool:
        """Set one weight of the dense layer at an index, from input i to unit j; or for i = -1 its bias.

        Return whether an epoch had to be finished first.
        """
        dense = [step.path for step in self.model.program.steps if isinstance(step.layer, Dense)]
        if not 0 <= layer < len(dense):
            raise FieldError(f"layer must be from 0 to {len(dense) - 1}, got {layer}", "layer")
        name, place = (f"{dense[layer]}.b", (j,)) if i == -1 else (f"{dense[layer]}.W", (i, j))
        if name not in self.model.params:
            raise FieldError("i must be a weight's input: there is no bias before batch normalisation, got -1", "i")
        shape = self.model.params[name].shape
        if not all(0 <= index < size for index, size in zip(place, shape, strict=True)):
            raise FieldError(f"i and j must lie within {name}, which is of shape {shape}, got {place}", "i")
        finished = self.finish_epoch()
        self._fork()
        self._close_solver()  # which writes its parameters once more
        self.model.params[name][place] = value
        self.log.append(Change(self.epoch, weight=(name, place, float(value))))
        self._continue()
        self.ending = None
        self.measured = self._measured()
        self._keep()
        return finished

    # ---- the timeline -------------------------------------------------------------------------------------------------

    def _checkpoint(self) -> Checkpoint:
        start = None if self.first_order or self.epoch == self._start.epoch else self._start
        return checkpoint(self.trainer, self.epoch, self.settings, len(self.log), start)

    def _keep(self) -> None:
        """Keep what it is now, on the timeline and on the curve."""
        seen = self.measured
        numbers = [np.nan if each is None else each for each in (seen.test_loss, seen.accuracy, seen.test_accuracy)]
        self.curve.add(self.epoch, self.loss, *numbers)
        self.timeline.add(self._checkpoint())

    def seek(self, epoch: int) -> int:
        """Go to the nearest epoch that was kept, and return it. What came later stays until training goes on from here."""
        found = self.timeline.nearest(epoch)
        self._past = found
        self.part = None
        self.ending = None
        self._show(found)
        return found.epoch

    def _show(self, found: Checkpoint) -> None:
        """Put a checkpoint's numbers in place."""
        self._restore(found)
        self.epoch = found.epoch
        rows = self.curve.rows
        at = np.flatnonzero(rows[:, 0] == found.epoch)
        self.loss = float(rows[at[0], 1]) if len(at) else self.loss
        self.measured = self._measured()

    def _restore(self, found: Checkpoint) -> None:
        """Bring the trainer back to a checkpoint; L-BFGS is made anew from where it began."""
        self._close_solver()
        if found.start is None or self._past is found:  # which is only to be looked at
            found.restore(self.trainer)
            self._start = found if found.start is None else self._start
            return
        found.start.restore(self.trainer)
        self._start = found.start
        if self.data is not None and found.epoch > found.start.epoch:
            self.solver = Solver(self.trainer, self.data)
            self.solver.advance(found.epoch - found.start.epoch)

    def _fork(self) -> None:
        """Forget what came after the epoch that was gone back to, as training goes on from there."""
        found, self._past = self._past, None
        if found is None:
            return
        self.timeline.cut(found.epoch)
        self.curve.cut(found.epoch)
        del self.log[found.log_length :]
        self._patience = Patience()
        now, self.settings = self.settings, found.settings
        self._restore(found)
        if changed(found.settings, now):
            self._apply(now)

    def whole(self) -> Checkpoint:
        """Return what it was after the last whole epoch."""
        return self._past or (self._checkpoint() if self.part is None else self._before)

    def copy(self) -> Lane:
        """Return a lane that goes on from where this one is, after the epoch at hand."""
        self.finish_epoch()
        twin = Lane(self.problem, self.first, self.limits)
        twin.put_back(self.settings, self.log, self.curve.copy(), self.timeline.copy(), self.epoch)
        twin.ending = self.ending
        return twin

    def put_back(self, settings: Settings, log: Sequence[Change], curve: Curve, timeline: Timeline, epoch: int) -> None:
        """Take over what another lane, which began with the same settings, has come to."""
        self.settings, self.log, self.curve, self.timeline = settings, list(log), curve, timeline
        self._continue()
        self.seek(epoch)

    def still(self) -> Still:
        """Return what it has come to, which changes no more."""
        twin = Model(self.model.network, self.model.n_inputs, *self.model.snapshot())
        return Still(twin, self.problem, self.epoch, self.ending, self.curve.rows, tuple(self.timeline))

    def close(self) -> None:
        """End its threads."""
        self.trainer.stop("closed")
        solver = self.solver  # the thread that trains may be done with it just now
        if solver is not None:
            solver.close()

    def _close_solver(self) -> None:
        if self.solver is not None:
            self.solver.close()
            self.solver = None

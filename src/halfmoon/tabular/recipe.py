"""The recipe: which network a table gets, and how it is trained."""

from __future__ import annotations

from halfmoon.base import checks
from halfmoon.base.errors import InputError
from halfmoon.base.record import Record, record
from halfmoon.data.targets import Classes, Quantity
from halfmoon.layers.activations import ACTIVATIONS
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.initializers import INITIALIZERS
from halfmoon.losses import LOSSES
from halfmoon.network.network import Network, Part
from halfmoon.optimizers.contract import Optimizer
from halfmoon.optimizers.rules import OPTIMIZERS

TASK_LOSSES = {
    "classification": ("logistic", "softmax_cross_entropy", "squared_error"),
    "regression": ("squared_error", "absolute_error", "huber", "quantile", "poisson"),
}
"""The losses that fit a task; the first, or for several classes the second, is the default."""


@record
class Recipe(Record):
    """Everything about a training but the table.

    Parameters
    ----------
    hidden : tuple of int
        Widths of the hidden layers; empty for a linear model.
    activations : tuple of str
        Names, one for each hidden layer, or one for all.
    loss : str, optional
        A name of ``TASK_LOSSES``; by default logistic for two classes, softmax cross-entropy for more, else squared error.
    weights : str
        A name of ``INITIALIZERS``.
    dropout : float
        Share that is dropped after each hidden layer in training.
    optimizer : str
        A name of ``OPTIMIZERS``.
    rate : float, optional
        Learning rate; None is the optimiser's own.
    weight_decay : float
        Decoupled.
    epochs : int
        At most so many.
    batch_size : int, optional
        Rows an update; None is the full batch.
    seed : int
        For the weights, the shuffling, dropout and the splits.
    dtype : {"float32", "float64"}
    standardise : bool
        Whether numbers are brought to mean 0 and deviation 1.
    test_share, validation_share : float
        Parts of the table that are held out, unless there are fresh rows to test on.
    patience : int, optional
        Epochs without a better validation loss after which training stops and goes back to the best; needs a
        validation part.
    """

    hidden: tuple[int, ...] = (64, 32)
    activations: tuple[str, ...] = ("relu",)
    loss: str | None = None
    weights: str = "glorot_uniform"
    dropout: float = 0.0
    optimizer: str = "adam"
    rate: float | None = 0.003
    weight_decay: float = 0.0
    epochs: int = 300
    batch_size: int | None = 32
    seed: int = 0
    dtype: str = "float32"
    standardise: bool = True
    test_share: float = 0.25
    validation_share: float = 0.15
    patience: int | None = 30

    def __post_init__(self) -> None:
        for width in self.hidden:
            checks.whole("hidden", width)
        for name in self.activations:
            checks.one_of("activation", name, ACTIVATIONS)
        if len(self.activations) not in {1, len(self.hidden)}:
            raise InputError(f"activation must be one name, or one for each hidden layer ({len(self.hidden)}), got {len(self.activations)}")
        if self.loss is not None:
            checks.one_of("loss", self.loss, dict.fromkeys(name for names in TASK_LOSSES.values() for name in names))
        checks.one_of("weights", self.weights, INITIALIZERS)
        checks.share("dropout", self.dropout)
        self.make_optimizer()
        checks.whole("epochs", self.epochs)
        if self.batch_size is not None:
            checks.whole("batch_size", self.batch_size)
            if self.optimizer == "lbfgs":
                raise InputError(f"batch_size must be None (the full batch) for lbfgs, got {self.batch_size}")
        checks.whole("seed", self.seed, least=0)
        checks.dtype("dtype", self.dtype)
        checks.inner_share("test_share", self.test_share)
        checks.share("validation_share", self.validation_share)
        if self.patience is not None:
            checks.whole("patience", self.patience)

    def make_optimizer(self) -> Optimizer:
        """Return the optimiser."""
        make = OPTIMIZERS[checks.one_of("optimizer", self.optimizer, OPTIMIZERS)]
        options = {} if self.rate is None else {"rate": checks.positive("rate", self.rate)}
        if checks.not_negative("weight_decay", self.weight_decay):
            options["weight_decay"] = self.weight_decay
        if options and self.optimizer == "lbfgs":
            raise InputError(f"{next(iter(options))} must not be given with lbfgs, which has none")
        optimizer: Optimizer = make(**options)
        return optimizer

    def network(self, target: Classes | Quantity) -> Network:
        """Return the network for a target."""
        names = self.activations * len(self.hidden) if len(self.activations) == 1 else self.activations
        layers: list[Part] = []
        for width, name in zip(self.hidden, names, strict=True):
            layers += [Dense(width, weights=self.weights), ACTIVATIONS[name]]
            layers += [Dropout(self.dropout)] if self.dropout else []
        loss, outputs = self._loss(target)
        layers.append(Dense(outputs, weights=self.weights))
        if loss == "squared_error" and isinstance(target, Classes):
            layers.append(ACTIVATIONS["sigmoid"])
        return Network(tuple(layers), LOSSES[loss])

    def _loss(self, target: Classes | Quantity) -> tuple[str, int]:
        """Return the loss for a target, and how many outputs it needs."""
        n_classes = len(target.labels) if isinstance(target, Classes) else 0
        several = n_classes > 2  # noqa: PLR2004 - two classes need one score
        loss = self.loss or TASK_LOSSES[target.task][several]
        if loss not in TASK_LOSSES[target.task]:
            raise InputError(f"loss must be one of {', '.join(TASK_LOSSES[target.task])} for {target.task}, got {loss!r}")
        if several and loss != "softmax_cross_entropy":
            raise InputError(f"loss must be softmax_cross_entropy for the {n_classes} classes of {target.name!r}, got {loss!r}")
        return loss, n_classes if loss == "softmax_cross_entropy" else 1


EXERCISE = Recipe(
    hidden=(64, 32, 16),
    activations=("relu", "sigmoid", "sigmoid"),
    loss="squared_error",
    weights="normal",
    optimizer="sgd",
    rate=0.8,
    epochs=3000,
    batch_size=None,
    dtype="float64",
    standardise=False,
    validation_share=0.0,
    patience=None,
)
"""The course exercise's own settings."""

RECIPES: dict[str, Recipe] = {"moons": EXERCISE}
"""Recipes of the built-in sets that have their own; the others take ``Recipe()``."""

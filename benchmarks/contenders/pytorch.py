"""PyTorch, eager or with the loss compiled, its optimisers fused; many networks stacked by torch.func.vmap."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from benchmarks import data
from benchmarks.contenders.contract import Contender, NotPossibleError, Outcome
from benchmarks.jobs import Job

Tensors = list[torch.Tensor]

ACTIVATIONS = {"relu": torch.relu, "sigmoid": torch.sigmoid, "identity": lambda z: z}
LOSSES = {"squared_error": F.mse_loss, "softmax": F.cross_entropy, "logistic": F.binary_cross_entropy_with_logits}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def stacked(job: Job) -> Tensors:
    """Return the parameters of all networks, with a first axis for them: W as (networks, out, in), b as (networks, out)."""
    if len(set(job.widths)) > 1:
        raise NotPossibleError("networks of different widths do not stack")
    layers = zip(*data.weights(job), strict=True)
    arrays = [np.stack(arrays) for layer in layers for arrays in ([W.T for W, _ in layer], [b for _, b in layer])]
    return [torch.tensor(array) for array in arrays]


class Training(Contender):
    """One network, or many of the same shape."""

    def __init__(self, job: Job, threads: int, *, compiled: bool = False) -> None:
        super().__init__(job)
        if job.kind == "many" and threads == 1:
            raise NotPossibleError("stacked networks keep two threads busy")
        torch.set_num_threads(threads)
        self.start = stacked(job) if job.kind == "many" else [each[0] for each in stacked(job)]
        X, y = data.rows(job)
        self.X, self.y = torch.from_numpy(X), torch.from_numpy(data.targets(job, y))
        loss = self.total if job.kind == "many" else self.loss
        self.objective = torch.compile(loss, dynamic=False) if compiled else loss

    def scores(self, parameters: Tensors, x: torch.Tensor) -> torch.Tensor:
        """Return the network's last layer."""
        for W, b, name in zip(parameters[::2], parameters[1::2], self.job.activations, strict=True):
            x = ACTIVATIONS[name](F.linear(x, W, b))
        return x

    def loss(self, parameters: Tensors, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the mean loss of a batch."""
        return LOSSES[self.job.loss](self.scores(parameters, x), y)

    def total(self, parameters: Tensors, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the sum of all networks' losses, so that each gets its own gradient."""
        return torch.func.vmap(self.loss, in_dims=(0, None, None))(parameters, x, y).sum()

    def restart(self) -> None:
        self.parameters = [each.clone().requires_grad_() for each in self.start]
        self.optimizer = OPTIMIZERS[self.job.optimizer](self.parameters, lr=self.job.rate, fused=True)
        self.orders = data.orders(self.job)
        self.updates = self.seen = 0

    def run(self) -> None:
        for _ in range(self.job.epochs):
            self.last = self.epoch()

    def epoch(self) -> float:
        """Make an epoch of updates; return the sum of its rows' losses."""
        if self.job.batch is None:
            return self.step(self.X, self.y)
        order = torch.from_numpy(next(self.orders))
        return sum(self.step(self.X[rows], self.y[rows]) for rows in order.split(self.job.batch))

    def step(self, x: torch.Tensor, y: torch.Tensor) -> float:
        """Make one update; return the sum of the batch's losses."""
        self.optimizer.zero_grad()
        loss = self.objective(self.parameters, x, y)
        loss.backward()
        self.optimizer.step()
        self.updates += 1
        self.seen += len(x)
        return loss.item() * len(x)

    def outcome(self) -> Outcome:
        networks = len(self.job.widths)
        loss = self.last / self.job.rows / networks
        return Outcome(loss, self.updates * networks, self.seen * networks, str(self.parameters[0].dtype).removeprefix("torch."))


class Prediction(Training):
    """Softmax of the scores."""

    def __init__(self, job: Job, threads: int, *, compiled: bool = False) -> None:
        super().__init__(job, threads)
        self.predict = torch.compile(self.probabilities, dynamic=False) if compiled else self.probabilities

    def probabilities(self, x: torch.Tensor) -> torch.Tensor:
        """Return the probability of each class."""
        return torch.softmax(self.scores(self.start, x), dim=1)

    def run(self) -> None:
        with torch.inference_mode():
            for _ in range(self.job.calls):
                self.predict(self.X)

    def outcome(self) -> Outcome:
        with torch.inference_mode():
            probabilities = self.predict(self.X).numpy()
        return self.predicted(data.cross_entropy(probabilities, self.y.numpy()), probabilities.dtype)


KINDS = {"train": Training, "many": Training, "predict": Prediction}

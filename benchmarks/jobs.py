"""The jobs, as a table: what is trained or predicted, and what Halfmoon is meant to reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

PEERS = ("scikit-learn", "PyTorch", "JAX")
FLOOR = "floor"
LIMIT = "limit"

Kind = Literal["train", "many", "compare", "predict", "fit", "proba", "import", "import and fit", "first fit", "resident", "memory"]
FRESH = frozenset({"import", "import and fit", "first fit", "resident", "memory"})
"""The kinds that are measured in a new process each."""


@dataclass(frozen=True)
class Goal:
    """What to reach.

    Attributes
    ----------
    against : str
        One of PEERS; FLOOR, the bare matrix products; or LIMIT, a number of seconds or of data sizes.
    bound : float
        Against a peer, how many times its time ours must be at least worth; else how many times the floor, or how much of
        the limit's unit, ours may be at most.
    """

    against: str
    bound: float

    def reached(self, ratio: float) -> bool:
        """Say whether a ratio (peer's by ours, or ours by the floor's) or a measured value is good enough."""
        return ratio >= self.bound if self.against in PEERS else ratio <= self.bound


@dataclass(frozen=True)
class Job:
    """One row of the comparison.

    Attributes
    ----------
    key, title : str
        For ``--only``, and for people.
    kind : Kind
        Train one network; many at once; every setting of SETTINGS with SEEDS seeds; predict; fit an estimator; let one predict;
        import in a fresh process; import and fit an estimator in one; train first in one; memory of a process that has imported and
        trained; peak memory of training.
    data : {"moons", "breast_cancer", "digits", "gaussian", "one_hot"}
    rows, inputs, classes : int
    widths : tuple of tuple of int
        Columns of each layer, for each network.
    activations : tuple of str
        After each layer.
    loss : {"squared_error", "softmax", "logistic", "log_loss"}
    optimizer : {"sgd", "adam"}
    rate : float
    batch : int or None
        None is the full batch.
    epochs : int
        Of an estimator at most. For mini-batches so many that shuffles no longer move the last loss by more than a percent or so.
    dtype : {"float32", "float64"}
    start : {"glorot_uniform", "normal"}
        How the weights are drawn; biases start at zero.
    calls : int
        Calls of ``predict`` in a run.
    cold : bool
        Whether the kernel cache is emptied before each run.
    wheel : bool
        Whether Halfmoon is the wheel that ``make package`` installs, with its machine code, and not the checkout.
    goals : tuple of Goal
    """

    key: str
    title: str
    kind: Kind
    data: str
    rows: int
    inputs: int
    classes: int
    widths: tuple[tuple[int, ...], ...]
    activations: tuple[str, ...] = ("relu", "identity")
    loss: str = "softmax"
    optimizer: str = "adam"
    rate: float = 1e-3
    batch: int | None = 200
    epochs: int = 1
    dtype: str = "float32"
    start: str = "glorot_uniform"
    calls: int = 1
    cold: bool = False
    wheel: bool = False
    goals: tuple[Goal, ...] = ()

    @property
    def updates(self) -> int:
        """How many updates all networks make."""
        return len(self.widths) * self.epochs * -(-self.rows // (self.batch or self.rows))

    def quick(self) -> Job:
        """Return the job cut down, to try the harness out."""
        return replace(self, epochs=-(-self.epochs // 25), calls=-(-self.calls // 25), widths=self.widths[::16])


def goals(**bounds: float) -> tuple[Goal, ...]:
    """Return goals from short names."""
    names = {"sklearn": "scikit-learn", "torch": "PyTorch", "jax": "JAX", "floor": FLOOR, "limit": LIMIT}
    return tuple(Goal(names[name], bound) for name, bound in bounds.items())


EXERCISE = Job(
    "exercise", "exercise: 1000x2, 64-32-16-1, full batch, SGD", "train", "moons", 1000, 2, 2, ((64, 32, 16, 1),),
    ("relu", "sigmoid", "sigmoid", "sigmoid"), "squared_error", "sgd", 0.8, None, 3000, start="normal",
    goals=goals(jax=3, torch=5, sklearn=8, floor=1.35),
)  # fmt: skip
SMALL = Job(
    "small",
    "5000x20, 100-3, Adam, batch 200",
    "train",
    "gaussian",
    5000,
    20,
    3,
    ((100, 3),),
    epochs=40,
    goals=goals(jax=5, sklearn=12, floor=1.4),
)
WIDE = Job(
    "wide", "32000x108, 100-2, Adam, batch 200", "train", "gaussian", 32000, 108, 2, ((100, 2),), epochs=10, goals=goals(jax=2.5, torch=5)
)
BATCH_32 = Job(
    "batch32", "5000x20, 64-64-3, Adam, batch 32", "train", "gaussian", 5000, 20, 3, ((64, 64, 3),), ("relu", "relu", "identity"),
    batch=32, epochs=6, goals=goals(jax=2.5, sklearn=14),
)  # fmt: skip
LARGE = Job(
    "large", "60000x784, 256-128-10, Adam, batch 256", "train", "gaussian", 60000, 784, 10, ((256, 128, 10),),
    ("relu", "relu", "identity"), batch=256, epochs=2, goals=goals(jax=1.3, torch=1.5, floor=1.15),
)  # fmt: skip
PREDICT = replace(SMALL, kind="predict", batch=None, goals=())


BREAST_CANCER = Job(
    "fit-cancer", "MLPClassifier().fit on breast cancer, 569x30", "fit", "breast_cancer", 569, 30, 2, ((100, 1),), loss="log_loss",
    epochs=200, dtype="float64", goals=goals(sklearn=6),
)  # fmt: skip
DIGITS = replace(
    BREAST_CANCER, key="fit-digits", title="MLPClassifier().fit on digits, 1797x64", data="digits", rows=1797, inputs=64, classes=10,
    widths=((100, 10),),
)  # fmt: skip
LONG = replace(
    BREAST_CANCER, key="fit-wide", title="MLPClassifier(max_iter=20).fit on 32000x108", data="gaussian", rows=32000, inputs=108, epochs=20,
    goals=goals(sklearn=4),
)  # fmt: skip
ONE_HOT = replace(
    BREAST_CANCER, key="fit-one-hot", title="MLPClassifier(max_iter=20).fit on 30 columns one-hot encoded, sparse, 20000x300",
    data="one_hot", rows=20000, inputs=300, epochs=20, goals=(),
)  # fmt: skip
LARGE_HIDDEN = replace(
    BREAST_CANCER, key="fit-512", title="MLPClassifier((512, 512), max_iter=10).fit on 4000x30, float32", data="gaussian", rows=4000,
    widths=((512, 512, 1),), activations=("relu", "relu", "identity"), epochs=10, dtype="float32", goals=goals(sklearn=2),
)  # fmt: skip
TANH = replace(
    LARGE_HIDDEN, key="fit-tanh", title='MLPRegressor((50, 50), "tanh", batch 128, max_iter=20).fit on 4000x30, float32',
    widths=((50, 50, 1),), activations=("tanh", "tanh", "identity"), loss="squared_error", batch=128, epochs=20, goals=goals(sklearn=9),
)  # fmt: skip
PROBABILITY = replace(BREAST_CANCER, kind="proba", data="gaussian", inputs=20, classes=3, epochs=1, goals=())


SETTINGS = {
    "hidden_layer_sizes": ((8,), (64, 32, 16)),
    "activation": ("relu", "tanh", "logistic"),
    "learning_rate_init": (0.001, 0.003, 0.01),
}
SEEDS = 5
"""What is compared: every combination of scikit-learn's parameters, each with so many seeds."""

COMPARISON = Job(
    "compare", "hm.compare: 18 configurations x 5 seeds, 1000x2, Adam, batch 200, 100 epochs", "compare", "moons", 1000, 2, 2,
    tuple((*hidden, 1) for hidden in SETTINGS["hidden_layer_sizes"]) * 9 * SEEDS, loss="log_loss", epochs=100, goals=goals(sklearn=8),
)  # fmt: skip


def _regression(job: Job) -> Job:
    return replace(job, key=f"{job.key}-reg", title=job.title.replace("Classifier", "Regressor"), loss="squared_error", widths=((100, 1),))


def _double(job: Job) -> Job:
    return replace(job, key=f"{job.key}-float64", title=f"{job.title}, float64", dtype="float64", goals=())


JOBS = (
    *(EXERCISE, SMALL, WIDE, BATCH_32, LARGE),
    *(_double(job) for job in (EXERCISE, SMALL, WIDE, BATCH_32)),
    replace(
        EXERCISE, key="many", title="64 networks like the exercise's, full batch, 500 updates each", kind="many",
        widths=EXERCISE.widths * 64, epochs=500, goals=goals(sklearn=4, floor=1.5),
    ),
    replace(
        EXERCISE, key="sweep", title="64 networks of 8 to 64 hidden units, 1000x2, Adam, batch 200, 100 epochs", kind="many",
        widths=tuple((8 + unit * 56 // 63, 1) for unit in range(64)), activations=("relu", "identity"), loss="logistic",
        optimizer="adam", rate=1e-3, batch=200, epochs=100, start="glorot_uniform", goals=goals(sklearn=10),
    ),
    COMPARISON,
    replace(PREDICT, key="one-row", title="predict one row, 20 inputs, 100 hidden", rows=1, calls=1000, goals=goals(sklearn=10)),
    replace(
        PREDICT, key="predict", title="predict 100,000 rows, 20 inputs, 100 hidden", rows=100_000,
        goals=goals(sklearn=2, torch=1, jax=1.2, floor=1.3),
    ),
    *(BREAST_CANCER, _regression(BREAST_CANCER), DIGITS, _regression(DIGITS), LONG, _regression(LONG), ONE_HOT, LARGE_HIDDEN, TANH),
    replace(
        PROBABILITY, key="proba-one-row", title="MLPClassifier.predict_proba of one row, 20 inputs, 100 hidden", rows=1, calls=1000,
        goals=goals(sklearn=4),
    ),
    replace(
        PROBABILITY, key="proba", title="MLPClassifier.predict_proba of 100,000 rows, 20 inputs, 100 hidden", rows=100_000,
        goals=goals(sklearn=3),
    ),
    replace(SMALL, key="import", title="import, in a fresh process", kind="import", wheel=True, goals=()),
    replace(
        BREAST_CANCER, key="import-fit", title="import and MLPClassifier(max_iter=20).fit on 569x30, in a fresh process",
        kind="import and fit", data="gaussian", epochs=20, cold=True, wheel=True, goals=goals(sklearn=1),
    ),
    replace(
        SMALL, key="first-fit", title="first fit ever after import, wheel, empty cache", kind="first fit", epochs=1, cold=True, wheel=True,
        goals=goals(limit=0.3),
    ),
    replace(
        SMALL, key="first-fit-compiled", title="first fit ever after import, from a checkout: kernels are compiled", kind="first fit",
        epochs=1, cold=True, goals=(),
    ),
    replace(
        SMALL, key="resident", title="memory of a process that has imported and trained", kind="resident", epochs=1, wheel=True, goals=(),
    ),
    replace(
        LARGE, key="memory", title="memory that training adds on 60000x784, in sizes of the data", kind="memory",
        epochs=1, goals=goals(limit=0.25),
    ),
)  # fmt: skip


FRONT = (
    "exercise",
    "small",
    "wide",
    "batch32",
    "large",
    "many",
    "sweep",
    "compare",
    "one-row",
    "predict",
    "fit-cancer",
    "fit-digits",
    "import-fit",
)
"""The jobs of the page for people: each stands for a kind of use, and has peers."""


def find(key: str, *, quick: bool = False) -> Job:
    """Return the job of a key, cut down where that is asked for."""
    job = next(job for job in JOBS if job.key == key)
    return job.quick() if quick else job

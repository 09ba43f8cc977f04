"""Whether an installed wheel trains without compiling; ``make package`` runs it in an environment that has only the wheel.

1. Every activation, layer, loss and optimiser of the library, both estimators and the command train by the kernels that came with the
   wheel; then neither Numba nor LLVM was loaded, and the cache folder is empty.
2. For each level of this processor, the kernels of the wheel compute the same bits as kernels that are compiled into a cache.

It exits 1 with a sentence where that is not so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from itertools import product
from pathlib import Path
from typing import Any

DTYPES = ("float32", "float64")


def train_networks(hm: Any, np: Any) -> int:
    """Train a network of every activation, loss, normalisation and optimiser; return how many there were."""
    from halfmoon.optimizers.contract import FirstOrder

    random = np.random.default_rng(0)
    X, positive = random.normal(size=(64, 5)), random.uniform(0.1, 0.9, size=(64, 1))
    layers: list[tuple[Any, ...]] = [(hm.Dense(8), activation) for activation in hm.ACTIVATIONS.values()]
    layers += [(hm.Dense(8), hm.BatchNorm(), hm.ReLU, hm.Dropout(0.3), hm.Residual(hm.Dense(8), hm.LayerNorm(), hm.SiLU), hm.Softmax())]
    layers += [(hm.PeriodicEmbedding(2), hm.Scale(), hm.Dense(8), hm.ParametricActivation(hm.SELU))]
    bins = hm.quantile_bins(X, 8)
    layers += [(hm.PiecewiseLinearEmbedding(bins), hm.Repeat(2), hm.BatchEnsemble(4, 2), hm.ReLU, hm.GroupedDense(4, 2))]
    optimizers = [made for make in hm.OPTIMIZERS.values() if isinstance(made := make(), FirstOrder)]
    jobs = [
        *((each, hm.SquaredError, hm.Adam()) for each in layers),
        *((layers[0], loss, hm.Adam()) for loss in hm.LOSSES.values()),
        *((layers[0], hm.SquaredError, optimizer) for optimizer in (*optimizers, hm.LBFGS())),
    ]
    for (hidden, loss, optimizer), dtype in product(jobs, DTYPES):
        classes = isinstance(loss, hm.SoftmaxCrossEntropy)
        network = hm.Network([*hidden, hm.Dense(3 if classes else 1)], loss)
        targets = random.integers(0, 3, 64) if classes else positive
        batch = None if isinstance(optimizer, hm.LBFGS) else 16
        model = network.init(5, 0, dtype)
        hm.train(model, X, targets, epochs=2, batch_size=batch, optimizer=optimizer, engine="fused")
        model.scores(X)
    return 2 * len(jobs)


def fit_estimators(hm: Any, np: Any) -> int:
    """Fit both estimators with each solver and activation of theirs; return how many there were."""
    random = np.random.default_rng(0)
    X = random.normal(size=(120, 6))
    targets = {hm.MLPClassifier: (X[:, 0] > 0, np.digitize(X[:, 0], [-0.5, 0.5]), X[:, :3] > 0), hm.MLPRegressor: (X[:, 0], X[:, :2])}
    extras: tuple[dict[str, Any], ...] = ({}, {"dropout": 0.1}, {"early_stopping": True})
    count = 0
    for (kind, several), solver, dtype, extra in product(targets.items(), ("adam", "sgd", "lbfgs"), DTYPES, extras):
        for y in several:
            if solver != "lbfgs" or not extra:
                estimator = kind(hidden_layer_sizes=(8,), solver=solver, dtype=dtype, max_iter=3, random_state=0, **extra).fit(
                    X.astype(dtype), y
                )
                estimator.predict(X.astype(dtype))
                count += 1
    return count


def check_nothing_compiled() -> None:
    """Train everything with an empty cache folder, and look what came of it."""
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name) / "cache"
        os.environ["HALFMOON_CACHE"] = str(cache)
        warnings.simplefilter("ignore")
        import numpy as np

        import halfmoon as hm

        count = train_networks(hm, np) + fit_estimators(hm, np)
        loaded = sorted({"numba", "llvmlite"} & set(sys.modules))
        command = [sys.executable, "-m", "halfmoon", "train", "moons", "--epochs", "50", "-o", str(Path(name) / "moons")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        kernels = [path.name for path in cache.rglob("halfmoon_*")]
    if loaded or kernels:
        sys.exit(f"the wheel must have every kernel, {len(kernels)} were compiled, and {' and '.join(loaded) or 'nothing'} was loaded")
    print(f"{count} trainings by the kernels of {Path(hm.__file__).parent}, none compiled")


COMPILED_ANEW = "from pathlib import Path; from halfmoon.engines.compiler import library; library.FOLDER = Path('no libraries'); "
FINGERPRINTS = "from benchmarks.fingerprints.__main__ import main; main([])"


def fingerprints(level: str, cache: str, *, anew: bool) -> str:
    """Return what trainings compute at a level, by the wheel's kernels or by those that are compiled anew."""
    environment = os.environ | {"HALFMOON_CPU": level, "HALFMOON_CACHE": cache}
    code = (COMPILED_ANEW if anew else "") + FINGERPRINTS
    return subprocess.run([sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def check_bits() -> None:
    """Compare the kernels of the wheel with compiled ones, for each level of this processor."""
    from halfmoon.engines.compiler import library, machine

    levels = [
        name for name, level in machine.LEVELS.items() if machine.runs_here(level) and (library.FOLDER / library.file_name(name)).exists()
    ]
    for level in levels:
        with tempfile.TemporaryDirectory() as cache:
            of_wheel, of_cache = (fingerprints(level, cache, anew=anew).splitlines() for anew in (False, True))
        different = [ours for ours, theirs in zip(of_wheel, of_cache, strict=True) if ours != theirs]
        if different:
            sys.exit(f"{level}: the wheel's kernels must compute what compiled ones do, {len(different)} differ, as {different[0]}")
        print(f"{level}: {len(of_wheel)} results of the wheel's kernels equal those of compiled ones")


if __name__ == "__main__":
    check_nothing_compiled()
    check_bits()

"""SIGKILL while files are written: what was there before or what came after is there, whole, and the next save clears the rest away."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from peak_memory import PEAK

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")

# children that save without end are killed at random moments; what they leave is looked at each time
KILLS = """
import os, random, signal, sys, time
from pathlib import Path
import numpy as np
import polars as pl
import halfmoon as hm
from halfmoon.base import files
from halfmoon.base.files import write_atomically

seconds, folder = float(sys.argv[1]), Path(sys.argv[2])
source = random.Random(0)
models = [hm.Network([hm.Dense(width), hm.ReLU(), hm.Dense(1)]).init(20, seed) for seed, width in enumerate([3, 300, 2000])]
trainers = [hm.Trainer(model) for model in models]
estimators = [hm.MLPRegressor(hidden_layer_sizes=(width,), max_iter=1, random_state=0) for width in (4, 400)]
import warnings
warnings.simplefilter("ignore")
X = np.random.RandomState(0).normal(size=(40, 20))
for each in estimators:
    each.fit(X, X[:, 0])
frames = [pl.DataFrame({"p": np.random.RandomState(rows).normal(size=rows)}) for rows in (10, 5_000, 200_000)]

SAVES = {
    "model": (lambda k: hm.save(folder / "model", models[k % 3]), lambda: hm.load(folder / "model").theta.tobytes(),
              [each.theta.tobytes() for each in models]),
    "trainer": (lambda k: trainers[k % 3].save(folder / "trainer"), lambda: hm.Trainer.load(folder / "trainer").model.theta.tobytes(),
                [each.theta.tobytes() for each in models]),
    "estimator": (lambda k: estimators[k % 2].save(folder / "estimator"),
                  lambda: hm.MLPRegressor.load(folder / "estimator").model_.theta.tobytes(),
                  [each.model_.theta.tobytes() for each in estimators]),
    "csv": (lambda k: write_atomically(folder / "csv", frames[k % 3].write_csv), lambda: (folder / "csv").read_bytes(),
            [each.write_csv().encode() for each in frames]),
    "parquet": (lambda k: write_atomically(folder / "parquet", frames[k % 3].write_parquet),
                lambda: pl.read_parquet((folder / "parquet").read_bytes()).write_csv().encode(),
                [each.write_csv().encode() for each in frames]),
}
for save, *_ in SAVES.values():
    save(0)
ended, kills, left = time.monotonic() + seconds, 0, 0
while time.monotonic() < ended:
    name = source.choice(list(SAVES))
    save, read, known = SAVES[name]
    child = os.fork()
    if child == 0:
        for k in range(10**9):
            save(k)
    time.sleep(source.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert read() in known, f"{name} is not whole"
    kills += 1
    left += len([*folder.glob(".*.part")])
    if source.random() < 0.3:
        files._next_look.cache_clear()  # as another process, which has looked for nothing yet
        save(0)
        assert not [*folder.glob(".*.part")], "leftovers stay"
files._next_look.cache_clear()
save(0)
assert {each.name for each in folder.iterdir()} == set(SAVES)
print(kills, left, {peak} // 1024)
""".replace("{peak}", PEAK)


def test_kills_while_files_are_written(attack_scale, tmp_path):
    seconds = 3 * attack_scale
    command = [sys.executable, "-W", "ignore", "-c", KILLS, str(seconds), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 120)
    assert (done.returncode, done.stderr) == (0, "")
    kills, _, megabytes = map(int, done.stdout.split())
    print(f"{kills} kills while files were written")  # noqa: T201 - for the long run
    assert kills > 10
    assert megabytes < 500


# comparisons that are killed, each time a bit later, until one gets to its end
COMPARE = """
import sys, warnings
import numpy as np, halfmoon as hm
warnings.simplefilter("ignore")
X = np.random.RandomState(0).normal(size=(200, 4))
y = (X[:, 0] > 0).astype(int)
if __name__ == "__main__":
    print("begun", flush=True)
    found = hm.compare({"hidden_layer_sizes": [(4,), (6,), (8,)], "max_iter": [60]}, X, y, seeds=4, folder=sys.argv[1], threads=2)
    print(len(found.runs), found.missing)
"""


def test_a_comparison_that_is_killed_again_and_again_loses_no_run(attack_scale, tmp_path):
    script, folder = tmp_path / "compare.py", tmp_path / "runs"
    script.write_text(COMPARE)
    kept = 0
    for delay in [0.02 * 3**power for power in range(round(2 + attack_scale))]:
        process = subprocess.Popen([sys.executable, script, folder], stdout=subprocess.PIPE, text=True)
        with process:
            assert process.stdout.readline() == "begun\n"
            try:
                process.wait(delay)
            except subprocess.TimeoutExpired:
                process.kill()
        now = len(list(folder.rglob("*.safetensors")))
        assert now >= kept
        kept = now
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, check=True, timeout=120)
    assert (done.stdout, done.stderr) == ("begun\n12 0\n", "")  # and no warning that a file is damaged
    assert not list(tmp_path.rglob("*.part"))

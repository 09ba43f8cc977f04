"""SIGINT once, twice and three times at random moments: nothing is lost, nothing hangs, no traceback, the same bits afterwards."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import halfmoon as hm
from halfmoon.tabular import TableModel
from peak_memory import PEAK
from presses import PRESSES
from started_commands import Interrupted, moments, train_table

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process here")

# what the library does until the time is up, with signals on the way; whatever was interrupted is looked at, and made again
LIBRARY = (
    PRESSES
    + """
import random, signal, sys, time, warnings, weakref
from pathlib import Path
import numpy as np
import halfmoon as hm

signal.signal(signal.SIGINT, signal.default_int_handler)
warnings.simplefilter("ignore")
seconds, seed, folder = float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
source, numbers = random.Random(seed), np.random.RandomState(seed)
X, y = numbers.normal(size=(400, 10)), numbers.randint(0, 3, 400)
options = dict(hidden_layer_sizes=(32,), random_state=0, n_iter_no_change=10**9, tol=0.0, batch_size=100, max_iter=60)
CLASSIFIERS = {each: dict(engine=each[0], early_stopping=each[1]) for each in [("fused", False), ("fused", True), ("reference", False)]}
wholes = {name: hm.MLPClassifier(**options, **more).fit(X, y) for name, more in CLASSIFIERS.items()}
many = np.tile(X.astype("f4"), (300, 1))
path = folder / "model.safetensors"
hm.save(path, wholes["fused", False].model_)

def same(one, two):
    return all((a == b).all() for a, b in zip(one.coefs_ + one.intercepts_, two.coefs_ + two.intercepts_))

def disturbed(work, longest):
    gaps = [source.uniform(0.0005, longest), *(source.choice([0.0002, 0.001, 0.005]) for _ in range(source.randint(0, 2)))]
    try:
        press_after(gaps)
        work()
    except KeyboardInterrupt:
        pass
    undisturbed(wait_for_presses)

class Freeing(np.random.RandomState):
    def permutation(self, x):
        weakref.finalize(Thing(), sum, (len(str(each)) for each in range(300)))  # in which Python drops what a signal raises
        return super().permutation(x)

class Thing:
    pass

def fit(name, whole):
    network = hm.MLPClassifier(**options, **CLASSIFIERS[name])
    if source.random() < 0.5:
        network.random_state = Freeing(0)
    disturbed(lambda: network.fit(X, y), 0.1)
    for _ in range(2):  # also while it goes on
        if "fit_state_" in vars(network) and network.fit_state_.trainer is not None and network.n_iter_ < 60:
            disturbed(lambda: network.resume(X, y), 0.05)
    if "fit_state_" in vars(network) and network.fit_state_.trainer is not None:
        if network.n_iter_ < 60:
            network.resume(X, y)
        assert same(network, whole), (name, "came to other bits")

def predict(name, whole):
    before = whole.predict_proba(X)
    disturbed(lambda: whole.predict_proba(many), 0.02)
    assert (whole.predict_proba(X) == before).all(), (name, "predicts otherwise")

def save(name, whole):
    other = source.choice(list(wholes.values()))
    disturbed(lambda: [hm.save(path, other.model_) for _ in range(30)], 0.02)
    known = [each.model_.theta.tobytes() for each in wholes.values()]
    assert hm.load(path).theta.tobytes() in known, "the file is another"
    assert [each.name for each in folder.iterdir()] == ["model.safetensors"], [*folder.iterdir()]

ended, done = time.monotonic() + seconds, 0
while time.monotonic() < ended:
    name = source.choice(list(wholes))
    try:
        source.choice([fit, fit, predict, save])(name, wholes[name])
    except KeyboardInterrupt:  # one that came while the last one was being taken care of, here and not in the library
        undisturbed(wait_for_presses)
    done += 1
print(done, {peak} // 1024)
""".replace("{peak}", PEAK)
)


def test_the_library_at_random_moments(attack_scale, tmp_path):
    seconds = 4 * attack_scale
    command = [sys.executable, "-c", LIBRARY, str(seconds), "0", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 120)
    assert (done.returncode, done.stderr) == (0, "")
    times, megabytes = map(int, done.stdout.split())
    assert times > 0
    assert megabytes < 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("signals")
    train_table(made)
    return made


# what is given to the command, and how long it takes about, where nobody ends it before
COMMANDS = {
    "train": (["train", "moons", "--epochs", "2000", "-o", "{out}"], 4.0),
    "compare": (["compare", "moons", "--hidden", "4", "--hidden", "3", "--seeds", "3", "--epochs", "300", "-o", "{out}"], 4.0),
    "predict": (["predict", "m/model.safetensors", "t.csv", "-o", "{out}.csv"], 2.0),
    "xray": (["xray", "m/model.safetensors", "t.csv", "--html", "{out}.html"], 2.0),
    "--help": (["--help"], 0.5),
    "warmup": (["warmup"], 4.0),
}


def attack(name, folder, number):
    """Start a command, send it signals, and look at what it says and leaves."""
    source = random.Random(f"{name} {number}")  # noqa: S311 - moments, no secrets
    out = folder / f"{name.strip('-')}-{number}"
    arguments, longest = COMMANDS[name]
    more = {"HALFMOON_CACHE": str(out)} if name == "warmup" else {}
    when = moments(source, longest)
    done = Interrupted([each.format(out=out) for each in arguments], when, folder, group=source.random() < 0.7, **more)
    what = f"{name}, signals at {when}: exit {done.status} after {done.seconds:.1f} s, {done.said}"
    assert done.status in {0, 130}, what
    assert "Traceback" not in done.said, what
    assert "Exception ignored" not in done.said, what
    assert done.seconds < 20, what
    assert not [*folder.rglob(f"{out.name}/**/*.part"), *folder.glob("*.part")], what
    if (out / "model.safetensors").exists():
        assert TableModel.load(out / "model.safetensors").estimator.n_iter_ > 0
    elif done.status and re.search("before the first epoch", done.said):
        assert not list(out.glob("*")), what
    return done.status


def test_the_commands_at_random_moments(attack_scale, folder):
    numbers = range(max(1, round(2 * attack_scale)))
    with ThreadPoolExecutor(2) as pool:
        statuses = list(
            pool.map(lambda each: attack(each[0], folder, each[1]), [(name, number) for number in numbers for name in COMMANDS])
        )
    assert 130 in statuses


def test_a_training_that_ended_before_its_first_epoch_leaves_nothing(tmp_path):
    train_table(tmp_path)
    endless = ["train", "t.csv", "--target", "y", "--batch-size", "1", "--hidden", "2000,2000", "-o", "out"]
    done = Interrupted(endless, [1.0], tmp_path, after=tmp_path / "out")
    assert done.status == 130
    assert "interrupted" in done.said
    assert not (tmp_path / "out").exists()


def test_a_job_in_the_background_ignores_ctrl_c(tmp_path):
    code = "import signal, subprocess, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.exit(subprocess.call(sys.argv[1:]))"
    command = [sys.executable, "-c", code, sys.executable, "-c", f"import sys; sys.argv = ['halfmoon']; {BACKGROUND}"]
    assert subprocess.run(command, check=False, cwd=tmp_path).returncode == 0


BACKGROUND = "import halfmoon, signal; assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN; signal.raise_signal(signal.SIGINT)"


def test_a_program_of_ones_own_keeps_its_answer_to_ctrl_c():
    assert hm.__version__
    assert signal.getsignal(signal.SIGINT) in {signal.default_int_handler, signal.SIG_IGN}  # what Python or a shell has set

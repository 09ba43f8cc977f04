"""Files of every kind, damaged and crafted: each is refused in a sentence, or what it holds predicts and trains on.

They are loaded in processes of their own, so that a crash of compiled code, a hang and a want of memory are seen.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from attack.crafted import CRAFTED
from attack.mutations import mutated
from attack.sound_files import KINDS
from halfmoon.engines.compiler import cache

MUTATED = 200
"""Damaged files in ``make test``; ``make attack`` takes a hundred times as many."""

PATIENCE = 60
"""Seconds that a file may take on a machine that has much else to do."""


class Attacker:
    """A worker process; one that dies or hangs is replaced by another."""

    def __init__(self, sound, kernels):
        self.arguments = [
            sys.executable,
            str(Path(__file__).with_name("file_worker.py")),
            *(f"{kind}\t{path}" for kind, path in sound.items()),
        ]
        self.environment = os.environ | {"HALFMOON_CACHE": str(kernels), "HALFMOON_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment)
        answers = self.answers = SimpleQueue()
        self.reader = threading.Thread(target=lambda out: [*map(answers.put, out), answers.put("")], args=(self.process.stdout,))
        self.reader.start()

    def ask(self, kind, path):
        """Return what came of a file."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(f"{kind}\t{path}\n")
            self.process.stdin.flush()
            line = self.answers.get(timeout=PATIENCE)
        except Empty:
            return {"result": "fault", "text": f"no answer within {PATIENCE} s", "megabytes": 0} | self.stop()
        except BrokenPipeError:
            line = ""
        if not line:
            return {"result": "fault", "text": f"the process ended with {self.process.wait()}", "megabytes": 0} | self.stop()
        return json.loads(line)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            with suppress(BrokenPipeError):
                self.process.stdin.close()
            self.reader.join()
            self.process.stdout.close()
            self.process = None
        return {}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Return the path of a sound file of each kind."""
    folder = tmp_path_factory.mktemp("sound")
    with warnings.catch_warnings(action="ignore"):  # they are short trainings
        for kind, write in KINDS.items():
            write(folder / kind)
    return {kind: folder / kind for kind in KINDS}


@pytest.fixture(scope="module")
def attacker(sound, tmp_path_factory):
    """Return a maker of attackers, which share the kernels that are there by now and leave none behind."""
    kernels = tmp_path_factory.mktemp("kernels")
    shutil.copytree(cache.folder(), kernels / cache.folder().name)
    made = []

    def make():
        made.append(Attacker(sound, kernels))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def faults(answers):
    """Return what must not be: crashes, hangs, errors that are no sentence, and want of memory."""
    return {name: found["text"] for name, found in answers.items() if found["result"] == "fault" or found["megabytes"] > 500}


def test_sound_files_are_used(sound, attacker):
    worker = attacker()
    answers = {kind: worker.ask(kind, path) for kind, path in sound.items()}
    assert {kind: found["text"] or found["result"] for kind, found in answers.items()} == dict.fromkeys(sound, "used")


def test_damaged_files_are_refused_or_used(sound, attacker, attack_scale, tmp_path):
    contents = {kind: path.read_bytes() for kind, path in sound.items()}
    tasks = enumerate(itertools.islice(itertools.cycle(contents), int(MUTATED * attack_scale)))
    lock, answers = threading.Lock(), {}

    def work(name):
        worker, path = attacker(), tmp_path / name
        while True:
            with lock:
                number, kind = next(tasks, (None, None))
            if kind is None:
                return
            path.write_bytes(mutated(contents[kind], number))
            found = answers[f"{kind} {number}"] = worker.ask(kind, path)
            if found["result"] == "fault" and os.environ.get("HALFMOON_ATTACK_KEEP"):
                shutil.copy(path, Path(os.environ["HALFMOON_ATTACK_KEEP"]) / f"{kind}-{number}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, "ab"))
    if os.environ.get("HALFMOON_ATTACK_KEEP"):
        (Path(os.environ["HALFMOON_ATTACK_KEEP"]) / "answers.json").write_text(json.dumps(answers, indent=1))
    counts = Counter(found["result"] for found in answers.values())
    memory = max(found["megabytes"] for found in answers.values())
    print(f"{len(answers):,} files: {dict(counts)}, {memory} MB more than before")  # noqa: T201 - for the long run
    assert not faults(answers)
    assert counts["refused"] > len(answers) / 4
    assert counts["used"] > len(answers) / 20


@pytest.fixture(scope="module")
def worker(attacker):
    return attacker()


@pytest.mark.parametrize("what", CRAFTED)
def test_a_crafted_file_is_refused(what, sound, worker, tmp_path):
    kind, craft, words = CRAFTED[what]
    path = tmp_path / "crafted"
    craft(sound[kind].read_bytes(), path)
    found = worker.ask(kind, path)
    assert not faults({what: found})
    assert found["result"] == "refused", found["text"]
    assert words in found["text"]

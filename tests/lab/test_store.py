"""Run files: whole or not at all, and a sentence for everything that can go wrong with a disk."""

import subprocess
import sys
from collections import namedtuple
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import halfmoon as hm
from halfmoon.base import files
from halfmoon.base.errors import InputError
from halfmoon.lab import store
from halfmoon.lab.store import Store, read


@pytest.fixture(scope="module")
def run():
    from sklearn.datasets import make_moons

    return hm.compare(
        {"activation": [hm.LeakyReLU(alpha=0.2)], "hidden_layer_sizes": [(4, 3)]}, *make_moons(80, random_state=0), seeds=1, epochs=3
    ).runs[0]


@pytest.fixture(scope="module")
def file(run, tmp_path_factory):
    kept = Store(tmp_path_factory.mktemp("kept"))
    kept.keep(run)
    return kept.path(run.key)


def test_a_run_comes_back(run, file, same):
    again = read(file)
    assert same(run, again)
    assert again.setting == run.setting
    assert again.seconds == run.seconds


@settings(max_examples=200)
@given(data=st.data())
def test_damaged_content_is_told(file, data):
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    damaged = file.with_name("damaged")
    damaged.write_bytes(content)
    with suppress(InputError):  # and nothing else; a number that has changed is a number
        read(damaged)


# a change of what the head says of a run, and what is told
TYPES = {
    "text as a score": ({"score": "0.9"}, "run.score must be a number"),
    "a truth value as a score": ({"train_score": True}, "run.train_score must be a number"),
    "a fraction as epochs": ({"epochs": 1.5}, "run.epochs must be a whole number"),
    "a list as a message": ({"message": []}, "run.message must be text"),
    "a number as a setting": ({"setting": 3}, "run.setting must be a dict"),
    "an unknown status": ({"status": "fine"}, "run.status must be one of done, diverged, failed"),
    "an unknown score": ({"score_name": "beauty"}, "run.score_name must be one of"),
}


@pytest.mark.parametrize("what", TYPES)
def test_a_field_of_another_type_is_refused_with_the_files_name(what, run, tmp_path):
    change, words = TYPES[what]
    kept = Store(tmp_path)
    kept.keep(replace(run, **change))
    with pytest.raises(InputError, match=rf"{run.key}.* is damaged: .*{words}") as caught:
        read(kept.path(run.key))
    assert len(str(caught.value)) < 300


# a change of a run's arrays, and what is told
ARRAYS = {
    "curves of whole numbers": ({"curves": {"loss": np.zeros(3, np.int64), "score": np.zeros(2, np.float32)}}, "curves.loss must be"),
    "curves of matrices": ({"curves": {"loss": np.zeros((3, 1), np.float32), "score": np.zeros(2, np.float32)}}, "curves.loss must be"),
    "no score": ({"curves": {"loss": np.zeros(3, np.float32)}}, "must have 'curves.score'"),
    "a score too few": ({"snapshot_epochs": np.arange(7)}, "each of its 7 snapshots"),
    "maps of fractions": ({"maps": np.zeros((2, 3, 3))}, "maps must be"),
    "maps that are no squares": ({"maps": np.zeros((2, 3, 4), np.uint8)}, "each of its 2 snapshots"),
    "predictions of truth values": ({"predictions": np.array([True])}, "predictions must be"),
}


@pytest.mark.parametrize("what", ARRAYS)
def test_an_array_of_another_type_is_refused_with_the_files_name(what, run, tmp_path):
    change, words = ARRAYS[what]
    kept = Store(tmp_path)
    curves = {"loss": np.zeros(3, np.float32), "score": np.zeros(2, np.float32)}
    kept.keep(replace(run, **{"snapshot_epochs": np.arange(2), "maps": None, "curves": curves} | change))
    with pytest.raises(InputError, match=rf"{run.key}.* is damaged: .*{words}"):
        read(kept.path(run.key))


DAMAGES = {
    "cut off": lambda path, other: path.write_bytes(path.read_bytes()[:500]),
    "empty": lambda path, other: path.write_bytes(b""),
    "something else": lambda path, other: path.write_text("hello, this is no run at all"),
    "another run": lambda path, other: path.write_bytes(other.read_bytes()),
    "another format": lambda path, other: path.write_bytes(path.read_bytes().replace(rb"{\"version\": 1,", rb"{\"version\": 7,")),
    "a folder": lambda path, other: (path.unlink(), path.mkdir(), path.rmdir(), path.symlink_to(path.parent)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_and_its_run_made_again(damage, moons, grid, tmp_path, same):
    first = hm.compare(grid, *moons, seeds=1, epochs=2, folder=tmp_path)
    path, other = (tmp_path / "runs" / f"{first.runs[place].key}.safetensors" for place in (1, 2))
    DAMAGES[damage](path, other)
    if damage == "a folder":
        with (
            pytest.warns(UserWarning, match=f"{path.name}' is damaged, the run is trained again"),
            pytest.raises(InputError, match="ordinary file"),
        ):
            hm.compare(grid, *moons, seeds=1, epochs=2, folder=tmp_path)
        return
    with pytest.warns(UserWarning, match=f"{path.name}' is damaged, the run is trained again"):
        again = hm.compare(grid, *moons, seeds=1, epochs=2, folder=tmp_path)
    assert all(same(a, b) for a, b in zip(first.runs, again.runs, strict=True))
    hm.compare(grid, *moons, seeds=1, epochs=2, folder=tmp_path)  # in silence


def test_a_folder_that_cannot_be_written_is_told_first(moons, grid, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", "/proc/halfmoon"):
        with pytest.raises(InputError, match=r"^folder must be one that can be written, got '.*': "):
            hm.compare(grid, *moons, folder=folder)

    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "TemporaryFile", refuse)
    with pytest.raises(InputError, match=r"^folder must be one that can be written, got '.*/out': Permission denied$"):
        hm.compare(grid, *moons, folder=tmp_path / "out")


def test_a_disk_without_room_is_told_first(moons, grid, tmp_path, monkeypatch):
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _: namedtuple("usage", "free")(10_000))  # noqa: PYI024
    with pytest.raises(InputError, match=r"folder must be on a disk with enough room, got .* 0 MB are free"):
        hm.compare(grid, *moons, folder=tmp_path)
    assert not list(tmp_path.rglob("*.safetensors"))


FULL = """
import resource, signal, sys
from sklearn.datasets import make_moons
import halfmoon as hm
from halfmoon.lab import Watcher

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
X, y = make_moons(160, noise=0.2, random_state=0)

class Fill(Watcher):
    def on_run(self, place, run, *, kept):
        if place == 1:  # from now on no file may be larger
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))

try:
    hm.compare({"alpha": [0.0, 1.0, 2.0, 3.0]}, X, y, seeds=1, epochs=2, folder=sys.argv[1], threads=1, watcher=Fill())
except hm.InputError as error:
    print(error)
"""


def test_a_disk_that_fills_up_on_the_way_loses_nothing(tmp_path, moons):
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be written: File too large; 2 of 4 runs were made and are kept; the same call goes on from there" in done.stdout
    assert len(list((tmp_path / "runs").iterdir())) == 2
    assert len(hm.compare({"alpha": [0.0, 1.0, 2.0, 3.0]}, *moons, seeds=1, epochs=2, folder=tmp_path).runs) == 4

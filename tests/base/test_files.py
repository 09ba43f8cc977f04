import errno
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from halfmoon.base import files
from halfmoon.base.errors import InputError
from halfmoon.base.files import kept_if_filled, writable_folder, write_atomically


def names(folder):
    return [path.name for path in folder.iterdir()]


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "a.bin"
    write_atomically(path, lambda file: file.write(b"old"))
    path.chmod(0o640)
    write_atomically(str(path), lambda file: file.write(b"new"))
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["a.bin"]


def test_follows_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomically(tmp_path / "link", lambda file: file.write(b"x"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"


@pytest.mark.parametrize("error", [RuntimeError("stopped"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_alone(tmp_path, error):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def fail(file):
        file.write(b"half")
        raise error

    with pytest.raises(type(error)):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_a_full_disk_is_one_sentence(tmp_path):
    def fail(file):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match=r"a\.bin' cannot be written: No space left on device$"):
        write_atomically(tmp_path / "a.bin", fail)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no/a.bin", "a folder that exists"),
        (".", "an ordinary file"),
        ("x" * 300, "cannot be written: File name too long"),
        ("a\0b", "path must be the path of a file"),
    ],
)
def test_refuses(tmp_path, name, sentence):
    with pytest.raises(InputError, match=sentence):
        write_atomically(tmp_path / name, lambda file: file.write(b"x"))
    assert names(tmp_path) == []


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"old")
    with pytest.raises(InputError, match="a folder that exists"):
        write_atomically(tmp_path / "a.bin" / "b.bin", lambda file: file.write(b"x"))
    assert names(tmp_path) == ["a.bin"]


def test_what_is_no_path_is_refused():
    with pytest.raises(InputError, match="path must be the path of a file, got 3"):
        write_atomically(3, lambda file: file.write(b"x"))


@pytest.mark.skipif(not hasattr(os, "fork") or os.geteuid() != 0, reason="only the superuser can become somebody else")
@pytest.mark.parametrize("mode", [0o555, 0o644])
def test_a_folder_that_is_closed_is_one_sentence(tmp_path, mode):
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0o755)
    (tmp_path / "closed").chmod(mode)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        try:
            write_atomically(tmp_path / "closed" / "a.bin", lambda file: file.write(b"x"))
        except InputError as error:
            os._exit(0 if "Permission denied" in str(error) else 1)
        except BaseException:  # noqa: BLE001 - the child must not run the rest of the tests
            os._exit(2)
        os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_never_replaces_a_device():
    with pytest.raises(InputError, match="ordinary file"):
        write_atomically(os.devnull, lambda file: file.write(b"x"))


# a writer that is killed in the middle of a file
KILLED = """
import os, signal, sys
from halfmoon.base.files import write_atomically

def write(file):
    file.write(b"half" * 9999)
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)

write_atomically(sys.argv[1], write)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_killed_processes_left_is_removed_by_the_next_save(tmp_path):
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", KILLED, tmp_path / "a.bin"], check=False).returncode == -signal.SIGKILL
    (tmp_path / ".other.part").write_bytes(b"somebody else's")
    assert len(names(tmp_path)) == 2  # the second has removed what the first left
    files._next_look.cache_clear()
    write_atomically(tmp_path / "a.bin", lambda file: file.write(b"whole"))
    assert sorted(names(tmp_path)) == [".other.part", "a.bin"]


@pytest.mark.skipif(files.fcntl is None, reason="Windows removes no file that is open anyway")
def test_what_is_being_written_is_no_leftover(tmp_path):
    def write(file):
        file.write(b"slow")
        file.flush()
        for _ in range(3):  # by another process, or another thread
            files._next_look.cache_clear()
            write_atomically(tmp_path / "b.bin", lambda other: other.write(b"quick"))

    write_atomically(tmp_path / "a.bin", write)
    assert sorted(names(tmp_path)) == ["a.bin", "b.bin"]
    assert (tmp_path / "a.bin").read_bytes() == b"slow"


@pytest.mark.skipif(files.fcntl is None, reason="Windows removes no file that is open anyway")
def test_a_file_that_was_taken_for_a_leftover_is_written_again(tmp_path, monkeypatch):
    lock, taken = files._lock, []

    def late(descriptor, *, wait):
        if not taken:
            taken.extend(tmp_path.iterdir())
            taken[0].unlink()
        return lock(descriptor, wait=wait)

    monkeypatch.setattr(files, "_lock", late)
    write_atomically(tmp_path / "a.bin", lambda file: file.write(b"x"))
    assert taken
    assert names(tmp_path) == ["a.bin"]


def test_a_folder_of_many_files_is_seldom_looked_through(tmp_path, monkeypatch):
    looks, scan = [], os.scandir
    monkeypatch.setattr(files.os, "scandir", lambda folder: looks.append(folder) or time.sleep(0.02) or scan(folder))
    for _ in range(50):
        write_atomically(tmp_path / "a.bin", lambda file: file.write(b"x"))
    assert len(looks) == 1


@pytest.mark.parametrize("write", [pl.DataFrame.write_csv, pl.DataFrame.write_parquet])
def test_a_full_disk_is_one_sentence_whoever_writes(write, tmp_path, monkeypatch):
    class Full(files.Part):
        def write(self, data):
            self.error = OSError(errno.ENOSPC, "No space left on device")
            raise self.error

    monkeypatch.setattr(files, "Part", Full)
    with pytest.raises(InputError, match=r"a\.bin' cannot be written: No space left on device$"):
        write_atomically(tmp_path / "a.bin", lambda file: write(pl.DataFrame({"a": range(9999)}), file))
    assert names(tmp_path) == []


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("made", [False, True])
def test_an_empty_folder_is_not_left_behind(tmp_path, filled, made):
    folder, above = tmp_path / "runs/a", tmp_path / "runs"
    if made:
        above.mkdir()

    def interrupted():
        writable_folder(folder, "it must be a folder")
        if filled:
            (folder / "model").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), kept_if_filled(folder):
        interrupted()
    assert (folder.exists(), above.exists()) == (filled, filled or made)


def test_an_interrupt_while_a_file_is_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, lambda file: file.write(bytes(10**6)) and signal.default_int_handler(2, None))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]

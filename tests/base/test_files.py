import errno
import os

import pytest

from halfmoon.base.errors import InputError
from halfmoon.base.files import write_atomically


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

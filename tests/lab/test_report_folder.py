"""A folder for each comparison: the same for the same one, and never that of another."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.lab.report_folder import MARK, report_folder


def test_the_same_comparison_has_the_same_folder_and_another_one_its_own(tmp_path):
    base = tmp_path / "a.b[1]"
    names = [report_folder(base, identity).name for identity in ("one", "two", "one", "three", "two")]
    assert names == ["a.b[1]", "a.b[1]-2", "a.b[1]", "a.b[1]-3", "a.b[1]-2"]
    (base / MARK).unlink()
    assert report_folder(base, "three").name == "a.b[1]-3"
    assert report_folder(base, "four").name == "a.b[1]"


@pytest.mark.parametrize("mark", ["", "[]", "{", '{"identity": 1}', "\xff"])
def test_a_report_of_which_nothing_is_known_stays(tmp_path, mark):
    base = tmp_path / "old"
    base.mkdir()
    (base / "report.html").write_text("old")
    assert report_folder(base, "one") == tmp_path / "old-2"
    (base / MARK).write_bytes(mark.encode("latin-1"))
    assert report_folder(base, "two") == tmp_path / "old-3"
    assert report_folder(base, "one") == tmp_path / "old-2"
    assert (base / "report.html").read_text() == "old"


def test_a_folder_with_runs_alone_is_free(tmp_path):
    (tmp_path / "made" / "runs").mkdir(parents=True)
    assert report_folder(tmp_path / "made", "one") == tmp_path / "made"
    assert json.loads((tmp_path / "made" / MARK).read_text()) == {"version": 1, "identity": "one"}


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    assert [report_folder(tmp_path / "a", each).name for each in ("one", "two", "one")] == ["a", "a-2", "a"]
    assert not list(tmp_path.rglob("*.part"))


def test_many_at_once_have_folders_of_their_own(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda identity: report_folder(tmp_path / "a", str(identity % 10)), range(40)))
    assert len({folder.name for folder in found}) == 10
    assert [json.loads((folder / MARK).read_text())["identity"] for folder in found] == [str(each % 10) for each in range(40)]


def test_what_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"^folder must be one that can be written"):
        report_folder(tmp_path / "file", "one")


SAME = [{"seeds": 2}, {"seeds": [1, 0]}, {"seeds": 2, "threads": 1, "name": "moons"}]
OTHER = [{"seeds": 3}, {"seeds": 2, "epochs": 3}, {"seeds": 2, "split_seed": 1}, {"seeds": 2, "test_size": 0.5}]


def test_what_a_comparison_is_known_by(moons):
    def identity(alphas=(0.0, 1.0), **options):
        return hm.compare({"alpha": list(alphas)}, *moons, **{"epochs": 2} | options).data["identity"]

    assert len({identity(**options) for options in SAME} | {identity((1.0, 0.0), seeds=2)}) == 1
    others = {identity(**options) for options in OTHER} | {identity((0.0, 2.0), seeds=2)}
    assert len(others | {identity(seeds=2)}) == len(OTHER) + 2

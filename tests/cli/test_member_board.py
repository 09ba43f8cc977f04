"""The board of an ensemble's members: what it shows at each moment, and that there is none without a terminal."""

from __future__ import annotations

import io
from contextlib import nullcontext

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.language import speaking
from halfmoon.cli.board import plain_console
from halfmoon.cli.member_board import MemberBoard
from halfmoon.tabular.ensembles.folds import Fold
from halfmoon.tabular.ensembles.watcher import TrainedMember

FOLDS = [Fold(np.arange(2, 3), 3)] * 2


def board(**options):
    made = MemberBoard(plain_console(file=io.StringIO(), **options), "log-loss")
    made.on_start([hm.Candidate("wide"), hm.Candidate("narrow")], FOLDS)
    return made


def drawn(made):
    made.console.print(made._shown())
    return made.console.file.getvalue()


def test_without_a_terminal_only_what_there_is_to_do_is_said():
    made = board()
    made.on_epoch(0, 0, 5, 10)
    made.on_member(TrainedMember(0, "wide", 0, 10, 1.5, 0.25))
    assert isinstance(made.live, nullcontext)
    assert made.console.file.getvalue() == "configurations 2 × folds 2 = members 4\n"


def test_a_terminal_shows_each_configuration():
    made = board(force_terminal=True, width=100, color_system=None)
    assert "0 of 4 members" in drawn(made)
    made.on_epoch(0, 1, 5, 10)
    made.on_member(TrainedMember(0, "wide", 0, 12, 1.5, 0.25))
    shown = drawn(made)
    assert "1 of 4 members" in shown
    assert " s left" in shown
    row = next(line for line in shown.splitlines()[::-1] if "wide" in line)
    assert [cell.strip() for cell in row.strip("│ ").split("│")] == ["wide", "1/2", "75%", "0.25", "12", "1.50"]
    row = next(line for line in shown.splitlines()[::-1] if "narrow" in line)
    assert [cell.strip() for cell in row.strip("│ ").split("│")] == ["narrow", "0/2", "-", "-", "-", "-"]


@pytest.mark.parametrize("width", [46, 60])
def test_a_narrow_terminal_breaks_no_word(width):
    made = board(force_terminal=True, width=width, color_system=None)
    made.on_member(TrainedMember(1, "narrow", 0, 12, 1.5, float("inf")))
    lines = drawn(made).splitlines()[1:]
    assert max(map(len, lines)) <= width
    assert any("narrow" in line for line in lines)


def test_it_keeps_its_language_in_the_thread_that_draws():
    with speaking("zh"):
        made = board(force_terminal=True, width=100, color_system=None)
    assert "4 个成员已完成 0 个" in drawn(made)

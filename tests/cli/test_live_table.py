"""The table of a comparison: it fits every terminal without breaking a word, moves on by itself, and says what its marks mean."""

from __future__ import annotations

import io
import re
import time

import pytest
from rich.console import Console

from halfmoon.base.language import display_width, speaking
from halfmoon.cli.board import plain_console
from halfmoon.cli.live_table import LEGEND, LiveTable, ranking
from lab_comparisons import compared, troubled


def console(width=None, *, terminal=True, **environment):
    options = {"width": width, "height": 24, "force_terminal": terminal, "color_system": None, "_environ": environment}
    return plain_console(file=io.StringIO(), **options)


def drawn(found, width):
    out = console(width)
    out.print(ranking(found, width), soft_wrap=False)
    return out.file.getvalue()


WORDS = {"hidden_layer_sizes", "activation", "learning_rate_init", "accuracy", "spread", "relu", "tanh", "0.001", "8, 4", "4"}


@pytest.mark.parametrize("width", [200, 120, 80, 60, 44, 30])
@pytest.mark.parametrize("what", ["grid", "troubled"])
def test_it_fits_and_breaks_no_word(what, width):
    found = troubled() if what == "troubled" else compared("grid")
    text = drawn(found, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    words = set(re.split(r"[\s│┃,;]+", text.replace("_", "_ ")))
    assert {part for word in WORDS for part in re.split(r"[ ,]+", word.replace("_", "_ "))} <= words
    assert re.search(r"0\.8417 ± 0\.0382", text) or what == "troubled"
    assert text.count("tanh") == len(found.settings) / 2


def test_the_last_columns_go_first_where_there_is_no_room():
    found = compared("grid")
    heads = ["".join(drawn(found, width).splitlines()[1:4]) for width in (85, 75, 66, 58)]
    assert [[name in head for name in ("seconds", "loss", "seeds")] for head in heads] == [
        [True, True, True],
        [False, True, True],
        [False, False, True],
        [False, False, False],
    ]


def test_the_marks_have_a_legend():
    found = compared("grid")
    text = drawn(found, 100)
    assert text.count("★") == 2
    assert text.count("○") == len(found.verdict.ties) + 1
    for mark, meaning in LEGEND.items():
        assert f"{mark} {meaning}" in text
    alone = compared("one setting")
    assert LEGEND["○"] not in drawn(alone, 100)


def test_an_output_that_is_no_terminal_has_lines_of_any_length():
    assert console(terminal=False).width > 1000
    assert console(terminal=False, COLUMNS="80").width == 80
    assert console(80).width == 80
    out = console(terminal=False)
    out.print(ranking(compared("ranges"), out.width))
    assert "seconds" in out.file.getvalue()
    assert max(map(len, out.file.getvalue().splitlines())) < 120


def test_it_shows_at_once_and_goes_on_without_a_run():
    found, out = compared("grid"), console(100)
    board = LiveTable(out)
    with board.live:
        board.on_start(found.settings, found.seeds)
        limit = time.monotonic() + 60
        while not re.search("0 of 36 runs, [1-9]", out.file.getvalue()) and time.monotonic() < limit:
            time.sleep(0.05)
        shown = out.file.getvalue()
        assert "0 of 36 runs, 0 s" in shown
        assert re.search("0 of 36 runs, [1-9]", shown)
        assert "0/3" in shown
        for run in found.runs:
            board.on_run(found.settings.index(run.setting), run, kept=False)
        board.live.refresh()
        assert "36 of 36 runs" in out.file.getvalue()
        assert "3/3" in out.file.getvalue()


def test_what_does_not_fit_on_the_screen_is_counted():
    found = compared("grid")
    out = Console(file=io.StringIO(), width=100, height=15, force_terminal=True, color_system=None, _environ={})
    board = LiveTable(out)
    with board.live:
        board.on_start(found.settings, found.seeds)
        board.live.refresh()
    assert "and 7 more" in out.file.getvalue()


def test_a_pace_in_words():
    found = compared("grid")
    board = LiveTable(console(100, terminal=False))
    board.on_start(found.settings, found.seeds)
    for index in range(3):
        board.on_run(index, found.runs[0], kept=index == 0)
    board.began -= 1000
    assert re.fullmatch(r"3 of 36 runs \(1 from before\), 50\d\.\d s a run, 16,\d+ s left", board.pace())
    board.began = time.perf_counter() - 0.1
    assert re.fullmatch(r"3 of 36 runs \(1 from before\), [12]\d\.\d runs/s, 2 s left", board.pace())


def test_it_is_chinese_in_the_thread_that_draws_it_too():
    found, out = compared("grid"), console(100)
    with speaking("zh"):
        board = LiveTable(out)
    with board.live:  # where English is spoken
        board.on_start(found.settings, found.seeds)
        limit = time.monotonic() + 60
        while "已用 0 秒" not in out.file.getvalue() and time.monotonic() < limit:
            time.sleep(0.05)
    assert "36 次训练已完成 0 次，已用 0 秒" in out.file.getvalue()
    assert "标准差" in out.file.getvalue()


@pytest.mark.parametrize("width", [120, 80, 60])
def test_chinese_fits_too(width):
    with speaking("zh"):
        text = drawn(compared("grid"), width)
    assert "★ 最佳" in text
    assert max(map(display_width, text.splitlines())) <= width
    assert "…" not in text
    assert "准确率" in text

"""Figures: pyplot's where pyplot is in use, of a display's own elsewhere."""

import subprocess
import sys
import threading
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from halfmoon.plots import LossDisplay, save_figure


@pytest.fixture(autouse=True)
def closed():
    plt.close("all")
    yield
    plt.close("all")


def draw():
    return LossDisplay([1, 2], [2, 1]).plot()


def open_figures():
    return [manager.canvas.figure for manager in plt._pylab_helpers.Gcf.get_all_fig_managers()]


def test_pyplot_shows_what_was_drawn_since_it_was_imported():
    one, other = draw(), draw()
    assert open_figures() == [one.figure_, other.figure_]
    plt.show()


def test_without_pyplot_a_figure_goes_with_its_display(monkeypatch):
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot")
    display = draw()
    assert type(display.figure_) is Figure
    assert display._repr_png_().startswith(b"\x89PNG")
    assert open_figures() == []


def test_pyplot_is_not_loaded_for_a_display():
    code = "import sys; from halfmoon.plots import LossDisplay; LossDisplay([1], [2]).plot(); sys.exit('matplotlib.pyplot' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_newest_twenty_are_kept_and_nothing_warns(tmp_path):
    own = plt.figure()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        displays = [draw() for _ in range(30)]
    assert open_figures() == [own, *(each.figure_ for each in displays[-19:])]
    save_figure(displays[0].figure_, tmp_path / "first.png")  # only pyplot has forgotten it
    plt.close(displays[-1].figure_)
    draw()
    assert open_figures()[1] is displays[-19].figure_


def test_fewer_are_kept_where_pyplot_says_so():
    with mpl.rc_context({"figure.max_open_warning": 3}):
        displays = [draw() for _ in range(5)]
    assert open_figures() == [each.figure_ for each in displays[-3:]]
    with mpl.rc_context({"figure.max_open_warning": 0}):  # it never warns
        for _ in range(30):
            draw()
    assert len(open_figures()) == 20


def test_in_another_thread_pyplot_is_left_alone():
    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()
    assert open_figures() == []


@pytest.mark.parametrize(("backend", "by_itself"), [("module://matplotlib_inline.backend_inline", True), ("inline", True),
                                                    ("module://ipympl.backend_nbagg", True), ("agg", False), ("qtagg", False)])  # fmt: skip
def test_a_notebook_shows_a_display_once(monkeypatch, backend, by_itself):
    display = draw()
    monkeypatch.setattr(mpl, "get_backend", lambda: backend)
    assert (display._repr_png_() is None) == by_itself
    plt.close(display.figure_)  # as an inline backend does at the end of a cell
    assert display._repr_png_().startswith(b"\x89PNG")

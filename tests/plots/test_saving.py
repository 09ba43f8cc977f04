import pytest

from halfmoon.base.errors import InputError
from halfmoon.plots import LossDisplay, save_figure


@pytest.fixture
def figure():
    return LossDisplay([1, 2, 3], [0.5, 0.4, 0.3], [0.6, 0.5, 0.4]).plot(title="moons").figure_


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".SVG", b"<?xml"), (".pdf", b"%PDF")])
def test_same_picture_same_bytes(figure, tmp_path, suffix, start, monkeypatch):
    save_figure(figure, tmp_path / f"a{suffix}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")  # what a format says of the time would now change
    save_figure(figure, tmp_path / f"b{suffix}")
    first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in "ab")
    assert first == second
    assert first.startswith(start)


@pytest.mark.parametrize(
    ("name", "sentence"), [("a.bmp", "one of .png, .svg, .pdf"), ("a", "one of .png"), ("no/a.png", "folder that exists")]
)
def test_refuses(figure, tmp_path, name, sentence):
    with pytest.raises(InputError, match=sentence):
        save_figure(figure, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_refuses_what_is_no_figure(tmp_path):
    with pytest.raises(InputError, match="figure must be a matplotlib Figure"):
        save_figure(LossDisplay([1], [1]), tmp_path / "a.png")

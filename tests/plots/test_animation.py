import base64
import itertools
import json
import re
import shutil
import stat
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import halfmoon as hm
from browser import chromium, opened  # noqa: F401 - a fixture
from halfmoon.base.errors import InputError
from halfmoon.plots import NeuronDisplay, animate

X = np.random.RandomState(0).normal(size=(40, 2))
Y = (X[:, 0] > 0).astype(float)


def recorded(loss=hm.Logistic, y=Y):
    recorder = hm.Recorder()
    model = hm.Network([hm.Dense(3), hm.Tanh, hm.Dense(1)], loss).init(2, 0)
    hm.train(model, X, y, epochs=5, callbacks=[recorder], optimizer=hm.Adam(0.1))
    return recorder.recording


RECORDING = recorded()
SMALL = {"size": (1.5, 1.21), "dpi": 60, "X": X, "y": Y}


def test_a_gif_has_a_picture_an_epoch(tmp_path):
    animate(RECORDING, tmp_path / "run.gif", fps=10, **SMALL)
    with Image.open(tmp_path / "run.gif") as film:
        assert film.n_frames == 6
        assert film.info["loop"] == 0
        assert film.size == (90, 72)
        durations, frames = [], []
        for frame in range(6):
            film.seek(frame)
            durations.append(film.info["duration"])
            frames.append(np.asarray(film.convert("RGB")))
    assert durations == [100] * 5 + [1500]
    assert all((one != other).any() for one, other in itertools.pairwise(frames))


def test_each_picture_is_drawn_by_the_model_of_its_epoch(tmp_path):
    seen = []

    def draw(ax, model, epoch):
        seen.append((epoch, model.theta.copy()))
        NeuronDisplay.from_estimator(model, X, resolution=4).plot(ax, theme="dark")

    animate(RECORDING, tmp_path / "run.gif", draw, epochs=[0, 3.2, 4.9, 5, 100], **SMALL)
    assert [epoch for epoch, _ in seen] == [0, 3, 5]
    for epoch, theta in seen:
        np.testing.assert_array_equal(theta, RECORDING.at(epoch).theta)
    with Image.open(tmp_path / "run.gif") as film:
        assert sum(film.convert("RGB").getpixel((1, 1))) < 150  # the paper of the theme to the edge


def test_regressors_get_their_surface(tmp_path):
    y = X[:, 0] * 3
    animate(recorded(hm.SquaredError, y), tmp_path / "run.gif", **SMALL | {"y": y}, epochs=[5])
    assert (tmp_path / "run.gif").stat().st_size > 1000


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.filterwarnings("ignore:no installed font")
def test_the_page_is_whole_and_asks_for_nothing(tmp_path, lang):
    animate(RECORDING, tmp_path / "run.html", epochs=[0, 5], lang=lang, **SMALL)
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "{{" not in page
    assert not re.search(r"https?://|@import|<link[^>]+href=\"(?!data:)", page)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page).group(1))
    assert data["papers"] == {"light": "#ffffff", "dark": "#16181d"}
    for theme, frames in data["frames"].items():
        assert len(frames) == 2
        with Image.open(BytesIO(base64.b64decode(frames[1].partition(",")[2]))) as picture:
            assert picture.size == (90, 72)
            assert (sum(picture.convert("RGB").getpixel((1, 1))) < 150) == (theme == "dark")  # the paper to the edge
    assert data["epochs"] == {"en": ["epoch 0", "epoch 5"], "zh": ["第 0 轮", "第 5 轮"]}[lang]
    assert f'<html lang="{lang}">' in page


def test_the_page_is_played_and_scrubbed(chromium, tmp_path):  # noqa: F811
    animate(RECORDING, tmp_path / "run.html", epochs=[0, 2, 5], fps=4, **SMALL | {"size": (6, 2)})
    with opened(chromium, (tmp_path / "run.html").read_text(encoding="utf-8"), tmp_path) as page:
        page.clock.install(time=0)
        page.clock.pause_at(1000)

        def shown():
            picture = page.evaluate("data.frames.light.indexOf(document.getElementById('picture').src)")
            assert page.input_value("#slider") == str(picture)
            return page.inner_text("#epoch"), page.inner_text("#play")

        assert shown() == ("epoch 0", "play")
        assert page.evaluate("document.getElementById('picture').clientWidth") == 360
        page.click("#play")
        page.clock.run_for(260)
        assert shown() == ("epoch 2", "pause")
        page.clock.run_for(1000)
        assert shown() == ("epoch 5", "play")
        page.click("#play")  # at the end it begins anew
        assert shown() == ("epoch 0", "pause")
        page.locator("#slider").fill("1")
        assert shown() == ("epoch 2", "play")
        page.focus("#slider")
        page.keyboard.press("Enter")  # sends no form
        assert shown() == ("epoch 2", "play")


KEYS = [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0), ("ArrowLeft", 0), ("End", 2)]


@pytest.mark.parametrize("focus", ["#play", "#slider", None])
def test_keys_step_and_play_wherever_the_focus_is(chromium, tmp_path, focus):  # noqa: F811
    animate(RECORDING, tmp_path / "run.html", epochs=[0, 2, 5], fps=4, **SMALL)
    with opened(chromium, (tmp_path / "run.html").read_text(encoding="utf-8"), tmp_path) as page:
        page.clock.install(time=0)
        page.clock.pause_at(1000)  # from here on it goes as far as the test says
        if focus is not None:
            page.focus(focus)
        for key, place in KEYS:
            page.keyboard.press(key)
            assert page.input_value("#slider") == str(place)
            assert page.evaluate("data.frames.light.indexOf(picture.src)") == place
        page.keyboard.press("Home")
        page.keyboard.press(" ")
        assert page.inner_text("#play") == "pause"
        page.clock.run_for(260)
        assert page.input_value("#slider") == "1"
        page.keyboard.press("ArrowRight")  # and it stops
        assert (page.input_value("#slider"), page.inner_text("#play")) == ("2", "play")


PAPERS = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 24, 29)"}


@pytest.mark.parametrize("scheme", PAPERS)
@pytest.mark.parametrize("theme", [None, *PAPERS])
def test_the_page_is_light_or_dark(chromium, tmp_path, theme, scheme):  # noqa: F811
    animate(RECORDING, tmp_path / "run.html", epochs=[5], theme=theme, **SMALL)
    with opened(chromium, (tmp_path / "run.html").read_text(encoding="utf-8"), tmp_path, scheme=scheme) as page:

        def shown():
            assert page.evaluate("picture.complete && picture.naturalWidth") == 90
            frames = page.evaluate("Object.entries(data.frames).map(([name, frames]) => [name, frames.indexOf(picture.src)])")
            return page.evaluate("getComputedStyle(document.body).backgroundColor"), [name for name, place in frames if place == 0]

        expected = theme or scheme
        assert shown() == (PAPERS[expected], [expected])
        page.emulate_media(color_scheme="light" if scheme == "dark" else "dark")
        page.wait_for_function("picture.complete")
        expected = theme or ("light" if scheme == "dark" else "dark")
        assert shown() == (PAPERS[expected], [expected])


@pytest.mark.parametrize(("theme", "is_dark"), [(None, False), ("light", False), ("dark", True)])
def test_a_film_is_drawn_in_a_theme(tmp_path, theme, is_dark):
    animate(RECORDING, tmp_path / "run.gif", theme=theme, epochs=[0, 5], **SMALL)
    with Image.open(tmp_path / "run.gif") as film:
        for frame in range(2):
            film.seek(frame)
            assert (sum(film.convert("RGB").getpixel((1, 1))) < 150) == is_dark


def test_what_goes_wrong_with_a_picture_is_said(tmp_path):
    def draw(ax, model, epoch):
        raise KeyError(epoch)

    for ending in (".gif", ".html"):
        with pytest.raises(KeyError, match="3"):
            animate(RECORDING, tmp_path / f"run{ending}", draw, epochs=[3, 5])
    assert list(tmp_path.iterdir()) == []


def test_without_ffmpeg_there_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"an \.mp4 must have ffmpeg, which is not installed here; \.gif and .html need nothing"):
        animate(RECORDING, tmp_path / "run.mp4", **SMALL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
def test_an_mp4_where_ffmpeg_is(tmp_path):
    animate(RECORDING, tmp_path / "run.mp4", **SMALL)
    assert (tmp_path / "run.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("fails", [False, True])
def test_what_ffmpeg_is_given(tmp_path, monkeypatch, fails):
    """A stand-in that keeps what it reads: raw pictures with even sides."""
    folder = tmp_path / "bin"
    folder.mkdir()
    ffmpeg = folder / "ffmpeg"
    ffmpeg.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/said\nfor last; do :; done\n/bin/cat > "$last"\n' + "echo no codec >&2; exit 1\n" * fails
    )
    ffmpeg.chmod(ffmpeg.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    out = tmp_path / "run.mp4"
    odd = SMALL | {"size": (91 / 60, 1.21), "epochs": [0, 5]}
    if fails:
        with pytest.raises(InputError, match=r"ffmpeg could not make the \.mp4: no codec"):
            animate(RECORDING, out, **odd)
        assert not out.exists()
        return
    animate(RECORDING, out, fps=5, **odd)
    assert out.stat().st_size == 2 * 90 * 72 * 4
    asked = Path(tmp_path / "said").read_text()
    assert "-f rawvideo -vcodec rawvideo -s 90x72 -pix_fmt rgba -framerate 5 " in asked
    assert "-vcodec h264 -pix_fmt yuv420p -movflags +faststart" in asked


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"path": "run.avi"}, "one of .gif, .mp4, .html"),
        ({"path": "no/run.gif"}, "folder that exists"),
        ({"X": None}, "X and y must be given where there is no draw"),
        ({"epochs": []}, "epochs must be at least one"),
        ({"fps": 0}, "fps must be"),
        ({"recording": 3}, "recording must be a Recording"),
        ({"lang": "fr"}, "lang must be one of en, zh"),
        ({"theme": "grey"}, "theme must be one of light, dark"),
    ],
)
def test_refuses(tmp_path, monkeypatch, change, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=sentence):
        animate(**{"recording": RECORDING, "path": "run.gif", "epochs": [0], **SMALL} | change)
    assert list(tmp_path.iterdir()) == []

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager

from halfmoon.plots import BoundaryDisplay, LossDisplay, fonts, save_figure

MOON = "月亮"


@pytest.fixture
def no_fonts(monkeypatch):
    """A machine without a Chinese font."""
    monkeypatch.setattr(fonts, "FAMILIES", ())


@pytest.fixture
def moon_font(monkeypatch, tmp_path):
    """A machine with one Chinese font, which has three squares for characters and no minus sign."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in [(0, 800), (800, 800), (800, 0)]:
        pen.lineTo(corner)
    pen.closePath()
    characters = {ord(character): f"glyph{place}" for place, character in enumerate(MOON + "，")}
    names = [".notdef", *characters.values()]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(characters)
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Moon", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    path = tmp_path / "moon.ttf"
    builder.save(path)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    font_manager.fontManager.addfont(path)
    monkeypatch.setattr(fonts, "FAMILIES", ("Absent", "Moon"))
    yield "Moon"
    monkeypatch.undo()
    font_manager.fontManager._findfont_cached.cache_clear()


def test_plain_text_needs_no_font():
    assert fonts.cjk_font("loss −1, x₁, é") is None


@pytest.mark.parametrize("text", ["月", "あ", "ア", "한", "，", "𠀀"])
def test_what_counts_as_chinese_japanese_or_korean(text):
    assert fonts._characters(f"a{text}b") == {text}


def test_finds_the_font(moon_font):
    assert fonts.cjk_font(f"{MOON} moon") == moon_font
    assert fonts.FontChoice.for_texts([MOON]).families == ["sans-serif", moon_font, "DejaVu Sans"]


def test_a_font_of_the_users_own_will_do(moon_font, monkeypatch):
    monkeypatch.setattr(fonts, "FAMILIES", ())
    with mpl.rc_context({"font.family": [moon_font]}):
        assert fonts.cjk_font(MOON) == moon_font


def test_draws_every_text_in_the_font(moon_font, tmp_path):
    loss = LossDisplay([1, 2], [0.5, -0.5], [1, 2]).plot(xlabel=MOON, ylabel=f"{MOON} −1", title=MOON)
    names = {"feature_names": [MOON, "月"], "class_names": ["亮", MOON]}
    boundary = BoundaryDisplay.from_model(lambda x: x[:, 0] > 0, np.eye(2) - 1, [0, 0], resolution=5, **names).plot(title=MOON)
    for display in (loss, boundary):
        save_figure(display.figure_, tmp_path / "moon.png")  # a glyph without a font would warn here, which is an error
        assert display.ax_.title.get_fontfamily()[1] == moon_font
    assert [text.get_text() for text in boundary.ax_.get_legend().get_texts()] == ["亮", MOON]


def test_the_minus_sign_outlives_a_font_without_one(moon_font, tmp_path):
    with mpl.rc_context({"font.family": [moon_font]}):
        display = LossDisplay([1, 2], [0.5, -0.5]).plot(title=f"{MOON} −1")
        save_figure(display.figure_, tmp_path / "minus.png")
        assert any("−" in label.get_text() for label in display.ax_.get_yticklabels())


def test_without_a_font_warns_once_and_draws_boxes(no_fonts, tmp_path):
    display = LossDisplay([1, 2], [0.5, 0.4])
    with pytest.warns(UserWarning, match="fonts-noto-cjk") as caught:
        display.plot(xlabel="轮", ylabel="loss", title=f"{MOON} A")
    assert len(caught) == 1
    assert MOON in str(caught[0].message)
    assert display.ax_.get_title() == "□□ A"
    save_figure(display.figure_, tmp_path / "boxes.png")


def test_a_character_that_the_font_lacks_becomes_a_box(moon_font):
    with pytest.warns(UserWarning, match="has every character"):
        font = fonts.FontChoice.for_texts(["月光"])
    assert font.drawable("月光") == "月□"


def test_finds_fonts_that_were_installed_later(moon_font, monkeypatch):
    manager = font_manager.fontManager
    path = next(entry.fname for entry in manager.ttflist if entry.name == moon_font)
    monkeypatch.setattr(manager, "ttflist", [entry for entry in manager.ttflist if entry.name != moon_font])
    manager._findfont_cached.cache_clear()
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [path, "/no/such.ttf"])
    fonts._find_new_fonts.cache_clear()
    assert fonts.cjk_font(MOON) == moon_font


def test_pictures_that_differ_in_their_numbers_warn_alike():
    sign = chr(0x3FFFF)  # no font has it
    warned = []
    for epoch in (1, 20):
        with pytest.warns(UserWarning, match="no installed font has every character") as caught:
            fonts.FontChoice.for_texts([f"{sign} {epoch}"])
        warned.append(str(caught[0].message))
    assert warned[0] == warned[1]

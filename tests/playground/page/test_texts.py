"""Every text of the page has its Chinese, with the same values in it, and the page switches in place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import halfmoon.playground.page
from halfmoon.plots.palette import BRIGHT, COLOURS

PAGE = Path(halfmoon.playground.page.__file__).parent
SCRIPTS = {path.name: path.read_text("utf-8") for path in sorted(PAGE.rglob("*.js")) if path.name != "texts_zh.js"}
TABLE = (PAGE / "base" / "texts_zh.js").read_text("utf-8")
TEXT = r'"((?:[^"\\]|\\.)+)"'
CHINESE = dict(re.findall(rf"^  {TEXT}: {TEXT},$", TABLE, re.MULTILINE))
CALLS = (rf"\b(?:say|named)\({TEXT}", rf'\bsaid\("\w+", {TEXT}', rf'"data-say(?:-label|-hint)?": {TEXT}', rf"\bsection\({TEXT}")


def marked():
    """Return the texts that are given where they are said."""
    html = (PAGE / "index.html").read_text("utf-8")
    found = set(re.findall(r'data-say(?:-label|-hint)?="([^"]+)"', html))
    return found | {text for script in SCRIPTS.values() for call in CALLS for text in re.findall(call, script)}


def fields(text):
    return set(re.findall(r"\{(\w+)\}", text))


def test_what_is_marked_has_its_chinese():
    assert {text for text in marked() if re.search("[a-z]{2}", text)} <= set(CHINESE)


def test_both_have_the_same_values():
    assert {english: chinese for english, chinese in CHINESE.items() if fields(english) != fields(chinese)} == {}


def test_each_is_written_once():
    keys = re.findall(rf"^  {TEXT}:", TABLE, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


def test_the_colours_are_those_of_the_plots():
    table = re.search(r"COLOURS = \{(.*?)\};", SCRIPTS["colours.js"], re.DOTALL)[1]
    light, dark = (json.loads(row) for row in re.findall(r"\[[^]]*\]", table))
    assert tuple(light) == COLOURS[: len(light)]
    assert tuple(dark) == BRIGHT[: len(dark)]


def test_the_page_is_switched_in_place(fresh):
    page = fresh.page
    fresh.open_all()
    page.select_option("#language", "zh")
    page.locator("button.unit").nth(2).click()
    page.wait_for_selector("#card:visible")
    page.click("#draw")
    page.keyboard.press("?")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.evaluate("import('/base/texts.js').then(m => [...m.missing])") == []
    page.keyboard.press("Escape")
    page.select_option("#language", "en")
    assert page.title() == "Halfmoon playground"
    page.wait_for_function("() => !/[一-鿿]/.test(document.querySelector('main').innerText)")  # a card is asked for anew

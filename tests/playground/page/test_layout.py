"""The page fits: on a desk, on a tablet and on a phone, in both languages; and says what it is to those who listen."""

from __future__ import annotations

import pytest

from playground_browser import opened

CUT = """() => [...document.querySelectorAll('button, select, label, dt, dd, h1, h2, summary')]
  .filter(each => each.offsetParent && !each.matches('.unseen, .unit, .skip') && !each.closest('.scroll'))
  .filter(each => { const box = each.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; })
  .map(each => each.outerHTML.slice(0, 120))"""
CLIPPED = """() => [...document.querySelectorAll('select:not(#run)')].filter(each => each.offsetParent).filter(each => {
  const words = document.createElement('canvas').getContext('2d'), style = getComputedStyle(each);
  words.font = style.font;
  const arrow = 18, room = each.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
  return [...each.options].some(option => words.measureText(option.text).width > room + 1);
}).map(each => each.outerHTML.slice(0, 120))"""
UNNAMED = """() => [...document.querySelectorAll('button, select, input:not([aria-hidden]), textarea')]
  .filter(each => each.offsetParent && !each.disabled)
  .filter(each => !(each.getAttribute('aria-label') || each.labels?.length || each.textContent.trim()))
  .map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def sized(playground):
    yield playground
    playground.page.set_viewport_size({"width": 1440, "height": 900})
    playground.page.select_option("#language", "en")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [1440, 768, 390])
def test_nothing_is_cut(sized, width, lang):
    page = sized.page
    page.set_viewport_size({"width": width, "height": 900})
    page.select_option("#language", lang)
    sized.open_all()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")  # layouts follow the size
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CUT) == []
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate("(each => each.scrollWidth - each.clientWidth)(document.querySelector('#diagram .scroll'))") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium, server, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python, of the test dependencies")
    with opened(chromium, server, scheme=scheme) as playground:
        playground.open_all()
        playground.page.click("#view-confusion")
        playground.page.click("#draw")
        playground.page.wait_for_selector("table.confusion")
        found = axe.Axe().run(playground.page).response["violations"]
        playground.page.locator(".unit").nth(5).click()
        playground.page.wait_for_selector("#card table")
        found += axe.Axe().run(playground.page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}] == []


def test_every_control_has_a_name(playground):
    playground.open_all()
    assert playground.page.evaluate(UNNAMED) == []
    ids = playground.page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))


def test_the_state_is_told(fresh):
    fresh.step()
    fresh.page.wait_for_function("() => document.getElementById('summary').textContent.startsWith('paused: epoch')")


def test_no_style_or_script_stands_in_the_page(playground):
    html = playground.page.request.get(playground.page.url.split("#")[0]).text()
    assert "style=" not in html
    assert html.count("<script") == html.count('<script type="module" src=')

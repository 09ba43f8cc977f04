"""The page in a real browser: every control operated, every number the Trace's."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from browser import chromium, opened  # noqa: F401 - a fixture
from halfmoon.inspect.xray.page import content
from inspect_networks import NETWORKS, xray


def embedded(html):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.mark.parametrize("name", NETWORKS)
def test_numbers_in_the_page_are_the_traces_to_the_last_bit(name):
    looked_at = xray(name)
    known, seen = set(looked_at.trace.names()), set()
    for card in embedded(looked_at.html())["cards"]:
        for array in card["arrays"]:
            if array["name"] in known:
                whole = looked_at.trace[array["name"]].reshape(array["shape"] if len(array["shape"]) > 1 else (1, -1))
                values = np.array(array["values"], dtype=array["dtype"])
                assert values.tobytes() == np.ascontiguousarray(whole[: values.shape[0], : values.shape[1]]).tobytes()
                seen.add(array["name"])
    assert seen == known


def test_every_entry_shown_has_its_chain_in_the_page():
    looked_at = xray("residual")
    links = embedded(looked_at.html())["links"]
    node = "0.dW[1,2]"
    for link in looked_at.entry("0.W[1,2]").links:
        found = links[node]
        assert np.float32(found["value"]) == link.value
        assert [[factor[0], np.float32(factor[1])] for term in found["terms"] for factor in term] == [
            [factor.label, np.float32(factor.value)] for term in link.terms for factor in term.factors
        ]
        node = next((factor[2] for term in found["terms"] for factor in term if len(factor) > 2), None)
    assert node is None


def test_a_page_holds_so_many_links_and_no_more(monkeypatch):
    monkeypatch.setattr(content, "MOST_LINKS", 50)
    assert len(embedded(xray("residual").html())["links"]) == 50


def test_names_cannot_end_the_script():
    html = xray("linear").html().split('id="data">')[1].split("</script>")[0]
    assert "<" not in html


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_cards_turn_by_key_button_and_choice(chromium, tmp_path, width, scheme):  # noqa: F811
    looked_at = xray("exercise")
    titles = looked_at.cards.titles
    with opened(chromium, looked_at.html(), tmp_path, width=width, scheme=scheme) as page:

        def title():
            return page.inner_text("#card h1")

        assert title() == titles[0]
        assert page.is_disabled("#previous")
        page.keyboard.press("ArrowLeft")
        assert title() == titles[0]
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert title() == titles[2]
        page.keyboard.press("ArrowLeft")
        assert title() == titles[1]
        page.click("#next")
        assert title() == titles[2]
        page.click("#previous")
        assert title() == titles[1]
        page.select_option("#choose", str(len(titles) - 1))
        assert title() == titles[-1]
        assert page.is_disabled("#next")
        assert page.url.endswith(f"#{len(titles)}")
        for place in range(len(titles)):  # no card is wider than the page
            page.select_option("#choose", str(place))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
        assert dark == (scheme == "dark")


def test_cells_show_the_numbers_and_their_differences(chromium, tmp_path):  # noqa: F811
    looked_at = xray("exercise")
    place = looked_at.cards.titles.index("Backward: layer 4, Dense")
    with opened(chromium, looked_at.html(), tmp_path, fragment=f"#{place + 1}") as page:
        cells = page.locator('table[data-array="4.dW"] td')
        values = [cell.get_attribute("data-exact") for cell in cells.all()]
        assert np.array(values, np.float32).tobytes() == looked_at.trace["4.dW"].tobytes()
        assert all(float(cell.get_attribute("data-error")) <= 1e-5 for cell in cells.all())
        assert float(cells.first.inner_text()) == pytest.approx(float(values[0]), rel=1e-4)
        assert cells.first.get_attribute("title").startswith(f"4.dW[0,0] = {values[0]}\ncentral difference ")
        text = page.inner_text("#card")
        assert "dX = dY Wᵀ" in text
        assert "Along a random direction: error" in text
        assert 'gradients = {"W": x.T @ dy}' in text
        assert page.locator("figure svg rect").count() == 16 * 4


def test_an_entry_clicked_or_named_shows_its_chain(chromium, tmp_path):  # noqa: F811
    looked_at = xray("exercise")
    links = looked_at.entry("0.W[1,2]").links
    with opened(chromium, looked_at.html(), tmp_path, fragment="#2") as page:

        def shown():
            return [each.get_attribute("data-link") for each in page.locator("#chain .link").all()]

        page.click('td[data-node="0.dW[1,2]"]')
        expected = [f"{link.name}[{','.join(map(str, link.place))}]" for link in links]
        assert shown() == expected
        assert f"0.W[1,2] = {NETWORKS['exercise'].init(4, seed=1).params['0.W'][1, 2]!s}" in page.inner_text("#chain")
        assert page.locator("#chain .followed").count() == len(links) - 1
        page.locator("#chain .link").first.locator(".term:enabled").nth(1).click()  # the second product instead
        assert shown()[0] == expected[0]
        assert shown()[1] != expected[1]
        page.click(".close")
        assert shown() == []

        for text in ("W[1,2] of layer 0", "0.W[1,2]", " 0.dW[1, 2] "):
            page.fill("#entry", text)
            page.click("#name button")
            assert shown() == expected
        page.fill("#entry", "X[0,1]")
        page.keyboard.press("Enter")
        assert shown()[0] == "dX[0,1]"
        for text, answer in (("Q[0,0]", "There is no array of that name"), ("0.W[3,99]", "ask xray.entry")):
            page.fill("#entry", text)
            page.click("#name button")
            assert answer in page.inner_text("#chain [role=alert]")
        page.focus('td[data-node="0.dW[1,2]"]')
        page.keyboard.press("Enter")
        assert shown() == expected
        page.focus("#entry")
        page.keyboard.press("ArrowRight")  # moves the cursor, not the cards
        assert page.input_value("#choose") == "1"

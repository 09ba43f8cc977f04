"""The page in a real browser: every control operated, every number the Trace's."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import halfmoon as hm
from browser import chromium, opened  # noqa: F401 - a fixture
from halfmoon.inspect.xray.page import content
from halfmoon.plots.palette import THEMES
from inspect_networks import NETWORKS, rows, xray


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
        assert page.url.endswith(f"#{len(titles) - 1}")
        assert page.locator("#choose option").nth(3).inner_text() == f"3  {titles[3]}"
        for place in range(len(titles)):  # no card is wider than the page
            page.select_option("#choose", str(place))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
        assert dark == (scheme == "dark")


def test_cells_show_the_numbers_and_their_differences(chromium, tmp_path):  # noqa: F811
    looked_at = xray("exercise")
    place = looked_at.cards.titles.index("Backward: layer 4, Dense")
    with opened(chromium, looked_at.html(), tmp_path, fragment=f"#{place}") as page:
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


def test_shapes_are_as_python_writes_them_and_a_lone_number_stands_once(chromium, tmp_path):  # noqa: F811
    looked_at = hm.xray(hm.Network([hm.Dense(1)], hm.Logistic).init(2, 0), [[1.0, 2.0]], [1])
    with opened(chromium, looked_at.html(), tmp_path, fragment="#1") as page:
        heads = page.locator("section h2 small").all_inner_texts()
        assert [head.split(" float")[0] for head in heads] == ["(1, 2)", "(2, 1)", "(1,)", "(1, 1)"]
        ends = [figure.split() for figure in page.locator("figure").all_inner_texts()]
        assert [len(each) for each in ends] == [2, 2, 1, 1]


def test_an_entry_clicked_or_named_shows_its_chain(chromium, tmp_path):  # noqa: F811
    looked_at = xray("exercise")
    links = looked_at.entry("0.W[1,2]").links
    with opened(chromium, looked_at.html(), tmp_path, fragment="#1") as page:

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
        page.fill("#entry", "0.W[-3,-6]")
        page.keyboard.press("Enter")
        assert shown() == expected
        page.focus('td[data-node="0.dW[1,2]"]')
        page.keyboard.press("Enter")
        assert shown() == expected
        page.focus("#entry")
        page.keyboard.press("ArrowRight")  # moves the cursor, not the cards
        assert page.input_value("#choose") == "1"


REFUSED = {
    "Q[0,0]": "There is no array of that name: write 1.dW[2,5],",
    "0.dW[3,99]": "0.dW[3,99] must lie within 0.dW, which is of shape (4, 8) and counted from 0.",
    "0.W[-5,0]": "0.W[-5,0] must lie within 0.W, which is of shape (4, 8) and counted from 0.",
    "b[8] of layer 0": "b[8] of layer 0 must lie within 0.b, which is of shape (8,) and counted from 0.",
    "0.W[3]": "0.W[3] must have 2 whole numbers in its brackets, as 0.W is of shape (4, 8).",
    "0.W[a,b]": "0.W[a,b] must have 2 whole numbers in its brackets",
    "X[6,0]": 'This page holds the chains of the entries that it shows; ask xray.entry("X[6,0]").',
}


def test_an_entry_that_is_not_there_says_so_and_the_panel_closes(chromium, tmp_path):  # noqa: F811
    looked_at = xray("exercise", n=20)
    with opened(chromium, looked_at.html(), tmp_path, fragment="#1") as page:
        for text, answer in REFUSED.items():
            page.fill("#entry", text)
            page.keyboard.press("Enter")
            assert page.inner_text("#chain [role=alert]").startswith(answer)
            page.keyboard.press("Escape")
            assert page.inner_text("#chain") == ""
            assert page.evaluate("document.activeElement.id") == "entry"
        page.keyboard.press("Enter")
        page.click("#chain .close")
        assert page.inner_text("#chain") == ""


def test_esc_closes_a_chain_and_leaves_the_cell_in_focus(chromium, tmp_path):  # noqa: F811
    with opened(chromium, xray("exercise").html(), tmp_path, fragment="#1") as page:
        page.focus('td[data-node="0.dW[1,2]"]')
        page.keyboard.press("Enter")
        assert page.locator("#chain .link").count() > 3
        page.keyboard.press("Escape")
        assert page.locator("#chain .link").count() == 0
        assert page.locator("td.chosen").count() == 0
        assert page.evaluate("document.activeElement.dataset.node") == "0.dW[1,2]"
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#card h1") == "Forward: layer 1, relu"


def test_a_card_uses_the_width_that_there_is(chromium, tmp_path):  # noqa: F811
    looked_at = xray("exercise")
    last = len(looked_at.cards) - 1
    lines = []
    for width in (1280, 400):
        with opened(chromium, looked_at.html(), tmp_path, width=width, fragment=f"#{last}") as page:
            tops = [page.locator(".array").nth(index).bounding_box()["y"] for index in range(page.locator(".array").count())]
            lines.append(len({round(top) for top in tops}))
            assert len(tops) == len(looked_at.cards[last].arrays)
    assert lines[0] <= len(tops) / 3
    assert lines[1] == len(tops)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signs_have_the_colours_of_the_plots(chromium, tmp_path, scheme):  # noqa: F811
    theme = THEMES[scheme]
    with opened(chromium, xray("exercise").html(), tmp_path, scheme=scheme, fragment="#1") as page:
        for name, colour in (("negative", theme.colours[0]), ("positive", theme.colours[1])):
            assert page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')").strip() == colour
            painted = page.evaluate(f"""() => {{
                const cells = [...document.querySelectorAll('td.{name}')];
                const deepest = cells.sort((a, b) => parseFloat(b.style.getPropertyValue('--strength'))
                    - parseFloat(a.style.getPropertyValue('--strength')))[0];
                return [Math.sign(Number(deepest.dataset.exact)), getComputedStyle(deepest).backgroundColor];
            }}""")
            assert painted[0] == {"negative": -1, "positive": 1}[name]
            shares = [float(each) for each in re.findall(r"[\d.]+", painted[1].removeprefix("color(srgb"))[:3]]
            assert shares == pytest.approx(to_rgb(colour), abs=0.01)


def test_a_wrong_slope_is_red_and_says_so(chromium, tmp_path):  # noqa: F811
    cube = hm.Activation("cube", lambda z: z * z * z, lambda z, a: 2 * z * z)
    model = hm.Network([hm.Dense(4), cube, hm.Dense(1)], hm.SquaredError).init(4, seed=1)
    looked_at = hm.xray(model, *rows("exercise"))
    (culprit,) = [index for index, card in enumerate(looked_at.cards) if card.fault]
    with opened(chromium, looked_at.html(), tmp_path, fragment=f"#{culprit}") as page:
        fault = looked_at.cards[culprit].fault
        assert page.inner_text(".fault") == fault[0].upper() + fault[1:]
        red, green, blue = map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.querySelector('h1')).color"))[:3])
        assert red > 2 * max(green, blue)
        assert page.locator("#choose option.wrong").all_inner_texts() == [f"{culprit}  {looked_at.cards[culprit].title}  ✕ wrong"]
        page.keyboard.press("ArrowRight")
        assert page.locator(".fault").count() == 0
        assert page.inner_text(".spoiled") == looked_at.cards[culprit + 1].spoiled
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        assert page.locator(".fault, .spoiled, main.wrong").count() == 0

"""X-ray cards: the numbers of units, rows and weights are the network's."""

from __future__ import annotations

import pytest

WEIGHTS = "Array.from(m.store.frame.lanes[0].arrays.weights.values.slice(0, 128))"


@pytest.fixture
def small(fresh):
    fresh.page.fill("#quick-layers", "4-3")
    fresh.page.press("#quick-layers", "Enter")
    fresh.page.wait_for_function("() => document.querySelectorAll('.unit').length === 2 + 4 + 3 + 1")
    return fresh


def cells(page, row):
    """Return the numbers of a row of the card's first table, by its head."""
    found = page.locator("#card table").first.locator("tr", has=page.locator("th", has_text=row)).locator("td")
    return [float(text.replace("−", "-")) for text in found.all_inner_texts() if text]


def test_a_units_card_adds_up(small):
    page = small.page
    page.get_by_role("button", name="unit 2 of layer 1", exact=True).click()
    page.wait_for_selector("#card:visible table")
    x, w, product, _ = cells(page, "x1")
    assert x * w == pytest.approx(product, rel=1e-3)
    assert cells(page, "z")[0] == pytest.approx(product + cells(page, "x2")[2] + cells(page, "bias b")[1], rel=1e-3)
    assert w == pytest.approx(small.store(WEIGHTS)[1], rel=1e-4)


def test_a_card_is_live_and_leads_on(small):
    page = small.page
    page.get_by_role("button", name="unit 1 of layer 2", exact=True).click()
    page.wait_for_selector("#card:visible table")
    before = page.inner_text("#card table")
    small.step()
    page.wait_for_function("before => document.querySelector('#card table').innerText !== before", arg=before)
    page.locator("#card th button", has_text="a3").click()
    page.wait_for_function("() => document.querySelector('#card h2').textContent === 'unit 3 of layer 1'")


def test_a_weight_is_changed_where_it_stands(small):
    page = small.page
    page.get_by_role("button", name="unit 2 of layer 1", exact=True).click()
    page.locator("#card td button").first.click()
    page.fill("#weight-value", "1.25")
    page.keyboard.press("Enter")
    page.wait_for_function("() => m.store.frame.lanes[0].arrays.weights.values[1] === 1.25")
    page.locator("#card td button").nth(2).click()
    page.fill("#weight-value", "-0.5")
    page.keyboard.press("Enter")
    page.wait_for_function("() => m.store.frame.lanes[0].arrays.biases.values[1] === -0.5")


def test_an_edge_is_read_and_changed(small):
    page = small.page
    source, target = (page.get_by_role("button", name=name, exact=True).bounding_box() for name in ("input x1", "unit 1 of layer 1"))
    x = (source["x"] + source["width"] + target["x"]) / 2
    y = (source["y"] + source["height"] / 2 + target["y"] + target["height"] / 2) / 2
    page.mouse.move(x, y)
    page.wait_for_selector("#tip:visible")
    assert page.inner_text("#tip").startswith("weight from x1 to unit 1 of layer 1: ")
    page.mouse.click(x, y)
    assert float(page.input_value("#weight-value")) == pytest.approx(small.store(WEIGHTS)[0])


def test_a_rows_card_walks_there_and_back(small):
    page = small.page
    box = page.locator("#plane").bounding_box()
    where = "const [x, y] = m.store.state.data.points[7]; return [plane.x.to(x), plane.y.to(y)];"
    x, y = page.evaluate(f"import('/views/boundary.js').then(({{ plane }}) => {{ {where} }})")
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_selector("#card:visible .walk")
    assert page.inner_text("#card h2").startswith("row 8 ")
    titles = page.locator("#card .walk option").all_inner_texts()
    assert any("Forward" in title for title in titles)
    page.click("#card .walk button >> nth=1")
    page.wait_for_function("() => document.querySelector('#card .walk select').value === '1'")
    assert "NaN" not in page.inner_text("#card")


def test_a_places_card_says_what_the_network_says(small):
    page = small.page
    page.focus("#plane")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#card:visible")
    page.wait_for_function("() => document.querySelector('#card').innerText.includes('the network says class')")

"""The plane: points that are drawn, removed and looked at; and how it is shown."""

from __future__ import annotations

import pytest

COUNT = "m.store.state.data.points.length"


@pytest.fixture
def drawing(fresh):
    fresh.page.click("#draw")
    return fresh


def at(playground, x, y):
    """Return the pixels of a place on the plane, by shares of its width and height."""
    box = playground.page.locator("#plane").bounding_box()
    return box["x"] + 34 + x * (box["width"] - 40), box["y"] + 6 + y * (box["height"] - 28)


def until_count(playground, condition):
    playground.page.wait_for_function(f"() => {{ const n = {COUNT}; return {condition}; }}")


def test_a_click_adds_and_control_removes(drawing):
    page = drawing.page
    page.get_by_role("button", name="class 1", exact=True).click()
    page.mouse.click(*at(drawing, 0.05, 0.95))
    until_count(drawing, "n === 1001")
    assert drawing.store("m.store.state.data.labels.at(-1)") == 1
    x, y = drawing.store("m.store.state.data.points.at(-1)")
    (low, high), (bottom, top) = drawing.store("m.store.state.data.limits")
    assert (x - low) / (high - low) == pytest.approx(0.05, abs=0.02)
    assert (y - bottom) / (top - bottom) == pytest.approx(0.05, abs=0.02)
    page.keyboard.down("Control")
    page.mouse.click(*at(drawing, 0.05, 0.95))
    page.keyboard.up("Control")
    until_count(drawing, "n === 1000")
    page.click("#undo")
    until_count(drawing, "n === 1001")
    page.click("#redo")
    until_count(drawing, "n === 1000")


def test_dragging_paints(drawing):
    page = drawing.page
    page.mouse.move(*at(drawing, 0.1, 0.95))
    page.mouse.down()
    page.mouse.move(*at(drawing, 0.6, 0.95), steps=30)
    page.mouse.up()
    until_count(drawing, "n > 1010")


def test_keys_draw_too(drawing):
    page = drawing.page
    page.focus("#plane")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until_count(drawing, "n === 1001")


def test_a_rule_labels_the_points(fresh):
    fresh.open_all()
    fresh.set("data.kind", "rule")
    fresh.set("data.rule", "x1 + x2 > 0")
    fresh.page.wait_for_function(
        "() => m.store.state.data.points.every(([x, y], row) => (x + y > 0) === (m.store.state.data.labels[row] === 1))"
    )
    rule = fresh.control("data.rule")
    rule.fill("__import__('os')")
    rule.press("Enter")
    fresh.page.wait_for_selector('#more [data-path="data.rule"] .fault:visible')


def test_a_pasted_table_is_learned_from(fresh):
    fresh.open_all()
    rows = [f"{i % 7},{i * 3 % 5},{i % 3},{'red' if i % 7 > 3 else 'blue'}" for i in range(60)]
    fresh.page.fill("#table-text", "\n".join(["a,b,c,answer", *rows]))
    fresh.page.get_by_role("button", name="Use this table").click()
    until_count(fresh, "n === 60")
    assert fresh.store("m.store.state.data.classes") == ["blue", "red"]
    fresh.page.select_option("#table-how", "pca")
    fresh.page.wait_for_function("() => m.store.state.data.inputs.length === 3")
    fresh.step()


def test_a_table_is_dropped(fresh):
    fresh.open_all()
    text = "x1,x2,size\n" + "".join(f"{i % 7},{i * 3 % 5},{i / 10}\n" for i in range(40))
    dropped = fresh.page.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], 'sizes.csv')); return data; }", text
    )
    fresh.page.locator("#own-table summary").scroll_into_view_if_needed()
    fresh.page.dispatch_event("#own-table", "dragover", {"dataTransfer": dropped})
    fresh.page.dispatch_event("#own-table", "drop", {"dataTransfer": dropped})
    until_count(fresh, "n === 40")
    assert fresh.store("m.store.state.data.task") == "regression"
    assert fresh.page.locator("#show-wrong").is_hidden()
    fresh.page.select_option("#table-x1", "x2")
    fresh.page.wait_for_function("() => m.store.state.data.names.join() === 'x2,x1'")  # they have changed places
    fresh.step()


def test_what_is_under_the_pointer_is_said(fresh):
    fresh.page.mouse.move(*at(fresh, 0.3, 0.3))
    fresh.page.wait_for_selector("#tip:visible")
    assert fresh.page.inner_text("#tip").startswith("x1 = ")

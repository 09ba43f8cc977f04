"""Further views, networks side by side, what is kept and shared, and lessons."""

from __future__ import annotations

import subprocess
import sys

import pytest

from playground_browser import opened
from playground_server import Server

PASSWORD = "half a moon"  # noqa: S105 - of the class in these tests


@pytest.mark.parametrize("name", ["confusion", "activations", "gradients", "warp"])
def test_a_view_has_its_arrays_only_while_it_is_open(playground, name):
    has = f"() => Boolean(m.store.frame.lanes[0].arrays.{name})"
    playground.page.click(f"#view-{name}")
    playground.page.wait_for_function(has)
    playground.page.wait_for_selector("#extra table.confusion, #extra canvas")
    playground.page.click(f"#view-{name}")
    playground.page.wait_for_function(has.replace("Boolean", "!"))


def test_networks_side_by_side(fresh):
    page = fresh.page
    page.click("#add-lane")
    page.wait_for_selector("#lane-1[aria-pressed=true]")
    page.fill("#quick-layers", "5")
    page.press("#quick-layers", "Enter")
    page.wait_for_function("() => document.querySelectorAll('.unit').length === 2 + 5 + 1")
    fresh.step()
    page.wait_for_function("() => m.store.histories.length === 2 && m.store.histories.every(each => each.rows > 1)")
    page.click("#lane-0")
    page.wait_for_function("() => document.querySelectorAll('.unit').length === 2 + 64 + 32 + 16 + 1")
    assert page.input_value("#quick-layers") == "64-32-16"
    page.get_by_role("button", name="remove network B").click()
    page.wait_for_selector("#lane-0", state="detached")


def downloaded(page, button):
    with page.expect_download() as found:
        page.click(button)
    return found.value


def test_what_is_kept_comes_back(fresh, tmp_path):
    page = fresh.page
    fresh.play_to(30)
    loss = fresh.data("loss")
    saved = downloaded(page, "#save")
    assert saved.suggested_filename == "halfmoon-moons-64-32-16-epoch-30.json"
    saved.save_as(tmp_path / "saved.json")
    page.click("#reset-new")
    fresh.until("d.epoch === '0'")
    page.set_input_files("#load", tmp_path / "saved.json")
    fresh.until(f"d.epoch === '30' && d.loss === '{loss}'")
    (tmp_path / "other.json").write_text("no JSON")
    page.set_input_files("#load", tmp_path / "other.json")
    page.wait_for_selector("#notice.fault:visible")


def test_the_python_makes_the_same_bits(fresh):
    fresh.play_to(25)
    loss = fresh.loss
    fresh.page.click("#python")
    code = fresh.page.input_value("dialog textarea")
    fresh.page.keyboard.press("Escape")
    show = "\nprint(repr(float(history['loss'][-1])))\n"
    said = subprocess.run([sys.executable, "-c", code + show], check=True, capture_output=True, text=True).stdout
    assert float(said.splitlines()[-1]) == loss


def test_pictures_and_a_replay(fresh, tmp_path):
    fresh.open_all()
    fresh.step()
    for button, begin in {"#png": b"\x89PNG", "#svg": b"<svg", "#replay": b"<!doctype html>"}.items():
        target = tmp_path / button[1:]
        downloaded(fresh.page, button).save_as(target)
        assert target.read_bytes().lower().startswith(begin.lower())


def test_a_lesson_hides_locks_and_has_a_goal(chromium, server):
    query = "?hide=rate,compare&lock=data&task=Few%20units&goal=loss%3C0.3,units%3C%3D112"
    with opened(chromium, server, query=query) as lesson:
        page = lesson.page
        assert page.inner_text("#lesson .task") == "Few units"
        assert not page.is_visible('#quick [data-path="training.rate"]')
        assert page.is_visible("#boundary")
        assert page.is_disabled('#quick [data-path="data.kind"] select')
        page.click("#play")
        lesson.until("d.goal === 'met' && d.state === 'paused'")
        assert lesson.loss < 0.3


def test_predict_first_then_reveal(chromium, server):
    with opened(chromium, server, query="?predict=1&goal=epoch%3C%3D40") as lesson:
        page = lesson.page
        assert not page.is_visible("#play")
        page.fill("#guess", "0.2")
        page.click("#lesson button")
        lesson.until("d.epoch === '40'")
        page.wait_for_function("() => document.querySelector('#lesson').innerText.includes('You guessed 0.2')")
        assert page.is_visible("#play")


def test_a_lost_connection_is_said(chromium):
    with Server(sessions="real", page="real") as server, opened(chromium, server) as playground:
        server.stop()
        playground.until("d.state === 'lost'")
        assert "lost" in playground.page.inner_text("#notice.fault")
        playground.page.click("#step")
        playground.wrong.clear()  # the browser reports each try to connect


def test_who_may_not_come_in_is_told(chromium, server):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{server.base}/#token=wrong")
    page.wait_for_selector("#notice.fault:visible")
    assert "did not let this page in" in page.inner_text("#notice")
    context.close()


def test_a_pupil_comes_in_with_the_password_of_the_class(chromium):
    with Server(sessions="real", page="real", password=PASSWORD) as server:
        context = chromium.new_context(reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{server.base}/?data.kind=circles&hide=rate&task=%E6%9C%88")
        page.fill("input[type=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector('body:not([data-loss=""])[data-state="paused"]')
        page.wait_for_function("() => location.hash.includes('data.kind=circles')")
        assert page.inner_text("#lesson .task") == "月"
        assert not page.is_visible('#quick [data-path="training.rate"]')
        context.close()

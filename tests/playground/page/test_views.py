"""Further views, networks side by side, what is kept and shared, and lessons."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from halfmoon.lab import compare
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


def test_any_two_units_of_a_layer_are_warped(playground):
    page = playground.page
    page.click("#view-warp")
    page.get_by_label("Layer", exact=True).select_option("1")
    page.get_by_label("across", exact=True).select_option("2")
    page.get_by_label("up", exact=True).select_option("3")
    page.wait_for_function("() => m.store.frame.lanes[0].arrays.warp")
    reply = page.evaluate("import('/base/server.js').then(({ query }) => query('view', {}))")
    assert reply["view"]["arrays"] == ["warp"]
    page.evaluate("import('/base/server.js').then(({ query }) => query('view', { warp: { layer: 1, units: [2, 3] } }))")
    page.click("#view-warp")


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


def test_networks_side_by_side_are_in_the_address(fresh):
    """With what of each is not as the first one's."""
    page = fresh.page
    fresh.set("data.kind", "circles", within="#quick")
    for rate, optimizer in ((0.03, "adam"), (0.2, "sgd")):
        count = fresh.store("m.store.state.lanes.length")
        page.click("#add-lane")
        page.wait_for_selector(f"#lane-{count}[aria-pressed=true]")
        fresh.open_all()
        fresh.set("training.optimizer", optimizer)
        fresh.set("training.rate", rate)
    page.wait_for_function("() => location.hash.includes('C.training.rate=0.2')")
    address = page.evaluate("location.hash")
    assert "lanes=3" in address
    assert "B.training.optimizer=adam&B.training.rate=0.03" in address
    assert "C.training.optimizer" not in address
    before = fresh.store("m.store.state.lanes.map(lane => lane.settings)")
    fresh.open(fragment=f"&{address[1:]}")
    page.wait_for_selector("#lane-2")
    assert fresh.store("m.store.state.lanes.map(lane => lane.settings)") == before


def test_a_run_of_the_lab_is_opened(fresh):
    X, y = np.random.default_rng(0).standard_normal((60, 2)), np.arange(60) % 2
    compare({"hidden_layer_sizes": [(4, 3)], "activation": ["tanh"]}, X, y, seeds=1, folder=fresh.server.folder / "lab")
    fresh.open_all()
    page = fresh.page
    page.wait_for_selector("#run option", state="attached")
    page.locator("#keep .field", has=page.locator("#run")).get_by_role("button", name="Open").click()
    page.wait_for_selector("#notice.said:visible")
    assert "data are not in its file" in page.inner_text("#notice")
    assert [layer["width"] for layer in fresh.setting("network.layers")] == [4, 3]
    assert fresh.setting("training.optimizer") == "adam"
    fresh.step()


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


def test_a_link_is_copied_or_shown(fresh):
    fresh.open_all()
    fresh.set("data.noise", 0.3)
    fresh.page.wait_for_function("() => location.hash.includes('noise=0.3')")
    fresh.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fresh.page.click("#copy-link")
    fresh.page.wait_for_selector("#notice.said:visible")
    copied = fresh.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(fresh.server.base)
    assert "data.noise=0.3" in copied
    assert "token" not in copied
    fresh.page.context.clear_permissions()


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
        assert page.is_disabled("#draw")
        lesson.open_all()
        assert lesson.control("data.noise").is_disabled()
        assert page.is_disabled("#table-file")
        assert not lesson.control("network.seed").is_disabled()
        page.click("#play")
        lesson.until("d.goal === 'met' && d.state === 'paused'")
        assert lesson.loss < 0.3


def test_predict_first_then_reveal(chromium, server):
    with opened(chromium, server, query="?predict=1&goal=epoch%3C%3D40") as lesson:
        page = lesson.page
        assert not page.is_visible("#play")
        assert not page.is_visible("#lesson .goal")  # an epoch to come to is none
        page.select_option("#language", "zh")
        assert "先猜一猜" in page.inner_text("#lesson")
        page.select_option("#language", "en")
        page.fill("#guess", "0.2")
        page.click("#lesson button")
        lesson.until("d.epoch === '40'")
        page.wait_for_function("() => document.querySelector('#lesson').innerText.includes('You guessed 0.2')")
        assert page.is_visible("#play")


SOCKETS = """() => {
  const Native = WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given);
      window.sockets.push(this);
    }
  };
}"""


def test_after_a_lost_connection_all_networks_come_back(tab, fresh):
    """With the points that were drawn, the network that was shown and the view that was open; also where it is lost again on the way."""
    page = fresh.page
    page.context.add_init_script(f"({SOCKETS})()")
    fresh.open(fragment="&data.kind=circles&data.rows=60&network.layers=4:tanh&lanes=3&B.training.rate=0.3&C.network.layers=6:relu")
    page.wait_for_selector("#lane-2")
    page.evaluate("import('/base/server.js').then(({ ask }) => ask('points', { add: [[0.5, 0.25, 1]] }))")
    fresh.until_store("m.store.state.data.points.length === 61")
    page.click("#lane-1")
    page.click("#view-activations")
    fresh.step()
    whole = (
        "({ lanes: m.store.state.lanes.map(lane => lane.settings), points: m.store.state.data.points, labels: m.store.state.data.labels })"
    )
    before = fresh.store(whole)
    page.evaluate("""() => {
      window.sockets.at(-1).close();
      const again = setInterval(() => {
        if (window.sockets.length < 2 || window.sockets[1].readyState !== WebSocket.OPEN) return;
        clearInterval(again);
        window.sockets[1].addEventListener("message", () => window.sockets[1].close(), { once: true });
      }, 1);
    }""")
    page.wait_for_function("() => window.sockets.length === 3")
    page.wait_for_function("() => m.store.state.lanes.length === 3 && !m.store.changing && document.body.dataset.epoch === '0'")
    page.wait_for_selector("#lane-1[aria-pressed=true]")
    fresh.until_store("m.store.state.data.points.length === 61 && m.store.frame.lanes[1].arrays.activations")
    assert fresh.store(whole) == before
    assert "begin anew" in page.inner_text("#notice")
    fresh.step()


def test_removing_a_network_shows_no_other_than_before(fresh):
    page = fresh.page
    fresh.open(fragment="&data.rows=60&network.layers=2&lanes=3&B.network.layers=3&C.network.layers=5")
    page.wait_for_selector("#lane-2")
    page.click("#lane-1")
    page.get_by_role("button", name="remove network A").click()
    page.wait_for_selector("#lane-2", state="detached")
    assert page.input_value("#quick-layers") == "3"
    page.get_by_role("button", name="remove network B").click()
    page.wait_for_selector("#lane-0", state="detached")
    assert page.input_value("#quick-layers") == "3"


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


def test_a_pupil_comes_in_with_the_password_of_the_class_and_again_when_the_server_was_started_anew(chromium):
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    given = {"sessions": "real", "page": "real", "password": PASSWORD}
    with Server(**given) as server:
        page.goto(f"{server.base}/?data.kind=circles&hide=rate&task=%E6%9C%88")
        come_in(page)
        page.wait_for_function("() => location.hash.includes('data.kind=circles')")
        assert page.inner_text("#lesson .task") == "月"
        assert not page.is_visible('#quick [data-path="training.rate"]')
        page.select_option('#quick [data-path="network.layers.*.activation"] select', '"tanh"')
        page.click("#add-lane")
        page.wait_for_selector("#lane-1[aria-pressed=true]")
        page.fill("#quick-layers", "7-5")
        page.press("#quick-layers", "Enter")
        page.wait_for_function("() => location.hash.includes('tanh') && location.hash.includes('B.network.layers=7:tanh,5:tanh')")
    with Server(**given, port=server.port):
        come_in(page)
        page.wait_for_selector("#lane-1")
        page.wait_for_function("() => location.hash.includes('tanh') && location.hash.includes('circles')")
        page.click("#lane-1")
        page.wait_for_function("() => document.getElementById('quick-layers').value === '7-5'")
        assert page.inner_text("#lesson .task") == "月"
    context.close()


def come_in(page):
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector('body:not([data-loss=""])[data-state="paused"]')

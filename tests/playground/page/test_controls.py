"""Every control, operated as a person does."""

from __future__ import annotations

import pytest

from playground_browser import opened

LIVE = {
    "training.rate": 0.3, "training.batch": 50, "training.shuffle": False, "training.l1": 0.001, "training.l2": 0.01,
    "training.weight_decay": 0.02, "training.clip_norm": 5,
}  # fmt: skip
RESTARTING = {
    "data.rows": 300, "data.noise": 0.1, "data.test_share": 0.25, "data.seed": 5, "data.standardise": True,
    "network.initialiser": "he_normal", "network.seed": 3, "network.loss": "logistic", "network.output_activation": "tanh",
    "network.precision": "float32", "training.optimizer": "adam", "training.schedule": "cosine", "training.seed": 4,
}  # fmt: skip


OF_A_CHOICE = {
    "training.momentum": ("training.optimizer", "momentum", 0.5), "training.nesterov": ("training.optimizer", "momentum", True),
    "training.beta1": ("training.optimizer", "adam", 0.8), "training.beta2": ("training.optimizer", "adamw", 0.95),
    "training.decay": ("training.optimizer", "rmsprop", 0.8), "training.schedule_epochs": ("training.schedule", "one_cycle", 50),
    "training.schedule_ratio": ("training.schedule", "exponential", 0.9), "training.schedule_every": ("training.schedule", "step", 7),
    "data.classes": ("data.kind", "blobs", 4), "data.rule": ("data.kind", "rule", "x1 > 0"),
}  # fmt: skip
"""Settings that are there only with a choice, which is made first."""
ELSEWHERE = {"data.kind", "data.upload", "data.target", "data.features", "network.layers", "network.layers.*.activation"}
"""Settings whose controls have tests of their own."""


@pytest.fixture(scope="module")
def panel(playground):
    playground.open_all()
    return playground


@pytest.mark.parametrize("path", LIVE)
def test_what_changes_while_it_trains(panel, path):
    panel.step()
    before = panel.epoch
    panel.set(path, LIVE[path])
    assert panel.epoch == before


@pytest.mark.parametrize("path", RESTARTING)
def test_what_begins_anew(panel, path):
    panel.step()
    panel.set(path, RESTARTING[path])
    panel.until("d.epoch === '0'")
    assert panel.page.locator(f'#more [data-path="{path}"] .restarts').is_visible()


@pytest.mark.parametrize("path", OF_A_CHOICE)
def test_what_goes_with_a_choice(panel, path):
    other, choice, value = OF_A_CHOICE[path]
    panel.set(other, choice)
    panel.set(path, value)


def test_every_setting_has_its_case(panel):
    """A setting that is in no table of this file fails."""
    found = set(panel.store("[...m.store.schema.rows.keys()]"))
    layer = {f"network.layers.*.{name}" for name in LAYER}
    assert found - ELSEWHERE - layer == LIVE.keys() | RESTARTING.keys() | OF_A_CHOICE.keys()
    panel.set("training.schedule", "fixed")


LAYER = {"width": 5, "activation": "tanh", "dropout": 0.2, "normalise": "layer"}


@pytest.mark.parametrize("name", LAYER)
def test_a_layer_has_its_own(panel, name):
    panel.set(f"network.layers.1.{name}", LAYER[name])


@pytest.mark.parametrize("kind", ["circles", "xor", "spirals", "blobs", "rule", "plane", "saddle", "moons"])
def test_every_kind_of_data(playground, kind):
    playground.set("data.kind", kind, within="#quick")
    playground.until("d.epoch === '0'")
    playground.step()
    assert playground.setting("data.kind") == kind


def test_the_four_controls(fresh):
    page = fresh.page
    page.fill("#quick-layers", "6-4")
    page.press("#quick-layers", "Enter")
    fresh.page.wait_for_function("() => document.querySelectorAll('.unit').length === 2 + 6 + 4 + 1")
    page.locator("#quick .layers button").last.click()
    page.wait_for_function("() => document.querySelectorAll('.unit').length === 2 + 6 + 4 + 4 + 1")
    page.locator("#quick .layers button").first.click()
    page.wait_for_function("() => document.querySelectorAll('.unit').length === 2 + 6 + 4 + 1")
    page.select_option('#quick [data-path="network.layers.*.activation"] select', '"tanh"')
    fresh.until_setting("network.layers.1.activation", "tanh")
    fresh.set("training.rate", 0.05, within="#quick")
    page.wait_for_function("() => location.hash.includes('network.layers=6:tanh,4:tanh') && location.hash.includes('training.rate=0.05')")


def test_layers_are_changed_in_the_diagram(fresh):
    page = fresh.page
    page.get_by_role("button", name="one unit less in layer 1").click()
    fresh.until_setting("network.layers.0.width", 63)
    page.get_by_role("button", name="one unit more in layer 3").click()
    fresh.until_setting("network.layers.2.width", 17)
    page.get_by_label("activation of layer 2").select_option('"gelu"')
    fresh.until_setting("network.layers.1.activation", "gelu")
    page.locator("#diagram").get_by_role("button", name="one layer more").click()
    fresh.until_setting("network.layers.3.width", 17)


def test_layers_are_added_and_removed_in_the_panel(fresh):
    fresh.open_all()
    page = fresh.page
    page.locator("#more").get_by_role("button", name="Add a layer").click()
    fresh.until_store("m.settings().network.layers.length === 4")
    page.locator("#more").get_by_role("button", name="remove layer 2").click()
    fresh.until_store("m.settings().network.layers.map(each => each.width).join() === '64,16,16'")


def test_a_slider_moves_by_keys(fresh):
    slider = fresh.page.locator('#quick [data-path="training.rate"] input[type=range]')
    slider.focus()
    slider.press("ArrowLeft")
    fresh.until_store("!m.store.changing && m.settings().training.rate < 0.8")
    assert fresh.control("training.rate", within="#quick").input_value() == f"{fresh.setting('training.rate'):g}"


def test_what_cannot_be_is_said_at_its_control_and_changes_nothing(fresh):
    fresh.page.fill("#quick-layers", "999")
    fresh.page.press("#quick-layers", "Enter")
    fresh.page.wait_for_selector("#quick-layers-fault:visible")
    assert "999" in fresh.page.inner_text("#quick-layers-fault")
    assert fresh.setting("network.layers.0.width") == 64
    rate = fresh.control("training.rate", within="#quick")
    rate.fill("-1")
    rate.press("Enter")
    fresh.page.wait_for_selector('#quick [data-path="training.rate"] .fault:visible')
    assert fresh.setting("training.rate") == 0.8


def test_an_activation_of_ones_own_shows_its_slope(fresh):
    fresh.open_all()
    fresh.page.locator('#more [data-path="network.layers.0.activation"] select').select_option(label="a formula of yours")
    formula = fresh.page.locator("#formula-0")
    formula.fill("z * tanh(z)")
    fresh.page.wait_for_function("() => document.getElementById('formula-0-slope').textContent.includes('tanh(z) + z')")
    formula.press("Enter")
    fresh.until_setting("network.layers.0.activation", {"formula": "z * tanh(z)"})
    formula.fill("import os")
    fresh.page.wait_for_selector("#formula-0-slope.fault")


HOSTILE = {
    "names of objects": (
        "?theme=constructor&lang=__proto__&hide=__proto__,constructor&lock=toString&goal=__proto__<1,units<1e999",
        "data.kind=__proto__",
    ),
    "numbers that are none": ("", "lanes=1e9&B.training.rate=nan&data.rows=1e99&data.seed=" + "9" * 3000),
    "markup": ("?task=%3Cimg%20src=x%20onerror=alert(1)%3E", "network.layers=%3Cimg%20src=x%3E"),
    "too many layers": ("?goal=,,,", "network.layers=" + ",".join(["64:tanh"] * 50)),
    "no encoding": ("?task=%E0%A4%A", "%E0%A4%A&%%%=1&data.rule=%"),
}


@pytest.mark.parametrize("address", HOSTILE)
def test_whatever_the_address_says_the_page_works(fresh, address):
    query, fragment = HOSTILE[address]
    fresh.open(query, f"&{fragment}")
    fresh.page.wait_for_function("() => !m.store.changing")
    fresh.step()
    assert fresh.page.locator("img").count() == 0


def test_an_address_gives_the_same_run(chromium, server):
    fragment = "&data.kind=spirals&data.seed=3&network.layers=8:tanh,4:relu:0.1&training.rate=0.03"
    with opened(chromium, server, fragment=fragment) as page:
        page.until_setting("network.layers.1.dropout", 0.1)
        assert page.setting("data.seed") == 3
        page.page.wait_for_function("() => location.hash.includes('data.kind=spirals') && !location.hash.includes('token')")

"""The transport: steps, speeds, stops, resets and the timeline."""

from __future__ import annotations

import pytest


def test_a_step_is_what_is_chosen(fresh):
    fresh.open_all()
    fresh.set("training.batch", 250)
    for unit, epoch, update in (("epoch", 1, 4), ("batch", 1, 5), ("batch", 1, 6)):
        fresh.page.select_option("#step-unit", unit)
        fresh.page.click("#step")
        fresh.until(f"d.epoch === '{epoch}' && d.update === '{update}'")
    fresh.page.select_option("#step-unit", "sample")
    fresh.page.click("#step")
    fresh.page.wait_for_function("() => m.store.frame.lanes[0].sample !== null")
    assert fresh.data("update") == "6"


@pytest.mark.parametrize("speed", ["sample", "batch", "epoch", "n", "max"])
def test_every_speed_trains(playground, speed):
    page = playground.page
    page.select_option("#speed", speed)
    if speed == "n":
        page.fill("#speed-n", "7")
        page.press("#speed-n", "Enter")
    before = playground.store("m.store.frame.frame")
    page.click("#play")
    page.wait_for_function(f"() => m.store.frame.frame > {before} + 3")
    page.click("#play")
    playground.until("d.state === 'paused'")


def test_it_stops_by_the_loss_and_where_nothing_gets_better(fresh):
    fresh.open_all()
    page = fresh.page
    page.fill("#stop-loss", "0.3")
    page.press("#stop-loss", "Enter")
    fresh.until_store("m.store.state.stop_at?.loss === 0.3")
    page.click("#play")
    fresh.until("d.state === 'stopped'")
    assert fresh.loss <= 0.3
    assert "the loss has come to" in page.inner_text("#health .ending")
    fresh.set("training.rate", 1e-30)
    page.fill("#stop-plateau", "2")
    page.press("#stop-plateau", "Enter")
    fresh.until_store("m.store.state.stop_at?.plateau === 2")
    before = fresh.epoch
    page.click("#play")
    fresh.until("d.state === 'stopped'")
    assert before < fresh.epoch < before + 10
    assert "has not got better for 2 epochs" in page.inner_text("#health .ending")


def test_frames_are_counted(fresh):
    fresh.page.click("#play")
    fresh.until("Number(d.fps) > 5")


def test_the_timeline_goes_back_and_on(fresh):
    fresh.play_to(200)
    losses = fresh.data("loss")
    slider = fresh.page.locator("#timeline-epoch")
    assert slider.get_attribute("max") == "200"
    slider.focus()
    slider.press("Home")
    fresh.until("d.epoch === '0'")
    assert slider.get_attribute("max") == "200"
    fresh.play_to(200)
    assert fresh.data("loss") == losses


def test_a_run_that_leaves_the_numbers_stands_still_and_says_why(fresh):
    fresh.set("data.kind", "saddle", within="#quick")
    fresh.page.fill("#quick-layers", "8")
    fresh.page.press("#quick-layers", "Enter")
    fresh.until_setting("network.layers.0.width", 8)
    fresh.page.select_option('#quick [data-path="network.layers.*.activation"] select', '"identity"')
    fresh.until_setting("network.layers.0.activation", "identity")
    fresh.set("training.rate", 1000, within="#quick")
    fresh.page.click("#play")
    fresh.until("d.state === 'diverged'")
    assert "1000 is likely too high" in fresh.page.inner_text("#health .fault")
    assert fresh.store("Array.from(m.shown().arrays.weights.values).every(weight => Math.abs(weight) < 1e4)")
    assert fresh.store("m.shown().seen") < 5


def test_keys(fresh):
    page = fresh.page
    page.locator("h1").click()
    page.keyboard.press("s")
    fresh.until("d.epoch === '1'")
    page.keyboard.press("Space")
    fresh.until("d.state === 'running'")
    page.keyboard.press("Space")
    fresh.until("d.state === 'paused'")
    page.keyboard.press("r")
    fresh.until("d.epoch === '0'")
    page.keyboard.press("m")
    assert page.locator("#more").is_visible()
    for ask in (lambda: page.keyboard.press("?"), lambda: page.click("#help")):
        ask()
        page.wait_for_selector("dialog#keys")
        page.keyboard.press("Escape")
    page.wait_for_selector("dialog#keys", state="detached")
    page.locator(".unit").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#card:visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#card", state="hidden")


def test_lbfgs_makes_whole_epochs(fresh):
    fresh.open_all()
    fresh.set("training.optimizer", "lbfgs")
    assert fresh.page.locator('#more [data-path="training.rate"]').is_hidden()
    first = fresh.loss
    fresh.page.select_option("#step-unit", "sample")
    fresh.page.click("#step")
    fresh.until("d.epoch === '1'")
    fresh.play_to(12)
    assert fresh.loss < first


def test_what_is_of_the_test_is_drawn_flat_out_too(fresh):
    """It is measured once in some epochs only; the curve joins what was measured."""
    fresh.open_all()
    fresh.set("data.test_share", 0.3)
    fresh.page.select_option("#speed", "max")
    fresh.play_to(300)
    test_losses = fresh.store("(({ rows, values }) => Array.from({ length: rows }, (_, row) => values[5 * row + 2]))(m.store.histories[0])")
    assert 2 <= sum(loss is not None for loss in test_losses) < len(test_losses) == 301
    chart = fresh.page.locator("#loss-chart")
    fresh.page.mouse.move(0, 0)
    both = chart.screenshot()
    fresh.page.click("#show-test")
    assert chart.screenshot() != both

"""The report in a real browser: every control operated, and what it shows held to the comparison."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import halfmoon as hm
from browser import chromium, opened  # noqa: F401 - a fixture
from halfmoon.lab.report import html
from halfmoon.lab.worker import margins
from lab_comparisons import KINDS, MOONS, SCRIPT, compared, embedded, troubled


@pytest.fixture(scope="module")
def found():
    return compared("grid")


@pytest.fixture(scope="module")
def data(found):
    return embedded(html(found))


@pytest.fixture
def page(chromium, found, tmp_path):  # noqa: F811
    with opened(chromium, html(found), tmp_path) as page:
        yield page


def factor(data, name):
    return next(each for each in data["factors"] if each["name"] == name)


def by_share(data):
    return sorted(data["factors"], key=lambda each: -each["share"])


def settings_of(page, selector):
    """The settings of elements, in their order."""
    return page.evaluate(f"[...document.querySelectorAll({selector!r})].map(element => Number(element.dataset.setting))")


def cells(page):
    """The setting that each cell shows."""
    return settings_of(page, "#grid figure.cell")


def stand_for(data, rows, columns, passing=lambda place: True):
    """The best setting of each cell of a grid."""
    found = []
    for row in range(len(rows["levels"])):
        for column in range(len(columns["levels"])):
            levels = enumerate(zip(rows["level_indices"], columns["level_indices"], strict=True))
            there = [place for place, pair in levels if pair == (row, column)]
            some = [place for place in there if passing(place)] or there
            found.append(max(some, key=lambda place: data["settings"][place]["mean"]))
    return found


def pictures(page):
    return page.evaluate("[...document.querySelectorAll('#grid canvas')].map(canvas => canvas.toDataURL())")


def corners(page, cell):
    """The colours of the corners of a cell's map, where no points are: bottom left, bottom right, top left, top right."""
    content = base64.b64decode(pictures(page)[cell].partition(",")[2])
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), dtype=float)
    return pixels[[-1, -1, 0, 0], [0, -1, 0, -1]]


def at_corners(maps):
    """Values of maps, their lowest row first, in the same order."""
    return maps[..., [0, 0, -1, -1], [0, -1, 0, -1]]


def rgb(text):
    return np.array([int(text[place : place + 2], 16) for place in (1, 3, 5)])


def figure(score, decimals=3):
    return f"{score:.{decimals}f}".replace("-", "−")


def slide(page, step):
    page.locator("#epoch").fill(str(step))


# ---- headline and grid ------------------------------------------------------------------------------------------------


def test_the_headline_names_the_best_setting_and_what_cannot_be_told_from_it(page, found):
    best, verdict = found.verdict.best, page.inner_text("#verdict")
    assert page.inner_text("#title") == page.title() == "12 settings compared over 3 seeds"
    assert "hidden_layer_sizes (2 values), activation (2 values), learning_rate_init (3 values)" in page.inner_text("#compared")
    assert "accuracy on 40 rows held out" in page.inner_text("#compared")
    for name, value in found.settings[best].items():
        assert f"{name}\n{', '.join(map(str, value)) if isinstance(value, tuple) else value}" in verdict
    ties = found.verdict.ties
    assert f"Not distinguishable from {len(ties)} other settings within seed noise" in verdict
    assert f"Better than {11 - len(ties)} other setting" in verdict
    assert "paired t-test over the seeds, corrected for many comparisons by Holm's method; level 0.05" in verdict
    named = page.locator(".ties button")
    assert sorted(settings_of(page, ".ties button")) == sorted(ties)
    if len(ties) > 5:
        page.click("#verdict summary")
    named.first.click()
    assert page.get_attribute("#detail", "data-setting") == named.first.get_attribute("data-setting")


def test_the_grid_has_the_two_most_telling_factors(page, data):
    rows, columns, rest = by_share(data)
    assert cells(page) == stand_for(data, rows, columns)
    assert page.locator(".head:not(.title)").all_inner_texts() == columns["levels"]
    assert page.locator(".side").all_inner_texts() == [f"{rows['name']}\n{level}" for level in rows["levels"]]
    for place, cell in zip(cells(page), page.locator("#grid figure.cell").all(), strict=True):
        row = data["settings"][place]
        assert cell.locator(".axis-name").all_inner_texts() == ["x2", "x1"]
        text = cell.locator("figcaption").inner_text().replace("\xa0", " ")
        assert f"{figure(row['mean'])} ± {figure(row['std'])}\n3 seeds\nbest of " in text
        assert text.startswith({"best": "★ ", "tie": "○ ", "worse": ""}[row["verdict"]] + figure(row["mean"]))
        assert text.endswith(rest["names"][place])
        canvas = cell.locator("canvas")
        assert canvas.get_attribute("data-maps") == "3"
        assert canvas.get_attribute("aria-label") == f"{row['label']}, epoch 20: map of the mean over 3 seeds"
    assert f"as they differ in {rest['name']}:" in page.inner_text("#sharing")


def test_rows_and_columns_can_be_any_factors(page, data):
    first, second, third = by_share(data)
    number = {each["name"]: str(place) for place, each in enumerate(data["factors"])}
    page.select_option("#rows", number[third["name"]])
    assert cells(page) == stand_for(data, third, second)
    page.select_option("#rows", number[second["name"]])  # taken from the columns, which get what the rows had
    assert cells(page) == stand_for(data, second, third)
    assert page.input_value("#columns") == number[third["name"]]
    page.select_option("#columns", "")
    assert page.locator(".head").count() == 0
    assert len(cells(page)) == len(second["levels"])
    page.select_option("#rows", "")
    assert cells(page) == [data["best"]]
    assert page.locator(".chart").count() == 2
    page.select_option("#columns", number[first["name"]])
    assert page.locator(".side").count() == 0
    assert len(cells(page)) == len(first["levels"])


# ---- epochs and maps --------------------------------------------------------------------------------------------------


def test_one_scrubber_moves_every_map_and_chart(page, found, data):
    last, before = len(data["snapshots"]) - 1, pictures(page)
    assert page.input_value("#epoch") == str(last)
    slide(page, 1)
    epoch = data["snapshots"][1]
    assert page.inner_text("#now") == f"{epoch} of 20"
    assert page.get_attribute("#epoch", "aria-valuetext") == f"epoch {epoch} of 20"
    assert all(one != other for one, other in zip(pictures(page), before, strict=True))
    assert set(page.evaluate("[...document.querySelectorAll('.cursor')].map(cursor => Number(cursor.dataset.epoch))")) == {epoch}
    for place, notes in zip(cells(page), page.locator("#grid .notes").all_inner_texts(), strict=True):
        scores = [run.curves["score"][1] for run in found.runs if run.setting == found.settings[place]]
        assert f"at epoch {epoch}: {figure(np.mean(scores, dtype=float))}" in notes
    page.focus("#epoch")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#now") == f"{data['snapshots'][2]} of 20"
    slide(page, last)
    assert pictures(page) == before
    assert "at epoch" not in page.inner_text("#grid")


def test_play_goes_from_the_first_epoch_to_the_last(page, data):
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # from here on it goes as far as the test says
    last = len(data["snapshots"]) - 1
    page.click("#play")  # at the end it begins anew
    assert page.get_attribute("#play", "aria-label") == "Pause"
    assert page.input_value("#epoch") == "0"
    page.clock.run_for(750)
    assert page.input_value("#epoch") == "1"
    page.click("#play")
    assert page.get_attribute("#play", "aria-label") == "Play"
    page.clock.run_for(5000)
    assert page.input_value("#epoch") == "1"
    page.focus("#play")
    page.keyboard.press("Space")
    page.clock.run_for(750 * last)
    assert page.input_value("#epoch") == str(last)
    assert page.get_attribute("#play", "aria-label") == "Play"


def test_a_map_is_the_mean_or_one_seed_or_where_seeds_disagree(page, found, data):
    theme = data["colours"]["themes"]["light"]
    paper, classes = rgb(theme["paper"]), [rgb(each) for each in theme["classes"]]

    def shown(chances):
        strength = 0.55 * np.abs(2 * chances - 1)[:, None]
        return strength * np.where(chances[:, None] > 0.5, classes[1], classes[0]) + (1 - strength) * paper

    for cell, place in enumerate(cells(page)):
        runs = [run for run in found.runs if run.setting == found.settings[place]]
        maps = at_corners(np.stack([run.maps[-1] for run in runs]) / 255)
        page.select_option("#map", "mean")
        np.testing.assert_allclose(corners(page, cell), shown(maps.mean(axis=0)), atol=4)
        page.select_option("#map", f"seed {runs[1].seed}")
        np.testing.assert_allclose(corners(page, cell), shown(maps[1]), atol=4)
        page.select_option("#map", "disagreement")
        agree = np.isin((maps > 0.5).sum(axis=0), (0, 3))
        assert (np.abs(corners(page, cell) - paper).max(axis=1) < 2).tolist() == agree.tolist()
    assert "all agree" in page.inner_text("#detail .legend")
    assert "map of where 3 seeds disagree" in page.locator("#grid canvas").first.get_attribute("aria-label")


# ---- curves -----------------------------------------------------------------------------------------------------------


def test_pointing_at_one_chart_reads_the_same_epoch_in_all(page, found, data):
    charts = page.locator(".chart svg[tabindex]")
    assert charts.count() == 2 * len(by_share(data)[0]["levels"])

    def epochs():
        return set(page.evaluate("[...document.querySelectorAll('.cursor')].map(cursor => Number(cursor.dataset.epoch))"))

    charts.nth(1).scroll_into_view_if_needed()
    box = charts.nth(1).bounding_box()
    x = 52 + (box["width"] - 64) * np.log(6.1) / np.log(20)  # the frame's margins, a logarithmic axis
    page.mouse.move(box["x"] + x, box["y"] + 50)
    assert epochs() == {6}
    assert "Values at epoch 6:" in page.inner_text("#reading")
    for kind in ("loss", "score"):
        for item in page.locator(f".chart[data-kind={kind}] .readout li").all():
            place = int(item.get_attribute("data-setting"))
            runs = [run for run in found.runs if run.setting == found.settings[place]]
            values = [run.curves[kind][5 if kind == "loss" else np.flatnonzero(run.snapshot_epochs <= 6)[-1]] for run in runs]
            assert float(item.locator("b").inner_text().replace("−", "-")) == pytest.approx(np.median(values), rel=1e-2)
    page.mouse.click(box["x"] + x, box["y"] + 50)
    snapshot = max(epoch for epoch in data["snapshots"] if epoch <= 6)
    assert page.inner_text("#now") == f"{snapshot} of 20"
    page.mouse.move(5, 5)
    assert epochs() == {snapshot}
    charts.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert epochs() == {snapshot + 2}
    page.keyboard.press("ArrowLeft")
    assert epochs() == {snapshot + 1}
    page.focus("#play")
    assert epochs() == {snapshot}


def test_axes_are_logarithmic_or_not(page):
    def ticks():
        return page.locator(".chart").first.locator("text").all_text_contents()

    both = ticks()
    page.uncheck("#logLoss")
    loss = ticks()
    page.uncheck("#logEpochs")
    even = ticks()
    assert "10" in both
    assert loss != both
    assert even != loss
    assert {"5", "10", "15", "20"} <= set(even)
    page.check("#logEpochs")
    page.check("#logLoss")
    assert ticks() == both


def test_curves_are_medians_with_bands_and_the_settings_of_a_cell_share_a_colour(page, data):
    leads = set(settings_of(page, ".line.lead"))
    assert leads == set(cells(page))
    assert sorted(settings_of(page, ".chart[data-kind=loss] .line")) == list(range(len(data["settings"])))
    for line in page.locator(".chart[data-kind=loss] .line").all():
        place = int(line.get_attribute("data-setting"))
        colour = line.locator(".median").get_attribute("stroke")
        assert colour == data["colours"]["themes"]["light"]["classes"][by_share(data)[1]["level_indices"][place]]
        assert line.locator(".band").count() == (place in leads)


# ---- what it is about, and whether all of it is to be seen ------------------------------------------------------------


def test_it_says_what_was_trained_and_how(chromium, tmp_path):  # noqa: F811
    X, y = MOONS
    options = {"seeds": 1, "epochs": 3, "name": "two <b>moons</b>", "feature_names": ["length", "a & b"]}
    found = hm.compare({"alpha": [0.0, 1.0], "batch_size": [20, 40]}, X, y, **options)
    with opened(chromium, html(found), tmp_path) as page:
        assert page.title() == page.inner_text("#title") == "two <b>moons</b>: 4 settings compared over 1 seed"
        assert page.locator(".fact").all_inner_texts() == [
            "Data two <b>moons</b>, 120 rows to train on, 40 held out, 2 columns",
            "Loss log_loss",
            "Optimiser adam",
            "Batch size 20 or 40",
            "Epochs at most 3",
        ]
        assert {*page.locator("#detail .axis-name").all_inner_texts()} == {"length", "a & b"}


@pytest.mark.parametrize("kind", ["grid", "ranges", "three classes", "regression", "troubled"])
def test_the_grid_begins_above_the_fold(kind, chromium, tmp_path):  # noqa: F811
    found = troubled() if kind == "troubled" else compared(kind)
    with opened(chromium, html(found), tmp_path) as page:
        page.set_viewport_size({"width": 1280, "height": 800})
        box = page.locator("#grid canvas").first.bounding_box()
        assert box["y"] < 520
        assert box["y"] + box["height"] < 800


TABLES_FIT = """() => {
    const rights = [...document.querySelectorAll('table td, table th')].map(cell => cell.getBoundingClientRect().right);
    const boxes = [...document.querySelectorAll('.scroll')].filter(box => box.querySelector('table'));
    return Math.max(...rights) <= innerWidth && boxes.every(box => box.scrollWidth <= box.clientWidth);
}"""
WHOLE_WORDS = """() => [...document.querySelectorAll('#table th button')].every(button => {
    const range = document.createRange();
    return [...button.childNodes].filter(node => node.nodeType === 3).every(node =>
        [...node.data.matchAll(/[^ ]+/g)].every(({ 0: word, index }) => {
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            return range.getClientRects().length === 1;
        }));
})"""


@pytest.mark.parametrize("kind", ["grid", "ranges", "troubled"])
@pytest.mark.parametrize("width", [1280, 768, 390])
def test_tables_are_not_cut_and_break_no_words(kind, width, chromium, tmp_path):  # noqa: F811
    found = troubled() if kind == "troubled" else compared(kind)
    with opened(chromium, html(found), tmp_path, width=width) as page:
        assert page.evaluate(TABLES_FIT)
        assert page.evaluate(WHOLE_WORDS)
        stacked = page.evaluate("document.getElementById('table').classList.contains('stacked')")
        assert stacked == (width < 1280)
        page.set_viewport_size({"width": 1980 - width, "height": 800})
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate(TABLES_FIT)
        page.locator("#table th button").nth(1).click()
        assert len(rows(page)) == len(found.settings)


# ---- table, filters and selection -------------------------------------------------------------------------------------


def rows(page):
    return settings_of(page, "#table tbody tr:not([hidden])")


def ordered(values, ranking, *, down):
    """Settings by a column; those without a value come after."""
    known = [place for place in ranking if values[place] is not None]
    levels = sorted({values[place] for place in known}, reverse=down)  # of equal ones the better first, whichever way
    return [place for value in levels for place in known if values[place] == value]


SORTED = {"accuracy": "mean", "± std": "std", "scores": "n", "to the best": "difference", "p": "p", "train loss": "train_loss",
          "seconds": "seconds", "updates": "updates", "epochs": "epochs", "parameters": "parameters"}  # fmt: skip


def test_the_table_sorts_by_every_column(page, data):
    settings = data["settings"]
    ranking = sorted(range(len(settings)), key=lambda place: -settings[place]["mean"])
    assert rows(page) == ranking
    columns = {title: [row[name] for row in settings] for title, name in SORTED.items()}
    columns |= {each["name"]: each["values"] for each in data["factors"] if each["name"] != "hidden_layer_sizes"}
    columns["verdict"] = [["best", "tie", "worse"].index(row["verdict"]) for row in settings]
    heads = page.locator("#table thead th")
    for place, title in enumerate(heads.all_inner_texts()):
        if title.split(" ▲")[0] not in columns:  # rank above, sizes of layers below
            continue
        for down in (False, True):
            heads.nth(place).locator("button").click()
            order = ordered(columns[title], ranking, down=down)
            assert rows(page)[: len(order)] == order, title
            assert heads.nth(place).get_attribute("aria-sort") == ("descending" if down else "ascending")
        assert page.locator("#table [aria-sort]").count() == 1
    heads.nth(1).locator("button").focus()
    page.keyboard.press("Enter")
    sizes = factor(data, "hidden_layer_sizes")["names"]
    assert [sizes[place] for place in rows(page)] == ["4"] * 6 + ["8, 4"] * 6
    heads.first.locator("button").click()
    assert rows(page) == ranking
    assert {title.split(" ▲")[0] for title in heads.all_inner_texts()} == {"rank", "hidden_layer_sizes", "status", *columns}


def test_the_table_shows_the_numbers(page, data):
    heads = [title.split(" ▲")[0] for title in page.locator("#table thead th").all_inner_texts()]
    for line in page.locator("#table tbody tr").all():
        row = data["settings"][int(line.get_attribute("data-setting"))]
        shown = dict(zip(heads, line.locator("td").all_inner_texts(), strict=True))
        assert (shown["accuracy"], shown["± std"], shown["scores"]) == (figure(row["mean"], 4), figure(row["std"], 4), "3")
        assert (shown["updates"], shown["parameters"], shown["status"]) == (f"{row['updates']:g}", f"{row['parameters']:g}", "3 done")
        assert float(shown["train loss"]) == pytest.approx(row["train_loss"], rel=1e-3)
        assert shown["verdict"].split(" ", 1)[-1] == {"best": "best", "tie": "within seed noise", "worse": "lower"}[row["verdict"]]


def test_filters_narrow_grid_charts_and_table(page, data):
    grid = by_share(data)[:2]
    tanh = {place for place, name in enumerate(factor(data, "activation")["names"]) if name == "tanh"}
    slow = {place for place, name in enumerate(factor(data, "learning_rate_init")["names"]) if name == "0.001"}
    number = {each["name"]: place for place, each in enumerate(data["factors"])}

    def shows(places):
        dim = page.evaluate("[...document.querySelectorAll('#grid figure.cell')].map(cell => cell.classList.contains('dim'))")
        assert set(rows(page)) == places
        assert set(settings_of(page, ".line")) == places
        assert cells(page) == stand_for(data, *grid, places.__contains__)
        assert [place not in places for place in cells(page)] == dim
        assert page.inner_text("#count").startswith(f"{len(places)} of 12 settings shown")

    page.select_option(f"#level-{number['activation']}", label="tanh")
    shows(tanh)
    page.select_option(f"#level-{number['learning_rate_init']}", label="0.001")
    shows(tanh & slow)
    page.click("text=Show all")
    shows(set(range(12)))
    page.fill("#text", "ACTIVATION tanh 0.001")
    shows(tanh & slow)
    page.fill("#text", "nothing of the kind")
    shows(set())
    page.fill("#text", "")
    shows(set(range(12)))


def test_a_row_or_cell_that_is_selected_is_shown_everywhere(page, data):
    hidden = next(place for place in range(12) if place not in cells(page))  # not the best of its cell
    row = page.locator(f"#table tr[data-setting='{hidden}']")
    before = page.get_attribute("#detail", "data-setting")

    def shows(place):
        assert settings_of(page, "tr.chosen") == settings_of(page, "#grid .chosen") == settings_of(page, "#detail") == [place]
        assert settings_of(page, ".line.chosen.lead") == [place, place]
        assert page.locator(".line.dim").count() == page.locator(".line").count() - 2
        assert page.locator("#table [aria-pressed=true]").count() == page.locator("#grid [aria-pressed=true]").count() == 1
        assert page.locator("#detail tbody tr").count() == 3

    row.locator("td").nth(3).click()
    shows(hidden)
    assert "The selected setting" in page.inner_text("#detail")
    row.locator("td").nth(3).click()
    assert page.locator(".chosen, .line.dim").count() == 0
    assert page.get_attribute("#detail", "data-setting") == before == str(data["best"])
    row.locator("button").focus()
    page.keyboard.press("Enter")
    shows(hidden)
    page.click("#detail .close")
    assert page.locator(".chosen").count() == 0
    cell = page.locator("#grid figure.cell").nth(1)
    cell.locator("canvas").click()
    shows(cells(page)[1])
    cell.locator("button").press("Enter")
    assert page.locator(".chosen").count() == 0


# ---- trouble, and other data ------------------------------------------------------------------------------------------


def test_runs_that_came_to_nothing_are_shown(chromium, tmp_path):  # noqa: F811
    with opened(chromium, html(troubled()), tmp_path) as page:
        assert "Interrupted: 1 run missing." in page.inner_text("#verdict")
        assert "Not compared with 3 settings of fewer scores." in page.inner_text("#verdict")
        heads = [title.split(" ▲")[0] for title in page.locator("#table thead th").all_inner_texts()]
        status = {int(row.get_attribute("data-setting")): row.locator("td").nth(heads.index("status")).inner_text()
                  for row in page.locator("#table tbody tr").all()}  # fmt: skip
        assert (status[0], status[1], status[11], status[5]) == ("3 diverged", "2 done, 1 failed", "2 done, 1 missing", "3 done")
        page.click("#table tr[data-setting='0'] button")
        cell = page.locator("#grid .chosen")
        assert "no score\n✕ 3 diverged" in cell.inner_text()
        assert cell.locator("canvas").get_attribute("data-maps") == "0"
        assert cell.locator("canvas").get_attribute("aria-label").endswith("epoch 20: diverged")
        assert "Seed 0 diverged: loss became NaN" in page.inner_text("#detail")
        slide(page, 1)  # before they diverged
        assert cell.locator("canvas").get_attribute("data-maps") == "3"
        page.click("#table tr[data-setting='1'] button")
        assert f"Seed 0 failed: {SCRIPT}" in page.inner_text("#detail")
        assert "✕ 1 failed" in page.locator("#grid .chosen").inner_text()
        page.select_option("#map", "seed 0")
        assert page.locator("#grid .chosen canvas").get_attribute("aria-label").endswith("failed")
        page.fill("#text", "diverged")
        assert rows(page) == [0]
        assert page.evaluate("document.querySelectorAll('path').length") > 0
        assert not page.evaluate("[...document.querySelectorAll('path')].some(path => /NaN|Infinity/.test(path.getAttribute('d')))")


def test_names_are_text_and_never_code(chromium, tmp_path):  # noqa: F811
    with opened(chromium, html(compared("code for names")), tmp_path) as page:
        assert SCRIPT in page.inner_text("#detail .legend")
        assert page.locator("img").count() == 0
        assert page.title() == "2 settings compared over 2 seeds"


@pytest.mark.parametrize("kind", [*KINDS, "no runs"])
def test_every_kind_of_comparison_opens_and_is_operated(kind, chromium, tmp_path):  # noqa: F811
    found = replace(compared("grid"), runs=[]) if kind == "no runs" else compared(kind)
    with opened(chromium, html(found), tmp_path, width=400, scheme="dark") as page:
        page.locator("#epoch").evaluate("slider => { slider.value = 0; slider.dispatchEvent(new Event('input')); }")
        maps = page.locator("#grid canvas").count()
        assert maps == (0 if kind in {"a lone feature", "no runs"} else len(cells(page)))
        if page.locator("#map").is_visible():
            before = pictures(page)
            page.select_option("#map", "disagreement")
            assert pictures(page) != before
        assert page.locator("#mapping").is_visible() == (maps > 0 and len(found.seeds) > 1)
        page.locator(".chart svg[tabindex]").first.hover()
        page.locator("#table .pick").first.click()
        page.locator("#table th button").last.click()
        if len(found.settings) > 1:
            assert page.locator(".head.title").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.evaluate("[...document.querySelectorAll('path')].some(path => /NaN|Infinity/.test(path.getAttribute('d')))")


def test_classes_colour_a_map_where_most_seeds_have_them(chromium, tmp_path):  # noqa: F811
    found = compared("three classes")
    data = embedded(html(found))
    theme = data["colours"]["themes"]["dark"]
    with opened(chromium, html(found), tmp_path, scheme="dark") as page:
        for cell, place in enumerate(cells(page)):
            votes = at_corners(np.stack([run.maps[-1] for run in found.runs if run.setting == found.settings[place]]))
            for colour, vote in zip(corners(page, cell), votes.T, strict=True):
                counts = np.bincount(vote, minlength=3)
                strength = 0.55 * counts.max() / 3
                expected = strength * rgb(theme["classes"][counts.argmax()]) + (1 - strength) * rgb(theme["paper"])
                np.testing.assert_allclose(colour, expected, atol=4)
        assert "first two principal components of 4 standardised features" in page.inner_text("#detail .legend")


SLANTED = {  # a comparison, the class above the line, and how a page finds on which side of the boundary a pixel lies
    "three classes": (2, "votes({maps}.map(mapValues), {maps}.map(mapMargins)).labels"),
    "grid": (255, "meanRaster({maps}.map(mapValues), {maps}.map(mapMargins)).map(share => share > 0.5 ? 255 : 0)"),
}


@pytest.mark.parametrize("unsure", [1, 1e-4], ids=["sure", "hardly sure"])
@pytest.mark.parametrize("kind", SLANTED)
def test_the_boundary_of_classes_runs_where_the_margins_say(chromium, tmp_path, kind, unsure):  # noqa: F811
    """On maps whose classes meet on a slanted straight line, pixels lie on the right side; without margins there are steps."""
    found, (above, labels_of) = compared(kind), SLANTED[kind]
    side = found.runs[0].maps.shape[-1]
    x, y = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    distance = 60 * (x + 0.3 * y - 0.62)
    maps = (distance > 0)[None] * np.uint8(above)
    for shown, most in ((margins(np.abs(unsure * distance)), 0.001), (None, 1)):
        runs = [replace(run, maps=maps, margins=shown, snapshot_epochs=run.snapshot_epochs[-1:]) for run in found.runs]
        with opened(chromium, html(replace(found, runs=runs)), tmp_path) as page:
            labels = page.evaluate(f"[...{labels_of.format(maps='runsWithMaps(0, selectedEpoch())')}]")
        across, up = np.meshgrid(np.linspace(0, 1, 256), np.linspace(1, 0, 192))
        wrong = np.reshape(labels, (192, 256)) != np.where(across + 0.3 * up > 0.62, above, 0)
        assert wrong.mean() <= most
        assert (wrong.mean() > 0.002) == (shown is None)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_name_of_an_axis_takes_no_room_from_the_map(chromium, tmp_path, width):  # noqa: F811
    with opened(chromium, html(compared("three classes")), tmp_path, width=width) as page:
        heights = "[...document.querySelectorAll('.map')].map(map => [map, ...map.children].map(each => each.offsetHeight))"
        for whole, up, canvas, across in page.evaluate(heights):
            assert abs(whole - canvas - across) <= 1  # they are rounded
            assert abs(up - canvas) <= 1


@pytest.mark.parametrize(("ends", "lowest"), [((0.4, 0.2), -1), ((0.4, -3.0), -3), ((-4.0, -3.0), -4)])
def test_a_chart_shows_where_every_r2_ends(chromium, tmp_path, ends, lowest):  # noqa: F811
    """What goes down to -9 on the way runs out of the frame, and no chart is empty."""
    found = compared("regression")
    places = {id(setting): place for place, setting in enumerate(found.settings)}
    runs = []
    for run in found.runs:
        scores = np.full(len(run.snapshot_epochs), -9, np.float32)
        scores[-1] = ends[places[id(run.setting)] % 2]
        runs.append(replace(run, curves=run.curves | {"score": scores}))
    with opened(chromium, html(replace(found, runs=runs)), tmp_path) as page:
        low, high = page.evaluate("rangeOf(settings.map((_, setting) => setting), 'score', false)")
        assert low < lowest < low + 0.1 * (high - low)


def test_bands_and_thin_lines_have_keys(chromium, tmp_path):  # noqa: F811
    for kind, expected in (
        ("ranges", "lowest to highest seedother settings"),
        ("three classes", "lowest to highest seed"),
        ("one seed", ""),
    ):
        with opened(chromium, html(compared(kind)), tmp_path) as page:
            assert max(page.locator(".chart .legend").all_text_contents()) == expected


def test_ranges_stand_for_many_values(chromium, tmp_path):  # noqa: F811
    found = compared("ranges")
    rates = factor(embedded(html(found)), "learning_rate_init")
    with opened(chromium, html(found), tmp_path) as page:
        place = embedded(html(found))["factors"].index(rates)
        options = page.locator(f"#level-{place} option").all_inner_texts()
        assert options == ["all", *rates["levels"]]
        assert all(" to " in option for option in options[1:])
        page.select_option(f"#level-{place}", "2")
        assert sorted(rows(page)) == [setting for setting, level in enumerate(rates["level_indices"]) if level == 2]


PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}
UNNAMED = """[...document.querySelectorAll('button, select, input, canvas')]
    .filter(each => !each.textContent.trim() && !each.labels?.length && !each.ariaLabel).map(each => each.outerHTML)"""
CHARTS_FIT = "[...document.querySelectorAll('.chart svg[tabindex]')].every(svg => svg.viewBox.baseVal.width === svg.clientWidth)"


@pytest.mark.parametrize("scheme", PAPER)
@pytest.mark.parametrize("width", [1280, 400])
def test_it_fits_its_window_in_light_and_dark(chromium, found, tmp_path, width, scheme):  # noqa: F811
    with opened(chromium, html(found), tmp_path, width=width, scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=tmp_path / "report.png", full_page=True)  # to be looked at
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == PAPER[scheme]
        side, cell = (page.locator(each).first.bounding_box() for each in (".side", "#grid figure.cell"))
        assert (side["x"] + side["width"] <= cell["x"]) == (width == 1280)  # names of rows stand beside, or above
        assert page.evaluate(UNNAMED) == []
        page.set_viewport_size({"width": 900, "height": 700})
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate(CHARTS_FIT)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("kind", ["grid", "wide", "ranges"])
def test_a_chinese_report_has_no_english_words_left(kind, chromium, tmp_path):  # noqa: F811
    """But names of parameters, their values, columns and columns' values."""
    found = compared(kind)
    with opened(chromium, html(found, "zh"), tmp_path) as page:
        text = page.evaluate("document.querySelector('body').innerText")
        labels = page.evaluate(
            "[...document.querySelectorAll('[aria-label], [title], [placeholder]')].map("
            "each => ['aria-label', 'title', 'placeholder'].map(name => each.getAttribute(name) ?? '').join(' '))"
        )
    words = set(re.findall(r"[A-Za-z][A-Za-z_]+", " ".join([text, *labels])))
    own = {str(each) for setting in found.settings for each in (*setting, *setting.values())}
    assert words <= own | {"log_loss", "adam", "Holm", *found.data["feature_names"]}

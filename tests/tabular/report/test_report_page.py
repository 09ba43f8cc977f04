"""The report in a real browser: what it shows is what was trained, in both languages, without a network, at any width."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from browser import chromium, opened  # noqa: F401 - a fixture
from halfmoon.tabular import EnsembleRecipe, fit_ensemble, prepare_ensemble
from halfmoon.tabular.ensembles.watcher import TrainingLog
from halfmoon.tabular.report.content import content
from halfmoon.tabular.report.report import html

TINY = {"candidates": (hm.Candidate("small", (8,), rate=0.02), hm.Candidate("<i>linear</i>", (), rate=0.02)), "max_epochs": 12, "cv": 3}
ROWS = 90


def frame():
    random = np.random.RandomState(0)
    x = random.normal(size=ROWS)
    labels = np.array(["<b>a</b>", "b", "c"])[np.digitize(x, [-0.5, 0.5])]
    found = pl.DataFrame({"x": x, "</script>": random.choice(["u", "v"], ROWS), "label": labels, "price": x * 10, "told": x * 3 + 1})
    return pl.concat([found, found.head(20)])


def trained(target, **parameters):
    drop = {"label": "price", "price": "label"}[target]
    table = prepare_ensemble(frame().drop(drop), target, EnsembleRecipe("low", TINY | parameters))
    log = TrainingLog()
    return fit_ensemble(table, watcher=log), table, log


@pytest.fixture(scope="module")
def classes():
    return trained("label")


@pytest.fixture(scope="module")
def quantity():
    return trained("price")


def test_classes(chromium, classes, tmp_path):  # noqa: F811
    with opened(chromium, html(*classes, name="t"), tmp_path) as page:
        text = page.inner_text("body")
        assert page.inner_text("#title") == page.title() == "label from t"
        assert page.locator(".score h3").all_inner_texts() == ["accuracy", "balanced accuracy", "log-loss"]
        assert "over 3 folds" in page.locator(".score").first.inner_text()
        assert "<b>a</b>" in page.inner_text(".confusion")
        assert "Copies of" in page.inner_text("#warnings")
        counts = page.evaluate("data.confusion.counts.flat().reduce((sum, each) => sum + each, 0)")
        assert counts == classes[1].training.frame.height
        assert page.locator("figure svg circle").count() == len(page.evaluate("data.calibration.bins"))
        assert page.locator("#members tbody tr").count() == classes[0].estimator.leaderboard_.height
        assert page.locator(".importances > span:nth-child(3n + 1)").count() == 3
        assert "The slowest member is that of " in text
        assert "undefined" not in text
        assert "NaN" not in text


def test_a_quantity(chromium, quantity, tmp_path):  # noqa: F811
    with opened(chromium, html(*quantity), tmp_path, scheme="dark") as page:
        assert page.locator(".score h3").all_inner_texts() == ["R²", "mean absolute error"]
        assert "alone tells 'price' almost perfectly" in page.inner_text("#warnings")
        assert page.locator("figure").count() == 2
        assert page.locator("rect.bar").count() == len(page.evaluate("data.residuals.counts"))
        assert page.locator("circle.dot").count() == quantity[1].training.frame.height


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_is_wider_than_the_page(chromium, classes, tmp_path, width, lang):  # noqa: F811
    with opened(chromium, html(*classes, lang=lang), tmp_path, width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert ("它有多好" in page.inner_text("main")) == (lang == "zh")
        assert page.evaluate("document.documentElement.lang") == lang


def test_an_ensemble_without_members_has_a_report_too(chromium, tmp_path):  # noqa: F811
    with opened(chromium, html(*trained("label", max_seconds=1e-9)), tmp_path) as page:
        assert "Its members" in page.inner_text("main")


def test_one_fold_is_not_said_to_have_an_interval(chromium, tmp_path):  # noqa: F811
    with opened(chromium, html(*trained("label", cv=None)), tmp_path) as page:
        text = page.inner_text("main")
        assert "The large figure is of the rows that were held out from training." in text


def test_many_long_classes_have_numbers(chromium, classes, tmp_path):  # noqa: F811
    with opened(chromium, html(*classes), tmp_path) as page:
        labels = [f"class number {number} with a long name" for number in range(9)]
        found = {"labels": labels, "counts": [[1] * 9] * 9}
        page.evaluate("found => byId('mistakes').replaceChildren(confusionTable(found))", found)
        assert page.locator(".confusion thead th").all_inner_texts()[1:] == [str(number) for number in range(1, 10)]
        assert page.locator(".confusion tbody th").first.inner_text() == "1 class number 0 with a long name"
        assert page.locator(".confusion tbody tr").first.bounding_box()["height"] < 40


def test_the_important_column_comes_first(quantity):
    found = content(*quantity)["importances"]
    assert found["columns"][0]["name"] in {"x", "told"}
    assert found["columns"][0]["value"] > found["columns"][-1]["value"]


def test_one_fold_has_no_interval():
    found = content(*trained("label", cv=None))
    assert all(len(each["folds"]) == 1 and each["low"] is None for each in found["scores"])

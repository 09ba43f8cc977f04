"""The numbers of the report: intervals over folds, calibration, confusion and residuals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from halfmoon.tabular.report.content import MOST_CLASSES, calibration, confusion, interval, residuals


def test_an_interval_is_students():
    numbers = [0.8, 0.9, 0.85, 0.95]
    found = interval(numbers)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(numbers), scale=stats.sem(numbers))
    assert (found["mean"], found["low"], found["high"]) == pytest.approx((0.875, low, high))


def test_no_interval_goes_where_a_figure_cannot():
    assert interval([0.99, 1.0, 1.0], 0.0, 1.0)["high"] == 1.0
    assert interval([0.01, 0.0, 0.0], 0.0)["low"] == 0.0


@pytest.mark.parametrize(("numbers", "mean"), [([], None), ([0.5], 0.5)])
def test_too_few_folds_have_no_interval(numbers, mean):
    assert interval(numbers) == {"mean": mean, "low": None, "high": None}


def test_calibration_of_two_classes_is_of_the_second():
    shares = np.repeat([0.1, 0.9], 50)
    y = np.concatenate([np.arange(50) < 5, np.arange(50) < 40]).astype(int)
    found = calibration(y, np.column_stack([1 - shares, shares]), ["no", "yes"])
    assert found["label"] == "yes"
    assert sum(each["rows"] for each in found["bins"]) == 100
    assert [each["predicted"] for each in found["bins"]] == pytest.approx([0.1] * 5 + [0.9] * 5)
    assert found["error"] == pytest.approx(sum(abs(each["predicted"] - each["found"]) for each in found["bins"]) / 10)


def test_calibration_of_many_classes_is_of_the_likeliest():
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.2, 0.6, 0.2], [0.4, 0.3, 0.3]])
    found = calibration(np.array([0, 2, 0, 1]), p, ["a", "b", "c"])
    assert found == {"bins": [{"predicted": pytest.approx(0.575), "found": 0.5, "rows": 4}], "error": pytest.approx(0.075), "label": None}


def test_confusion_counts_every_row():
    y, answers = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 1, 2, 0])
    assert confusion(y, answers, ["a", "b", "c"]) == {"labels": ["a", "b", "c"], "counts": [[1, 1, 0], [0, 1, 0], [1, 0, 1]]}


def test_rare_classes_are_one():
    y = np.repeat(np.arange(20), np.arange(20, 0, -1))
    found = confusion(y, y, [f"c{number}" for number in range(20)])
    assert found["labels"] == [*(f"c{number}" for number in range(MOST_CLASSES - 1)), "9 others"]
    counts = np.array(found["counts"])
    assert counts.sum() == len(y) == counts.trace()


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_residuals_are_predicted_minus_true(noise):
    random = np.random.RandomState(0)
    y = random.normal(size=2000)
    off = random.normal(size=2000) * noise + 3
    found = residuals(y, y + off)
    assert len(found["points"]) == 800
    assert all(answer - true == pytest.approx(3, abs=5) for true, answer in found["points"])
    assert len(found["edges"]) == len(found["counts"]) + 1
    assert found["edges"][0] <= 3 <= found["edges"][-1]
    assert sum(found["counts"]) >= 0.98 * 2000

"""What a report holds: the comparison's numbers, factors and their levels, no code from names, few bytes."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.lab import report
from halfmoon.lab.page import factors
from halfmoon.lab.report import html
from lab_comparisons import KINDS, MOONS, SCRIPT, compared, embedded, troubled


def array(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_holds_the_numbers_of_the_comparison(kind):
    found = compared(kind)
    data = embedded(html(found))
    for row, expected in zip(data["settings"], found.table().to_dicts(), strict=True):
        assert {name: row[name] for name in report.COLUMNS} == {name: expected[name] for name in report.COLUMNS}
        assert (row["verdict"] == "best") == expected["best"]
        assert (row["verdict"] in {"best", "tie"}) == expected["within_noise"]
    for shown, run in zip(data["runs"], found.runs, strict=True):
        assert found.settings[shown["setting"]] == run.setting
        assert (shown["seed"], shown["score"], shown["epochs"]) == (run.seed, run.score, run.epochs)
        assert array(shown["losses"], "<f4").tolist() == run.curves["loss"].tolist()
        assert shown["snapshots"] == run.snapshot_epochs.tolist()
        np.testing.assert_array_equal(np.array(shown["scores"], np.float32), run.curves["score"])
        if run.maps is None:
            assert shown["maps"] is None
        else:
            assert array(shown["maps"], "u1").tobytes() == run.maps.tobytes()
        assert (shown["margins"] is None) == (run.margins is None) == (found.data["task"] == "regression" or run.maps is None)
        if run.margins is not None:
            assert array(shown["margins"], "u1").tobytes() == run.margins.tobytes()
    assert array(data["points"], "<f4").tolist() == found.data["points"].ravel().tolist()[: 2 * report.MOST_POINTS]
    assert array(data["labels"], "<f4").tolist() == found.data["labels"].tolist()
    assert [each["name"] for each in data["factors"]] == found.factors


FACTS = {
    "grid": {"Data": "120 rows to train on, 40 held out, 2 columns", "Loss": "log_loss", "Optimiser": "adam", "Batch size": "all rows",
             "Epochs": "at most 20"},
    "code for names": {"Data": "120 rows to train on, 40 held out, 2 columns", "Loss": "log_loss or squared_error", "Optimiser": "adam",
                       "Batch size": "all rows", "Epochs": "at most 5"},
}  # fmt: skip


@pytest.mark.parametrize("kind", FACTS)
def test_it_says_what_is_the_same_for_all_runs(kind):
    assert dict(report.facts(compared(kind))) == FACTS[kind]


HOW = {
    "momentum": ({"solver": "sgd", "momentum": 0.9}, "sgd with momentum 0.9", "all rows"),
    "plain": ({"solver": "sgd", "momentum": 0.0, "batch_size": 30}, "sgd", "30"),
    "l-bfgs": ({"solver": "lbfgs", "batch_size": 30}, "lbfgs", "all rows"),
    "a record": ({"solver": hm.Lion(0.1), "batch_size": 1000}, "Lion(rate=0.1)", "all rows"),
    "no batches": ({"batch_size": None}, "adam", "all rows"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", HOW)
def test_optimisers_and_batches_in_words(what):
    setting, optimiser, batch = HOW[what]
    found = dict(report.facts(hm.compare([setting], *MOONS, seeds=1, epochs=2)))
    assert (found["Optimiser"], found["Batch size"]) == (optimiser, batch)


def test_many_values_are_counted():
    found = hm.compare({"batch_size": list(range(10, 60, 10))}, *MOONS, seeds=1, epochs=1)
    assert dict(report.facts(found))["Batch size"] == "5 values"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": 3}, "name must be text, got 3"),
        ({"feature_names": ["a"]}, "feature_names must have one name for each of the 2 columns of X, got 1"),
        ({"feature_names": [1, 2]}, "feature_names must be a list of names, got 1"),
    ],
)
def test_names_that_do_not_fit_are_refused(options, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        hm.compare({}, *MOONS, seeds=1, epochs=1, **options)


def test_differences_are_those_of_the_test():
    found = compared("grid")
    rows = embedded(html(found))["settings"]
    for each in found.verdict.differences:
        assert (rows[each.second]["difference"], rows[each.second]["p"]) == (-each.mean, each.corrected)
        assert rows[each.second]["verdict"] == ("tie" if each.noise else "worse")


def test_numbers_that_are_none_are_no_numbers_of_json():
    found = troubled()
    data = embedded(html(found))
    assert data["missing"] == 1
    assert data["settings"][0] | {"mean": None, "std": None, "n": 0, "diverged": 3, "verdict": "unknown"} == data["settings"][0]
    assert data["settings"][1] | {"n": 2, "failed": 1, "verdict": "unknown"} == data["settings"][1]
    assert data["runs"][0]["score"] is None
    assert np.isnan(array(data["runs"][0]["losses"], "<f4")[2])
    nothing = embedded(html(replace(found, runs=[])))
    assert (nothing["best"], nothing["epochs"], nothing["snapshots"]) == (None, [], [])


def test_no_name_is_read_as_html():
    page = html(compared("code for names"))
    assert SCRIPT in embedded(page)["classes"]
    assert "<img" not in page
    assert page.count("</script") == 2


def test_ninety_runs_of_three_thousand_epochs_take_less_than_three_megabytes():
    found = compared("grid")
    run = found.runs[0]
    noise = np.random.default_rng(0)
    many = [{"alpha": float(place)} for place in range(18)]

    def drawn(setting, seed):
        maps, margins = noise.integers(0, 256, (2, 8, 32, 32), dtype=np.uint8)
        curves = {"loss": noise.random(3000).astype(np.float32), "score": noise.random(8).astype(np.float32)}
        epochs = np.geomspace(1, 3000, 8).astype(int)
        return replace(run, setting=setting, seed=seed, curves=curves, maps=maps, margins=margins, snapshot_epochs=epochs, epochs=3000)

    runs = [drawn(setting, seed) for setting in many for seed in range(5)]
    page = html(hm.lab.Comparison(runs, many, ["alpha"], list(range(5)), found.data))
    assert len(page.encode()) < 3e6


# ---- epochs -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 100_000))
def test_a_long_curve_is_thinned(count):
    epochs = report._thinned(count)
    assert epochs[0] == 1
    assert epochs[-1] == count
    assert (np.diff(epochs) > 0).all()
    assert len(epochs) <= report.MOST_EPOCHS
    assert len(epochs) >= min(count, report.MOST_EPOCHS // 2)


def test_a_thinned_curve_has_the_losses_of_its_epochs():
    found = compared("one setting")
    loss = np.arange(1, 5001, dtype=np.float32)
    data = embedded(html(replace(found, runs=[replace(run, curves=run.curves | {"loss": loss[:stop]}) for run, stop in
                                              zip(found.runs, (5000, 700), strict=True)])))  # fmt: skip
    for run, stop in zip(data["runs"], (5000, 700), strict=True):
        assert array(run["losses"], "<f4").tolist() == [epoch for epoch in data["epochs"] if epoch <= stop]


def test_the_scrubber_stops_where_runs_were_looked_at_by_plan():
    found = compared("grid")
    ends = [[1, 2, 4, 8, 20], [1, 2, 4, 5], [1, 2, 3], []]
    runs = [replace(found.runs[0], snapshot_epochs=np.array(epochs, int)) for epochs in ends]
    assert report._snapshots(runs) == [1, 2, 4, 8, 20]
    assert report._snapshots([]) == []


# ---- factors ----------------------------------------------------------------------------------------------------------

LEVELS = {
    "numbers": ([0.1, 0.01, 1, 0.1], ["0.01", "0.1", "1"], [1, 0, 2, 1]),
    "text as it comes": (["tanh", "relu", "tanh"], ["tanh", "relu"], [0, 1, 0]),
    "layers": ([(8,), (64, 32), ()], ["8", "64, 32", "none"], [0, 1, 2]),
    "several kinds": (["auto", 20, 10], ["10", "20", "auto"], [2, 1, 0]),
    "truth values": ([True, False], ["True", "False"], [0, 1]),
    "not finite": ([np.inf, 10, np.nan], ["10", "inf", "nan"], [1, 0, 2]),
    "many digits": ([0.123456789, 2.0], ["0.123457", "2.0"], [0, 1]),
}


@pytest.mark.parametrize("what", LEVELS)
def test_levels_of_a_factor(what):
    values, levels, places = LEVELS[what]
    found = factors.factor("a", [{"a": value} for value in values])
    assert (found.levels, found.level_indices) == (levels, places)
    assert [found.levels[place] for place in found.level_indices] == found.names


def test_a_setting_without_the_parameter_has_a_level_of_its_own():
    found = factors.factor("a", [{"a": 2}, {}, {"a": 1}])
    assert found.levels == ["1", "2", factors.NOT_SET]
    assert found.values == [2.0, factors.NOT_SET, 1.0]


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=factors.MOST_LEVELS + 1, max_size=40, unique=True), st.booleans())
def test_many_numbers_are_put_in_ranges(numbers, other):
    settings = [{"a": number} for number in numbers] + [{"a": "auto"}] * other
    found = factors.factor("a", settings)
    assert 2 <= len(found.levels) <= factors.RANGES + other
    assert len(found.level_indices) == len(settings)
    for number, place in zip(numbers, found.level_indices[: len(numbers)], strict=True):
        low, high = map(float, re.fullmatch(r"(.+) to (.+)", found.levels[place]).groups())
        room = 0.006 * max(abs(low), abs(high))  # ends have three digits
        assert low - room <= number <= high + room
    order = [found.level_indices[numbers.index(number)] for number in sorted(numbers)]
    assert order == sorted(order)


SHARES = {
    "all": ([0, 0, 1, 1], [1, 1, 2, 2], 1),
    "none": ([0, 1, 0, 1], [1, 1, 2, 2], 0),
    "some": ([0, 0, 1, 1], [0, 1, 2, 3], 0.8),
    "equal scores": ([0, 1], [3, 3], 0),
    "no scores": ([0, 1], [np.nan, np.nan], 0),
    "to diverge is to score badly": ([0, 0, 1, 1], [np.nan, 1, 2, 2], 1),
}


@pytest.mark.parametrize("what", SHARES)
def test_the_share_of_variance_that_a_factor_explains(what):
    places, scores, expected = SHARES[what]
    assert factors.share(places, scores) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1e3, 1e3)), min_size=1))
def test_a_share_lies_between_nothing_and_all(runs):
    places, scores = zip(*runs, strict=True)
    assert 0 <= factors.share(places, scores) <= 1


def test_its_facts_and_axes_are_chinese_in_a_chinese_report():
    found = hm.compare({"solver": ["sgd", "adam"], "momentum": [0.9]}, *MOONS, seeds=1, epochs=5, name="moons")
    data = embedded(report.html(found, "zh"))
    assert dict(data["facts"]) == {
        "数据": "moons, 120 行用于训练，40 行留出，2 列",
        "损失": "log_loss",
        "优化器": "sgd，动量 0.9 或 adam",
        "批大小": "全部行",
        "轮数": "最多 5",
    }
    assert data["title"].startswith("moons：2 种设置，各用 1 个种子比较")
    assert embedded(report.html(compared("wide"), "zh"))["axes"] == ["第一主成分", "第二主成分"]
    assert dict(report.facts(found))["Data"] == "moons, 120 rows to train on, 40 held out, 2 columns"

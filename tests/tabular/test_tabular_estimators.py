"""Estimators for tables: whatever a table holds, whoever made it, and however its training ends."""

from __future__ import annotations

import subprocess
import sys
import threading
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import halfmoon as hm
from halfmoon.data.columns import Category
from halfmoon.tabular import TableWarning
from halfmoon.tabular.encoding import encoder
from halfmoon.tabular.encoding.columns import CategoryEncoding
from halfmoon.tabular.encoding.scaling import RobustScale
from halfmoon.tabular.ensembles import fit as ensemble_fit
from halfmoon.tabular.ensembles import training as ensemble_training
from halfmoon.tabular.estimators import saving
from peak_memory import PEAK

pytestmark = pytest.mark.filterwarnings("ignore::halfmoon.tabular.TableWarning")

TINY = (hm.Candidate("small", (8,), rate=0.02), hm.Candidate("linear", (), rate=0.02))
ROWS = 90


def classifier(**options):
    return hm.TabularClassifier(**{"candidates": TINY[:1], "max_epochs": 16, "cv": 3} | options)


def regressor(**options):
    return hm.TabularRegressor(**{"candidates": TINY[:1], "max_epochs": 16, "cv": 3} | options)


def columns(rows=ROWS, seed=0):
    random = np.random.RandomState(seed)
    number = random.normal(size=rows)
    return {
        "number": number,
        "gaps": np.where(random.uniform(size=rows) < 0.3, np.nan, random.uniform(size=rows)),
        "whole": random.randint(0, 50, rows),
        "truth": random.uniform(size=rows) < 0.5,
        "city": random.choice(["Oslo", "Rome", "Lima"], rows).astype(object),
        "day": np.datetime64("2020-01-01") + random.randint(0, 700, rows).astype("timedelta64[D]"),
        "signal": number + random.normal(size=rows) / 10,
    }


COLUMNS = columns()
LABELS = np.where(COLUMNS["number"] > 0, "yes", "no")
NUMBERS = 5 * COLUMNS["number"] + 100


def with_categories(frame):
    return frame.assign(city=frame["city"].astype("category"))


FRAMES = {
    "pandas": pd.DataFrame(COLUMNS),
    "pandas categories": with_categories(pd.DataFrame(COLUMNS)),
    "polars": pl.DataFrame({name: column.tolist() for name, column in COLUMNS.items()}).with_columns(pl.col("gaps").fill_nan(None)),
    "dict": COLUMNS,
    "arrow": None,
}


class Arrow:
    """What any library's table is by Arrow's interface."""

    def __init__(self, frame):
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema=None):
        return self.frame.__arrow_c_stream__(requested_schema)


FRAMES["arrow"] = Arrow(FRAMES["polars"])


@pytest.fixture(scope="module")
def fitted():
    with warnings.catch_warnings(action="ignore"):
        return classifier().fit(FRAMES["pandas"], LABELS)


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_is_the_same_whatever_holds_it(name, fitted):
    found = classifier().fit(FRAMES[name], LABELS)
    assert list(found.feature_names_in_) == list(COLUMNS)
    np.testing.assert_array_equal(found.predict_proba(FRAMES[name]), fitted.predict_proba(FRAMES["pandas"]))
    assert found.score(FRAMES["pandas"], LABELS) > 0.8
    assert found.oof_predictions_.shape == (ROWS, 2)


def test_columns_may_come_in_another_order_and_beside_others(fitted):
    frame = FRAMES["pandas"]
    other = frame[frame.columns[::-1]].assign(more=1)
    np.testing.assert_array_equal(fitted.predict_proba(other), fitted.predict_proba(frame))


def test_a_column_that_is_missing_is_named(fitted):
    with pytest.raises(hm.InputError, match="must have the column 'gaps'"):
        fitted.predict(FRAMES["pandas"].drop(columns="gaps"))


def test_an_unknown_category_is_said(fitted):
    frame = FRAMES["pandas"].assign(city="Bern")
    with pytest.warns(TableWarning, match="Bern"):
        assert np.isfinite(fitted.predict_proba(frame)).all()


def test_a_column_of_another_kind_is_refused(fitted):
    with pytest.raises(hm.InputError, match="'number' must hold numbers as in training"):
        fitted.predict(FRAMES["pandas"].assign(number="many"))


def test_missing_cells_everywhere():
    random = np.random.RandomState(1)
    frame = FRAMES["pandas"].copy()
    frame["city"] = frame["city"].where(random.uniform(size=ROWS) < 0.7)
    frame["day"] = frame["day"].where(random.uniform(size=ROWS) < 0.7)
    frame["truth"] = frame["truth"].astype(object).where(random.uniform(size=ROWS) < 0.7, None)
    found = classifier().fit(frame, LABELS)
    empty = frame.iloc[:4].assign(**dict.fromkeys(frame))
    shares = found.predict_proba(empty)
    assert np.isfinite(shares).all()
    assert (shares == shares[0]).all()


def test_the_target_may_be_a_column():
    frame = FRAMES["pandas"].assign(answer=LABELS)
    found = classifier().fit(frame, "answer")
    assert "answer" not in found.feature_names_in_
    np.testing.assert_array_equal(found.predict(frame), classifier().fit(FRAMES["pandas"], LABELS).predict(FRAMES["pandas"]))


def test_columns_that_tell_nothing_are_left_out_and_said():
    frame = pd.DataFrame({"x": COLUMNS["number"], "same": 1, "id": np.arange(ROWS), "empty": None})
    with pytest.warns(TableWarning) as caught:
        found = classifier().fit(frame, LABELS)
    said = " ".join(str(each.message) for each in caught)
    assert all(repr(name) in said for name in ("same", "id", "empty"))
    assert [each.column.name for each in found.encoder_.encodings] == ["x"]


LABEL_KINDS = {
    "text": np.array(["b", "a", "c"], dtype=object),
    "numbers": np.array([3, -1, 7]),
    "fractions": np.array([1.0, 2.0, 5.0]),
    "truth": np.array([True, False, True]),
}


@pytest.mark.parametrize("kind", LABEL_KINDS)
def test_labels_of_any_kind_come_back(kind):
    labels = LABEL_KINDS[kind][COLUMNS["whole"] % 3]
    found = classifier().fit(FRAMES["pandas"], labels).predict(FRAMES["pandas"])
    assert found.dtype == labels.dtype
    assert set(found) <= set(labels)


def test_one_class_is_always_predicted():
    found = classifier().fit(FRAMES["pandas"], ["only"] * ROWS)
    assert (found.predict(FRAMES["pandas"]) == "only").all()
    assert (found.predict_proba(FRAMES["pandas"]) == 1).all()


def test_a_constant_number_is_always_predicted():
    found = regressor().fit(FRAMES["pandas"], np.full(ROWS, 7.0))
    np.testing.assert_allclose(found.predict(FRAMES["pandas"]), 7.0)


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_few_rows_a_class(rows):
    y = np.tile(np.arange(10), rows)
    X = np.eye(10)[y] + np.random.RandomState(0).normal(size=(len(y), 10)) / 10
    found = classifier(cv=None, candidates=TINY[1:], max_epochs=64).fit(X, y)
    assert found.predict_proba(X).shape == (10 * rows, 10)
    assert rows == 1 or found.score(X, y) > 0.8


def test_a_single_row():
    assert classifier().fit([[1.0, 2.0]], [3]).predict([[0.0, 0.0]]) == [3]


def test_nothing_to_learn_from_gives_the_classes_shares():
    empty = np.full((10, 2), np.nan)
    found = classifier().fit(empty, [0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    np.testing.assert_allclose(found.predict_proba(empty[:1]), [[0.2, 0.8]])


def test_categories_of_many_levels_are_known_by_their_targets():
    random = np.random.RandomState(0)
    codes = random.randint(0, 60, 600)
    y = random.uniform(size=600) < np.where(random.permutation(60) % 2, 0.9, 0.1)[codes]
    found = classifier(candidates=TINY[1:], max_epochs=64).fit({"code": [f"level {code}" for code in codes]}, y)
    assert found.encoder_.knows_targets
    right = (found.oof_predictions_.argmax(axis=1) == y).mean()
    assert 0.8 < right < 0.93, "held-out rows do not know their own targets"
    assert found.predict({"code": ["another"]}).shape == (1,)


# ---- weights, folds, metrics -------------------------------------------------------------------------------------------------


def test_rows_that_weigh_nothing_might_as_well_not_be_there():
    weights = (np.arange(ROWS) < ROWS - 20).astype(float)
    frame = FRAMES["pandas"]
    without = classifier().fit(frame[:-20], LABELS[:-20])
    np.testing.assert_array_equal(classifier().fit(frame, LABELS, weights).predict_proba(frame), without.predict_proba(frame))


def test_class_weights_move_predictions():
    y = (COLUMNS["number"] + np.random.RandomState(0).normal(size=ROWS) > 1.5).astype(int)
    plain, balanced = (
        classifier(class_weight=each).fit(FRAMES["pandas"], y).predict_proba(FRAMES["pandas"]) for each in (None, "balanced")
    )
    assert balanced[:, 1].mean() > plain[:, 1].mean() + 0.05


def test_rows_of_a_group_are_in_one_fold():
    groups = np.arange(ROWS) // 9
    seen = []

    class Look(hm.Callback):
        def on_start(self, run):
            seen.append(set(groups[run.rows]))

    classifier(callbacks=[Look()]).fit(FRAMES["pandas"], LABELS, groups=groups)
    assert len(seen) == 3
    assert sum(10 - len(each) for each in seen) == 10


def test_time_ordered_folds_hold_later_rows_out():
    found = classifier(cv="time").fit(FRAMES["pandas"], LABELS)
    unknown = np.isnan(found.oof_predictions_).all(axis=1)
    assert unknown[0]
    assert not unknown[-1]
    assert (np.diff(unknown.astype(int)) <= 0).all()


@pytest.mark.parametrize("cv", [KFold(3, shuffle=True, random_state=0), [(np.arange(60), np.arange(60, 90))], 2])
def test_folds_of_ones_own(cv):
    assert classifier(cv=cv).fit(FRAMES["pandas"], LABELS).score(FRAMES["pandas"], LABELS) > 0.8


METRICS = ["log_loss", "accuracy", "auc", "f1_macro", "balanced_accuracy", lambda model, X, y: model.score(X, y)]


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_decides_on_weights(metric):
    found = classifier(metric=metric, candidates=TINY).fit(FRAMES["pandas"], LABELS)
    board = found.leaderboard_
    assert board["cost"].is_sorted()
    assert board["weight"].sum() == pytest.approx(1)
    assert set(board["candidate"]) == {"small", "linear"}


@pytest.mark.parametrize("metric", ["rmse", "mae", "r2", "neg_median_absolute_error"])
def test_a_metric_of_numbers(metric):
    found = regressor(metric=metric, max_epochs=64).fit(FRAMES["pandas"], NUMBERS)
    assert found.score(FRAMES["pandas"], NUMBERS) > 0.7
    assert found.oof_predictions_.shape == (ROWS,)


def test_quantiles_and_intervals():
    found = regressor(quantiles=(0.9, 0.1, 0.5), max_epochs=64).fit(FRAMES["pandas"], NUMBERS)
    low, high = found.predict_interval(FRAMES["pandas"]).T
    middle = found.predict(FRAMES["pandas"])
    assert ((low <= middle) & (middle <= high)).all()
    np.testing.assert_array_equal(found.predict_quantiles(FRAMES["pandas"])[:, 1], middle)
    assert found.oof_predictions_.shape == (ROWS, 3)
    with pytest.raises(hm.InputError, match="quantiles must be given"):
        regressor().fit(FRAMES["pandas"], NUMBERS).predict_quantiles(FRAMES["pandas"])


def test_importances_are_those_of_the_columns(fitted):
    found = fitted.feature_importances(FRAMES["pandas"], LABELS, repeats=2)
    assert set(found) == set(COLUMNS)
    assert set(list(found)[:2]) == {"number", "signal"}
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_fold_that_is_all_right_proves_no_certainty():
    frame = {"x": np.r_[np.linspace(-2, -1, 20), np.linspace(1, 2, 20)]}
    shares = classifier(max_epochs=64).fit(frame, np.repeat([0, 1], 20)).predict_proba(frame)
    assert shares[[0, -1], [0, 1]].min() > 0.9
    assert shares.min() > 1e-6


# ---- how training ends --------------------------------------------------------------------------------------------------------


class Press(hm.Callback):
    """Presses Ctrl-C in one of the members' trainings."""

    def __init__(self, at):
        self.at, self.seen, self.lock = at, 0, threading.Lock()

    def on_epoch(self, run):
        with self.lock:
            self.seen += 1
            pressed = self.seen == self.at
        if pressed:
            raise KeyboardInterrupt


@pytest.mark.parametrize("at", [1, 20, 60])
def test_ctrl_c_gives_the_ensemble_so_far(at):
    with pytest.warns(UserWarning, match="interrupted"):
        found = classifier(candidates=TINY, callbacks=[Press(at)], threads=1).fit(FRAMES["pandas"], LABELS)
    assert np.isfinite(found.predict_proba(FRAMES["pandas"])).all()
    assert found.ensemble_.models


def test_a_time_limit_gives_the_ensemble_so_far():
    many = [hm.Candidate(f"{number}", (64, 64)) for number in range(200)]
    found = classifier(candidates=many, max_seconds=0.5, max_epochs=None).fit(FRAMES["pandas"], LABELS)
    assert len(set(found.leaderboard_["candidate"])) < 200
    assert found.score(FRAMES["pandas"], LABELS) > 0.6


def test_no_time_at_all_gives_the_classes_shares():
    with pytest.warns(UserWarning, match="were over before a network was trained"):
        found = classifier(max_seconds=1e-9).fit(FRAMES["pandas"], LABELS)
    assert np.ptp(found.predict_proba(FRAMES["pandas"]), axis=0).max() == 0


@pytest.mark.parametrize(("make", "y"), [(classifier, LABELS), (regressor, NUMBERS)])
def test_the_same_bits_on_any_number_of_threads(make, y):
    one, two = (make(candidates=TINY, threads=threads).fit(FRAMES["pandas"], y) for threads in (1, 2))
    np.testing.assert_array_equal(one.oof_predictions_, two.oof_predictions_)
    np.testing.assert_array_equal(one.predict(FRAMES["pandas"]), two.predict(FRAMES["pandas"]))
    other = make(candidates=TINY, random_state=1).fit(FRAMES["pandas"], y)
    assert not np.array_equal(one.oof_predictions_, other.oof_predictions_)


@pytest.mark.parametrize(("effort", "members"), [("low", 1), ("medium", 8)])
def test_efforts(effort, members):
    found = hm.TabularClassifier(effort=effort, max_epochs=1).fit(FRAMES["pandas"][:40], LABELS[:40])
    assert found.leaderboard_["members"].unique().to_list() == [members]
    assert np.isfinite(found.predict_proba(FRAMES["pandas"])).all()


@pytest.mark.parametrize(("make", "y"), [(classifier, LABELS), (regressor, NUMBERS)])
def test_some_rows_of_a_large_table_tell_shares_and_all_have_predictions(make, y, monkeypatch):
    every = make(candidates=TINY).fit(FRAMES["pandas"], y)
    monkeypatch.setattr(ensemble_fit, "WEIGHTING_ROWS", ROWS // 2)
    monkeypatch.setattr(ensemble_training, "COST_ROWS", 5)
    some = make(candidates=TINY).fit(FRAMES["pandas"], y)
    assert sorted(some.leaderboard_["cost"]) != sorted(every.leaderboard_["cost"])
    for found in (every, some):
        assert sum(part.share for part in found.ensemble_.parts) == pytest.approx(1)
        assert np.isfinite(found.oof_predictions_).all()
    found = [each.oof_predictions_.reshape(ROWS, -1)[:, -1] for each in (some, every)]
    assert np.corrcoef(*found)[0, 1] > 0.9


@pytest.mark.parametrize("name", ["TabularClassifier", "TabularRegressor"])
def test_a_large_table_is_held_few_times(name):
    code = f"""if True:
        import numpy as np
        import polars as pl
        import halfmoon as hm
        random = np.random.RandomState(0)
        X = pl.DataFrame({{f"n{{each}}": random.standard_normal(200_000).astype("f4") for each in range(50)}})
        fit = lambda rows: hm.{name}(candidates=[hm.Candidate("linear", ())], max_epochs=1).fit(X[:rows], X["n0"][:rows] > 0)
        fit(1000)
        before = {PEAK}
        fit(len(X))
        print(({PEAK} - before) * 1024 / (4 * X.height * X.width))
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert float(done.stdout) < 2.5


# ---- files, scikit-learn, bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "y"), [(classifier, LABELS), (classifier, COLUMNS["whole"] % 3), (regressor, NUMBERS)])
def test_a_file_gives_the_same_estimator(make, y, tmp_path):
    found = make(candidates=TINY, cv="time").fit(FRAMES["pandas"], y)
    hm.save(tmp_path / "model.safetensors", found)
    back = hm.load(tmp_path / "model.safetensors")
    assert type(back) is type(found)
    assert back.get_params() == found.get_params()
    np.testing.assert_array_equal(back.predict(FRAMES["polars"]), found.predict(FRAMES["polars"]))
    np.testing.assert_array_equal(back.oof_predictions_, found.oof_predictions_)
    assert back.leaderboard_.equals(found.leaderboard_)
    assert (back.notes_, list(back.feature_names_in_)) == (found.notes_, list(found.feature_names_in_))
    assert type(found).load(tmp_path / "model.safetensors").encoder_ == found.encoder_


def test_a_file_of_another_estimator_is_refused(fitted, tmp_path):
    fitted.save(tmp_path / "model.safetensors")
    with pytest.raises(hm.InputError, match="must hold a TabularRegressor"):
        hm.TabularRegressor.load(tmp_path / "model.safetensors")


def test_a_function_cannot_be_saved(tmp_path):
    found = classifier(metric=METRICS[-1]).fit(FRAMES["pandas"], LABELS)
    with pytest.raises(hm.InputError, match="metric must be given by name"):
        found.save(tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())


def test_scikit_learns_tools():
    X = np.column_stack([COLUMNS["number"], COLUMNS["gaps"]])
    pipeline = make_pipeline(StandardScaler(), classifier())
    assert cross_val_score(pipeline, X, LABELS, cv=2).mean() > 0.7
    assert clone(classifier(effort="low")).get_params()["effort"] == "low"


BAD = {
    "effort": ({"effort": "mediun"}, {}, "did you mean 'medium'"),
    "max_seconds": ({"max_seconds": -1}, {}, "max_seconds must be"),
    "metric": ({"metric": "acuracy"}, {}, "did you mean 'accuracy'"),
    "cv": ({"cv": 1}, {}, "cv must be a whole number of at least 2"),
    "cv name": ({"cv": "tim"}, {}, "cv must be one of time"),
    "cv pairs": ({"cv": [(1, 2, 3)]}, {}, "a pair of rows"),
    "candidates": ({"candidates": ["small"]}, {}, "candidates must be"),
    "max_epochs": ({"max_epochs": 0}, {}, "max_epochs must be"),
    "X": ({}, {"X": "a text"}, "X must be|Expected 2D"),
    "no columns": ({}, {"X": pd.DataFrame(index=range(ROWS))}, "at least one row"),
    "y": ({}, {"y": LABELS[:-1]}, "inconsistent numbers of samples"),
    "y missing": ({}, {"y": [None, *LABELS[1:]]}, "y must have no missing labels"),
    "y name": ({}, {"y": "anwser"}, "must have the column 'anwser'"),
    "y kinds": ({}, {"y": np.array([1, *LABELS[1:]], dtype=object)}, "labels of one kind|[Uu]nknown label type"),
    "weights": ({}, {"sample_weight": -np.ones(ROWS)}, "sample_weight must not be negative"),
    "y objects of kinds": ({}, {"y": np.array(["a", *[1] * (ROWS - 1)], dtype=object)}, "labels of one kind, got int, str"),
    "y list of kinds": ({}, {"y": [1, *LABELS[1:]]}, "labels of one kind, got int, str"),
    "y NA": ({}, {"y": pd.Series(["a", None] * (ROWS // 2), dtype="string")}, "no missing labels .* in row 2"),
    "groups": ({}, {"groups": np.zeros(ROWS)}, "groups must have at least 2"),
    "groups missing": ({}, {"groups": ["a", None] * (ROWS // 2)}, "groups must have no missing labels, got one in row 2"),
    "groups of kinds": ({}, {"groups": np.array(["a", 1] * (ROWS // 2), dtype=object)}, "groups must have labels of one kind"),
    "class_weight": ({"class_weight": {"yess": 2}}, {}, "class_weight must be 'balanced', or a dict of weights by classes, of 'no', 'yes'"),
    "class_weight name": ({"class_weight": "balance"}, {}, "class_weight must be 'balanced'"),
    "metric of labels": ({"metric": "f1"}, {}, "metric must be one for these targets, 'f1' cannot be used"),
    "metric of nothing": ({"metric": lambda *_: None}, {}, "metric must be one for these targets"),
    "metric of NaN": ({"metric": lambda *_: np.nan}, {}, f"metric must be a number for the {ROWS} rows that are held out"),
    "one class held out": ({"metric": "roc_auc", "cv": [(range(60), np.flatnonzero(LABELS == "yes")[-9:])]}, {}, "metric must be"),
    "splitter": ({"cv": type("Splitter", (), {"split": lambda *_: None})()}, {}, "what cv.split returns must be pairs of rows"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_said_in_one_sentence(case):
    options, given, sentence = BAD[case]
    given = {"X": FRAMES["pandas"], "y": LABELS} | given
    with pytest.raises(ValueError, match=sentence) as caught:
        classifier(**options).fit(**given)
    assert len(str(caught.value)) < 400


BAD_NUMBERS = {
    "texts": (["a"] * ROWS, "y must hold numbers, could not convert"),
    "dates": (pd.date_range("2020", periods=ROWS), "y must hold numbers, got an array of dtype datetime64"),
    "masked": (np.ma.masked_array(NUMBERS, mask=COLUMNS["truth"]), "y must have no masked values"),
}


@pytest.mark.parametrize("case", BAD_NUMBERS)
def test_what_is_no_number_is_refused(case):
    y, sentence = BAD_NUMBERS[case]
    with pytest.raises(ValueError, match=sentence):
        regressor().fit(FRAMES["pandas"], y)


@pytest.mark.parametrize(
    ("make", "y", "other"), [(classifier, LABELS, np.where(LABELS == "yes", 8, 9)), (regressor, NUMBERS, 10 * NUMBERS)]
)
def test_a_fit_that_fails_leaves_the_one_before(make, y, other):
    found = make().fit(FRAMES["pandas"], y)
    before, learned = found.predict(FRAMES["pandas"]), set(vars(found))
    with pytest.raises(hm.InputError, match="groups"):
        found.fit(FRAMES["pandas"][["number", "city"]], other, groups=np.zeros(ROWS))
    assert set(vars(found)) == learned
    np.testing.assert_array_equal(found.predict(FRAMES["pandas"]), before)


@pytest.mark.parametrize("metric", ["r2", "explained_variance", "neg_mean_absolute_error"])
def test_a_score_above_zero_does_not_end_the_training(metric):
    assert regressor(metric=metric).fit(FRAMES["pandas"], NUMBERS).leaderboard_.height == 4


def test_a_scorer_need_not_take_the_rows_of_each_fold():
    y = np.where(np.arange(ROWS) % 45 == 7, "rare", LABELS)
    found = classifier(metric="roc_auc_ovr", cv=3, max_epochs=2).fit(FRAMES["pandas"], y)
    assert found.leaderboard_["cost"].null_count() == 0


def test_a_scorer_may_need_rows_from_all_over_a_sorted_table(monkeypatch):
    monkeypatch.setattr(ensemble_fit, "WEIGHTING_ROWS", 40)
    order = np.argsort(LABELS, kind="stable")
    assert (LABELS[order][:40] == "no").all()
    found = classifier(metric="roc_auc", max_epochs=2).fit(FRAMES["pandas"].iloc[order], LABELS[order])
    assert np.isfinite(found.leaderboard_["cost"].to_numpy()).all()


def test_of_two_quantiles_the_middle_is_predicted():
    found = regressor(quantiles=(0.95, 0.05), max_epochs=64).fit(FRAMES["pandas"], NUMBERS)
    np.testing.assert_array_equal(found.predict(FRAMES["pandas"]), found.predict_quantiles(FRAMES["pandas"]).mean(axis=1))


@pytest.mark.parametrize("quantiles", [None, (0.5,)])
def test_an_interval_needs_two_quantiles(quantiles):
    with pytest.raises(hm.InputError, match="quantiles must have two levels or more for predict_interval"):
        regressor(quantiles=quantiles, max_epochs=1).fit(FRAMES["pandas"], NUMBERS).predict_interval(FRAMES["pandas"])


@pytest.mark.parametrize("options", [{"quantiles": np.array([0.1, 0.9])}, {"cv": np.int64(2)}, {"max_epochs": np.int64(3)}])
def test_parameters_of_numpy_are_saved(options, tmp_path):
    found = regressor(**{"max_epochs": 2} | options).fit(FRAMES["pandas"], NUMBERS)
    hm.save(tmp_path / "model.safetensors", found)
    loaded = hm.load(tmp_path / "model.safetensors")
    (name, value), *_ = options.items()
    assert np.array_equal(getattr(loaded, name), value)
    np.testing.assert_array_equal(loaded.predict(FRAMES["pandas"]), found.predict(FRAMES["pandas"]))


SCALE = RobustScale(0.0, 1.0)

DAMAGED = {
    "temperature": (lambda: saving.PART("part", {"share": 1.0, "temperature": 1e-320, "members": []}), "temperature must be a number in"),
    "factor": (lambda: RobustScale(0.0, 1e308), "factor must be a number in"),
    "scales": (lambda: CategoryEncoding(Category("a", ("x", None)), (0,), False, None, (SCALE,)), "means must have a row for each"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_file_that_would_predict_no_numbers_is_refused(case):
    make, sentence = DAMAGED[case]
    with pytest.raises(hm.InputError, match=sentence):
        make()


def test_codes_that_are_declared_categories_are_no_numbers():
    random = np.random.RandomState(0)
    codes, effect = random.randint(0, 20, 300), random.permutation(20)
    frame = pd.DataFrame({"code": pd.Categorical(codes), "noise": random.normal(size=300)})
    found = regressor(candidates=TINY[1:], max_epochs=64).fit(frame[:200], effect[codes[:200]])
    assert found.score(frame[200:], effect[codes[200:]]) > 0.9
    assert found.score(frame.assign(code=codes)[200:], effect[codes[200:]]) > 0.9, "also where they are numbers again"


def test_a_column_of_the_table_is_the_target_of_a_score():
    frame = FRAMES["pandas"].assign(answer=LABELS)
    found = classifier().fit(frame, "answer")
    assert found.score(frame, "answer") == found.score(frame, LABELS)


@pytest.mark.parametrize("make", [classifier, regressor])
def test_no_rows_are_refused(make):
    found = make(max_epochs=1).fit(FRAMES["pandas"], NUMBERS > 100)
    with pytest.raises(hm.InputError, match="at least one row"):
        found.predict(FRAMES["pandas"][:0])


def test_levels_beyond_the_most_frequent_are_said_to_be_one(monkeypatch):
    monkeypatch.setattr(encoder, "MOST_LEVELS", 2)
    found = classifier(max_epochs=1).fit(FRAMES["pandas"][["city", "number"]], LABELS)
    assert found.notes_ == ("The column 'city' has more than 2 levels; all but the most frequent are taken for one.",)


def test_a_column_of_nan_is_said_to_be_left_out():
    found = classifier(max_epochs=1).fit(pd.DataFrame({"number": COLUMNS["number"], "none": np.nan}), LABELS)
    assert found.notes_ == ("The column 'none' is left out, because all its values are missing.",)


WEIGHTED = "medians and folds know no weights, so that a row twice is not the same as one that weighs two"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [classifier(), regressor()],
    expected_failed_checks=lambda _: {"check_sample_weight_equivalence_on_dense_data": WEIGHTED},
)
def test_an_estimator_keeps_the_rules(estimator, check):
    check(estimator)

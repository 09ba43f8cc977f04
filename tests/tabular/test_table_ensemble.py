"""Ensembles that take raw tables: what they read, say, keep and refuse."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from halfmoon.data import ColumnOptions, infer
from halfmoon.tabular import EnsembleRecipe, TableEnsemble, TableModel, TableWarning, fit_ensemble, prepare_ensemble, score
from halfmoon.tabular.ensembles.watcher import DONE, TIME_LIMIT, TrainingLog
from halfmoon.tabular.score import held_out_score

TINY = {"candidates": (hm.Candidate("small", (8,), rate=0.02), hm.Candidate("linear", (), rate=0.02)), "max_epochs": 12, "cv": 3}
ROWS = 120


def frame(rows=ROWS):
    random = np.random.RandomState(0)
    size = random.normal(size=rows).round(3)
    return pl.DataFrame(
        {
            "size": [f"{value:.3f} kg".replace(".", ",") for value in size],
            "zip": [f"{value:05}" for value in random.randint(0, 9, rows)],
            "day": [f"0{1 + place % 9}.0{1 + place % 7}.2021" for place in range(rows)],
            "empty": [None] * rows,
            "kind": np.where(size > 0, "long", "short"),
            "sold": [str(value) for value in (size * 100 + 1000).round(1)],
            "grown": np.where(size > 0.5, "yes", "no"),
            "code": np.where(size > 0, 7, 3),
        }
    )


def prepared(target="kind", **parameters):
    drop = [name for name in ("kind", "sold", "grown", "code") if name != target]
    columns = ColumnOptions(day_first=True, drop=drop)
    return prepare_ensemble(frame(), target, EnsembleRecipe("low", TINY | parameters), columns=columns)


def fitted(target="kind", **parameters):
    return fit_ensemble(prepared(target, **parameters))


TARGETS = {"kind": ["long", "short"], "grown": ["no", "yes"], "code": [3, 7], "sold": None}


@pytest.mark.parametrize("target", TARGETS)
def test_targets_of_every_kind_are_predicted_in_the_tables_terms(target, tmp_path):
    model = fitted(target)
    model.save(tmp_path / "it")
    found = hm.load(tmp_path / "it")
    assert isinstance(found, TableEnsemble)
    assert found.facts == model.facts
    rows = frame().drop(target)
    answers = found.predict(rows)
    assert answers.equals(model.predict(rows))
    labels = TARGETS[target]
    if labels is None:
        assert answers.columns == [target]
        assert score(found, frame()).value > 0.4
        assert 900 < answers[target].mean() < 1100
        return
    assert set(answers[target]) <= set(labels)
    assert answers.columns[1:] == [f"P({target}={label})" for label in labels]
    assert score(found, frame()).value > 0.7


def test_the_estimators_own_load_reads_it_too(tmp_path):
    fitted().save(tmp_path / "it")
    assert isinstance(hm.TabularClassifier.load(tmp_path / "it"), hm.TabularClassifier)
    with pytest.raises(hm.InputError, match="must hold a TabularRegressor"):
        hm.TabularRegressor.load(tmp_path / "it")


def test_another_file_is_none(tmp_path):
    model = fitted()
    model.estimator.save(tmp_path / "it")
    with pytest.raises(hm.InputError, match="must hold the ensemble of a table"):
        TableEnsemble.load(tmp_path / "it")
    regressor = fitted("sold").estimator
    TableEnsemble.of(regressor, model.preparation.target, ()).save(tmp_path / "mixed")
    with pytest.raises(hm.InputError, match="must hold a TabularClassifier"):
        hm.load(tmp_path / "mixed")
    wrong = replace(model.preparation.target, labels=("a", "b", "c"))
    TableEnsemble.of(model.estimator, wrong, ()).save(tmp_path / "wrong")
    with pytest.raises(hm.InputError, match="must know the 3 classes"):
        hm.load(tmp_path / "wrong")
    model.save(tmp_path / "ensemble")
    with pytest.raises(hm.InputError):
        TableModel.load(tmp_path / "ensemble")


def test_unknown_levels_and_other_kinds_are_said_as_ever():
    model = fitted()
    with pytest.warns(TableWarning, match="none of the 9 levels that the model keeps"):
        model.predict(frame(5).with_columns(zip=pl.lit("99999")))
    with pytest.raises(hm.InputError, match="'size' must hold numbers with decimal commas and 'kg' as in training"):
        model.predict(frame(5).with_columns(size=pl.lit("3 m")))
    with pytest.raises(hm.InputError, match="'zip'"):
        model.predict(frame(5).drop("zip"))


def test_what_is_settled_before_training():
    table = prepared()
    assert table.left_out == ("empty", "sold", "grown", "code")
    assert set(table.training.formats) == {"size", "zip", "day", "kind"}
    assert table.training.frame.height + table.test.height == ROWS
    assert any("'empty' is left out" in note for note in table.notes)
    assert fit_ensemble(table).preparation.left_out == table.left_out


def test_notes_at_fit_name_no_options():
    table = prepare_ensemble(frame(), "kind", EnsembleRecipe("low", TINY), columns=ColumnOptions(day_first=True))
    assert table.warnings
    assert set(table.warnings) <= set(table.notes)
    assert not any("--" in note for note in table.notes)
    named = frame().with_columns(id=pl.Series([f"C{place}" for place in range(ROWS)])).drop("day")
    with pytest.warns(TableWarning) as caught:
        hm.TabularClassifier(**TINY).fit(named, "kind")
    said = [str(each.message) for each in caught]
    assert any("category=... or number=... keeps it" in each for each in said)
    assert not any("--" in each for each in said)


def test_an_estimator_takes_a_typed_table():
    typed = infer(frame(), "kind", ColumnOptions(day_first=True, columns=["size", "zip", "day"], category=["zip"]))
    with warnings.catch_warnings(action="error"):
        found = hm.TabularClassifier(**TINY).fit(typed, "kind")
    assert list(found.feature_names_in_) == ["size", "zip", "day"]
    assert found.predict(frame()).shape == (ROWS,)
    apart = typed._replace(formats={name: each for name, each in typed.formats.items() if name != "kind"})
    other = hm.TabularClassifier(**TINY).fit(apart, frame()["kind"].to_numpy())
    np.testing.assert_array_equal(other.predict_proba(frame()), found.predict_proba(frame()))


REFUSED = {
    "effort": (lambda: EnsembleRecipe("some"), "effort must be one of low, medium, high"),
    "share": (lambda: EnsembleRecipe(test_share=1.0), "test_share must be"),
    "seconds": (lambda: EnsembleRecipe("low", {"max_seconds": -1}), "max_seconds must be"),
    "weights": (lambda: prepared("sold", class_weight="balanced"), "class_weight must be left out for a regression of 'sold'"),
    "nothing to learn from": (
        lambda: prepare_ensemble(frame(), "kind", EnsembleRecipe(), columns=ColumnOptions(columns=["empty"])),
        "must have a column with values",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused(what):
    make, sentence = REFUSED[what]
    with pytest.raises(hm.InputError, match=sentence) as caught:
        make()
    assert len(str(caught.value)) < 300


def test_class_weights_go_by_labels():
    assert prepared(class_weight={"short": 3}).estimator.class_weight == {1: 3.0}


def test_a_log_hears_of_each_member():
    log, table = TrainingLog(), prepared()
    model = fit_ensemble(table, watcher=log)
    assert [each.name for each in log.candidates] == ["small", "linear"]
    assert sorted((each.candidate, each.fold) for each in log.members) == [(number, fold) for number in range(2) for fold in range(3)]
    assert all(each.epochs > 0 and each.seconds > 0 and np.isfinite(each.cost) for each in log.members)
    assert log.ended == DONE
    found = held_out_score(model, table.training.frame)
    assert found.figures["rows"] == table.training.frame.height
    fit_ensemble(prepared(max_seconds=1e-9), watcher=(late := TrainingLog()))
    assert late.ended == TIME_LIMIT


def test_an_ensemble_without_members_predicts_the_most_frequent(tmp_path):
    table = prepared(max_seconds=1e-9)
    model = fit_ensemble(table)
    model.save(tmp_path / "it")
    assert hm.load(tmp_path / "it").predict(frame(5)).height == 5
    assert held_out_score(model, table.training.frame) is None

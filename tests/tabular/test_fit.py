"""Fitting a table: parts, preparation, training, scores, saving."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from halfmoon.data import load
from halfmoon.tabular import EXERCISE, Recipe, TableModel, fit, score
from halfmoon.tabular.fitting import prepare

QUICK = Recipe(hidden=(8,), epochs=30, patience=None)


@pytest.fixture(scope="module")
def people():
    random = np.random.RandomState(0)
    age, city = random.uniform(18, 80, 300), random.choice(["Paris", "Rome", "Oslo"], 300)
    income = 1000 + 20 * age + 300 * (city == "Oslo") + random.normal(0, 30, 300)
    gaps = np.arange(300) % 17 == 0
    return pl.DataFrame(
        {
            "age": [None if gap else value for gap, value in zip(gaps, age, strict=True)],
            "city": [None if gap and value < 40 else name for gap, value, name in zip(gaps, age, city, strict=True)],
            "member": random.rand(300) > 0.5,
            "income": income,
            "rich": np.where(income > 2000, "yes", "no"),
        }
    )


def test_the_parts_do_not_overlap_and_are_all_there(people):
    plan = prepare(people.with_row_index("row").with_columns(pl.col("row").cast(pl.Float64)), "rich", QUICK)
    parts = [set(part["row"]) for part in (plan.parts.training, plan.parts.validation, plan.parts.test)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 300
    assert [len(part) for part in parts] == [191, 34, 75]


def test_everything_is_fitted_on_the_training_part_alone(people):
    plan = prepare(people, "income", QUICK)
    age = next(column for column in plan.preparation.columns if column.name == "age")
    known = plan.parts.training["age"].drop_nulls()
    assert age.fill == pytest.approx(known.median(), rel=1e-15)
    assert plan.preparation.target.mean == pytest.approx(plan.parts.training["income"].mean(), rel=1e-12)
    assert plan.preparation.target.mean != pytest.approx(people["income"].mean(), rel=1e-6)


def test_a_rare_class_outside_the_training_part_is_still_a_class():
    labels = ["a", "b"] * 30 + ["rare"]
    frame = pl.DataFrame({"x": np.linspace(0, 1, 61), "label": labels})
    for seed in range(6):
        plan = prepare(frame, "label", replace(QUICK, seed=seed))
        assert plan.preparation.target.labels == ("a", "b", "rare")
        assert score(fit(plan).model, plan.parts.test).value >= 0


def test_a_regression_learns_and_answers_in_the_tables_units(people):
    outcome = fit(prepare(people.drop("rich"), "income", Recipe(epochs=150, patience=None)))
    found = score(outcome.model, outcome.plan.parts.test)
    assert found.value > 0.9
    assert "R²" in found.text
    assert "'income'" in found.text
    predicted = outcome.model.predict(outcome.plan.parts.test)
    assert predicted.columns == ["income"]
    assert abs(predicted["income"].mean() - people["income"].mean()) < 100


def test_classes_come_back_as_labels_with_probabilities(people):
    outcome = fit(prepare(people.drop("income"), "rich", QUICK))
    predicted = outcome.model.predict(outcome.plan.parts.test)
    assert predicted.columns == ["rich", "P(rich=no)", "P(rich=yes)"]
    assert set(predicted["rich"]) <= {"yes", "no"}
    np.testing.assert_allclose(predicted["P(rich=no)"] + predicted["P(rich=yes)"], 1, rtol=1e-6)
    likelier = np.where(predicted["P(rich=yes)"].to_numpy() > 0.5, "yes", "no")
    assert predicted["rich"].to_list() == likelier.tolist()


def test_counts_are_predicted_as_they_are(people):
    counts = people.select("age", "city", pl.Series("visits", np.random.RandomState(1).poisson(3, 300)))
    outcome = fit(prepare(counts, "visits", replace(QUICK, loss="poisson"), task="regression"))
    assert outcome.plan.preparation.target.mean == 0.0
    assert (outcome.model.predict(counts)["visits"] > 0).all()


def test_what_is_said_about_the_task_and_the_rows(people):
    gaps = people.with_columns(pl.when(pl.int_range(300) < 5).then(None).otherwise(pl.col("rich")).alias("rich"))
    notes = prepare(gaps, "rich", QUICK).notes
    assert notes[0] == "Classification, because 'rich' holds text."
    assert "5 of 300 rows miss the target 'rich'" in notes[1]
    assert prepare(people, "income", QUICK, task="regression").notes[0] == "Regression, as asked."


def test_early_stopping_goes_back_to_the_best_epoch():
    table = load("iris")
    outcome = fit(prepare(table.frame, table.target, Recipe(rate=0.05, patience=5)))
    history = outcome.history
    assert history.best_epoch == int(history["val_loss"].argmin()) + 1
    assert history.epochs == history.best_epoch + 5
    plan = outcome.plan
    X, y = plan.preparation.features(plan.parts.validation), plan.preparation.targets(plan.parts.validation)
    assert outcome.model.model.loss(X, y) == pytest.approx(history["val_loss"].min(), rel=1e-6)


def test_a_saved_model_takes_the_raw_table_again(people, tmp_path):
    outcome = fit(prepare(people.drop("income"), "rich", QUICK))
    path = tmp_path / "people.safetensors"
    outcome.model.save(path)
    again = TableModel.load(path)
    assert again.preparation == outcome.plan.preparation
    assert again.history == outcome.history
    assert again.predict(people).equals(outcome.model.predict(people))


def test_a_model_of_arrays_is_no_table_model(tmp_path):
    path = tmp_path / "plain.safetensors"
    hm.save(path, hm.Network([hm.Dense(1)]).init(2))
    with pytest.raises(hm.InputError, match="must have been trained on a table"):
        TableModel.load(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda preparation: preparation["target"].update(name=7), "name must be text, got 7"),
        (lambda preparation: preparation["target"].update(labels=["a", "b", "c"]), "the network's 1 outputs, it has 3"),
        (lambda preparation: preparation["target"].update(labels=["a", 1]), "different labels of one type"),
        (lambda preparation: preparation["target"].update(labels=["a", "a"]), "different labels of one type"),
        (lambda preparation: preparation["target"].update(labels=["a", ["b"]]), "texts, numbers or truth values"),
        (lambda preparation: preparation["columns"][0].update(name=7), "name must be text, got 7"),
        (lambda preparation: preparation["columns"][0].update(scale=0), "scale must be"),
        (lambda preparation: preparation["columns"].pop(), "the columns must make the network's 6 inputs, they make 5"),
    ],
)
def test_a_preparation_that_was_edited_is_refused(people, tmp_path, change, words):
    path = tmp_path / "people.safetensors"
    fit(prepare(people.drop("income"), "rich", replace(QUICK, epochs=1))).model.save(path)
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    head = json.loads(content[8 : 8 + size])
    told = json.loads(head["__metadata__"]["halfmoon"])
    change(told["extras"]["preparation"])
    head["__metadata__"]["halfmoon"] = json.dumps(told)
    edited = json.dumps(head).encode()
    path.write_bytes(len(edited).to_bytes(8, "little") + edited + content[8 + size :])
    with pytest.raises(hm.InputError, match=r"people\.safetensors' is damaged: ") as caught:
        TableModel.load(path)
    assert words in str(caught.value)


def test_a_number_that_does_not_fit_is_told_with_its_column(people):
    plan = prepare(people, "rich", QUICK)
    large = plan.parts.training.with_columns(income=pl.lit(1e60))
    words = r"^the column 'income' must hold numbers that fit in float32, got 1e\+60 in row 1$"
    with pytest.raises(hm.InputError, match=words):
        TableModel(plan.preparation, plan.model).predict(large)
    with pytest.raises(hm.InputError, match=words):
        fit(replace(plan, parts=replace(plan.parts, training=large)))


def test_the_same_seed_gives_the_same_bits(people):
    plans = [prepare(people, "rich", QUICK), prepare(people, "rich", QUICK), prepare(people, "rich", replace(QUICK, seed=1))]
    first, second, other = (fit(plan).model.model.theta.tobytes() for plan in plans)
    assert first == second != other


def test_the_exercise_trains_on_all_rows_as_they_are():
    table = load("moons")
    plan = prepare(table.frame, table.target, EXERCISE, test=table.frame)
    X = plan.preparation.features(plan.parts.training)
    assert plan.parts.validation is None
    assert X.tobytes() == np.ascontiguousarray(table.frame.select("x1", "x2").to_numpy()).tobytes()

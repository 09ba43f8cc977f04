"""Fitting a table: parts, preparation, training, scores, saving."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import halfmoon as hm
from halfmoon.data import load, split
from halfmoon.tabular import EXERCISE, Recipe, TableModel, fit, prepare, score

QUICK = Recipe().changed({"hidden_layer_sizes": (8,), "max_iter": 30, "n_iter_no_change": np.inf})


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
    table = prepare(people.with_row_index("row").with_columns(pl.col("row").cast(pl.Float64)), "rich", QUICK)
    parts = [set(part["row"]) for part in (table.training, table.test)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 300
    assert [len(part) for part in parts] == [225, 75]
    assert table.validation_rows == 34
    model = fit(table)
    assert model.estimator.t_ == 30 * (225 - 34)  # rows that were trained on


def test_everything_is_fitted_on_the_training_part_alone(people):
    table = prepare(people, "income", QUICK)
    age = next(column for column in table.preparation.columns if column.name == "age")
    known = table.training["age"].drop_nulls()
    assert age.fill == pytest.approx(known.median(), rel=1e-15)
    assert table.preparation.target.mean == pytest.approx(table.training["income"].mean(), rel=1e-12)
    assert table.preparation.target.mean != pytest.approx(people["income"].mean(), rel=1e-6)


def test_a_rare_class_is_still_a_class():
    labels = ["a", "b"] * 30 + ["rare"]
    frame = pl.DataFrame({"x": np.linspace(0, 1, 61), "label": labels})
    for seed in range(6):
        table = prepare(frame, "label", QUICK.changed({"random_state": seed}))
        assert table.preparation.target.labels == ("a", "b", "rare")
        assert "rare" in table.training["label"]
        model = fit(table)
        assert score(model, table.test).value >= 0
        assert model.predict(table.test).columns == ["label", "P(label=a)", "P(label=b)", "P(label=rare)"]


def test_a_class_of_every_row_that_is_held_out_must_have_others():
    frame = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "label": ["a", "a", "b", "c"]})
    seed = next(seed for seed in range(9) if split(frame, 0.25, seed=seed)[1]["label"][0] != "a")
    with pytest.raises(hm.InputError, match="enough rows of each class of 'label' to hold some out, it has 4 in all"):
        prepare(frame, "label", QUICK.changed({"random_state": seed}))


@pytest.mark.parametrize("labels", [["a", "b"] * 4, ["a"] * 30 + ["b"]])
def test_few_rows_are_all_trained_on(labels):
    frame = pl.DataFrame({"x": np.linspace(0, 1, len(labels)), "label": labels})
    table = prepare(frame, "label", QUICK)
    assert table.validation_rows == 0
    assert table.notes[-1] == "Too few rows to set some aside for validation, so all 30 epochs are made."
    assert fit(table).estimator.history_.epochs == 30


def test_a_regression_learns_and_answers_in_the_tables_units(people):
    table = prepare(people.drop("rich"), "income", QUICK.changed({"hidden_layer_sizes": (64, 32), "max_iter": 150}))
    model = fit(table)
    found = score(model, table.test)
    assert found.value > 0.9
    assert "R²" in found.text
    assert "'income'" in found.text
    predicted = model.predict(table.test)
    assert predicted.columns == ["income"]
    assert abs(predicted["income"].mean() - people["income"].mean()) < 100


@pytest.mark.parametrize("loss", ["log_loss", "squared_error", "huber"])
def test_classes_come_back_as_labels_with_probabilities(people, loss):
    table = prepare(people.drop("income"), "rich", QUICK.changed({"loss": loss}))
    model = fit(table)
    predicted = model.predict(table.test)
    assert predicted.columns == ["rich", "P(rich=no)", "P(rich=yes)"]
    assert set(predicted["rich"]) <= {"yes", "no"}
    np.testing.assert_allclose(predicted["P(rich=no)"] + predicted["P(rich=yes)"], 1, rtol=1e-6)
    likelier = np.where(predicted["P(rich=yes)"].to_numpy() > 0.5, "yes", "no")
    assert predicted["rich"].to_list() == likelier.tolist()


def test_counts_are_predicted_as_they_are(people):
    counts = people.select("age", "city", pl.Series("visits", np.random.RandomState(1).poisson(3, 300)))
    table = prepare(counts, "visits", QUICK.changed({"loss": "poisson"}), task="regression")
    model = fit(table)
    assert table.preparation.target.mean == 0.0
    assert (model.predict(counts)["visits"] > 0).all()


def test_what_is_said_about_the_task_and_the_rows(people):
    gaps = people.with_columns(pl.when(pl.int_range(300) < 5).then(None).otherwise(pl.col("rich")).alias("rich"))
    notes = prepare(gaps, "rich", QUICK).notes
    assert notes[0] == "Classification, because 'rich' holds truth values."
    assert "5 of 300 rows miss the target 'rich'" in notes[1]
    assert prepare(people, "income", QUICK, task="regression").notes[0] == "Regression, as asked."


def test_what_stands_beside_the_target_or_is_rare_is_said(people):
    rare = people.with_columns(rich=pl.Series(["yes"] * 30 + ["no"] * 270), double=2 * pl.col("income"))
    text = "The rarest class of 'rich', 'yes', has 30 of 300 rows; class_weight=\"balanced\" makes each class count the same."
    assert text in prepare(rare, "rich", QUICK).notes
    assert text not in prepare(rare, "rich", QUICK.changed({"class_weight": "balanced"})).notes
    assert not any("class-weight" in note for note in prepare(people, "rich", QUICK).notes)
    assert any("'double' alone tells 'income'" in note for note in prepare(rare, "income", QUICK).notes)


def test_early_stopping_goes_back_to_the_best_epoch():
    table = load("iris")
    recipe = Recipe().changed({"learning_rate_init": 0.05, "n_iter_no_change": 5})
    model = fit(prepare(table.frame, table.target, recipe))
    history = model.estimator.history_
    assert history.best_epoch == int(history["val_loss"].argmin()) + 1
    assert history.epochs == history.best_epoch + 6  # the estimator's rule: more than 5
    assert model.estimator.best_validation_score_ == -history["val_loss"].min()
    until = fit(prepare(table.frame, table.target, recipe.changed({"max_iter": history.best_epoch})))
    assert model.estimator.model_.theta.tobytes() == until.estimator.model_.theta.tobytes()


def test_a_saved_model_takes_the_raw_table_again(people, tmp_path):
    table = prepare(people.drop("income"), "rich", QUICK)
    model = fit(table)
    path = tmp_path / "people.safetensors"
    model.save(path)
    again = TableModel.load(path)
    assert again.preparation == table.preparation
    assert again.estimator.history_ == model.estimator.history_
    assert again.predict(people).equals(model.predict(people))
    assert "income" in again.read(people).unused[0]


def edited(path, change):
    """Change the preparation in a model's file."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    head = json.loads(content[8 : 8 + size])
    described = json.loads(head["__metadata__"]["halfmoon"])
    change(described["extras"])
    head["__metadata__"]["halfmoon"] = json.dumps(described)
    written = json.dumps(head).encode()
    path.write_bytes(len(written).to_bytes(8, "little") + written + content[8 + size :])


EARLIER = {
    "no word on columns that are left out": lambda extras: extras["preparation"].pop("left_out"),
    "no estimator": lambda extras: extras.pop("estimator"),
}


@pytest.mark.parametrize("what", EARLIER)
def test_a_file_of_an_earlier_version_is_refused(people, tmp_path, what):
    path = tmp_path / "earlier.safetensors"
    fit(prepare(people.drop("income"), "rich", QUICK.changed({"max_iter": 1}))).save(path)
    edited(path, EARLIER[what])
    with pytest.raises(hm.InputError, match="must be of this version, it read tables in another way; train it anew"):
        TableModel.load(path)


def test_the_estimator_can_be_read_alone(people, tmp_path):
    table = prepare(people.drop("income"), "rich", QUICK)
    model = fit(table)
    model.save(tmp_path / "people.safetensors")
    alone = hm.MLPClassifier.load(tmp_path / "people.safetensors")
    assert alone.get_params() == model.estimator.get_params()
    X, y = table.arrays(table.test)
    assert alone.score(X, y) == score(model, table.test).value


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
    fit(prepare(people.drop("income"), "rich", QUICK.changed({"max_iter": 1}))).save(path)
    edited(path, lambda extras: change(extras["preparation"]))
    with pytest.raises(hm.InputError, match=r"people\.safetensors' is damaged: ") as caught:
        TableModel.load(path)
    assert words in str(caught.value)


def test_a_number_that_does_not_fit_is_told_with_its_column(people):
    table = prepare(people, "rich", QUICK)
    large = table.training.with_columns(income=pl.lit(1e60))
    words = r"^the column 'income' must hold numbers that fit in float32, got 1e\+60 in row 1$"
    with pytest.raises(hm.InputError, match=words):
        fit(replace(table, training=large))
    with pytest.raises(hm.InputError, match=words):
        fit(table).predict(large)


def test_the_same_seed_gives_the_same_bits(people):
    tables = [prepare(people, "rich", recipe) for recipe in (QUICK, QUICK, QUICK.changed({"random_state": 1}))]
    first, second, other = (fit(table).estimator.model_.theta.tobytes() for table in tables)
    assert first == second != other


def test_the_exercise_trains_on_all_rows_as_they_are():
    table = load("moons")
    prepared = prepare(table.frame, table.target, EXERCISE, test=table.frame)
    X, y = prepared.arrays(prepared.training)
    assert prepared.validation_rows == 0
    assert X.tobytes() == np.ascontiguousarray(table.frame.select("x1", "x2").to_numpy()).tobytes()
    assert y.tolist() == table.frame["moon"].to_list()


@pytest.mark.parametrize("seed", [0, 1])
def test_the_exercises_estimator_trains_as_train_does_to_the_bit(seed):
    table = load("moons")
    recipe = EXERCISE.changed({"random_state": seed, "max_iter": 200})
    model = fit(prepare(table.frame, table.target, recipe, test=table.frame))
    X, y = table.frame.select("x1", "x2").to_numpy(), table.frame["moon"].to_numpy()
    other = model.estimator.model_.network.init(2, seed, "float64")
    history = hm.train(other, X, y, optimizer=hm.SGD(0.8), epochs=200)
    assert model.estimator.model_.theta.tobytes() == other.theta.tobytes()
    assert model.estimator.history_["loss"].tobytes() == history["loss"].tobytes()


def test_a_training_that_diverges_is_an_error_that_keeps_its_history(people):
    for stops in (True, False):
        recipe = QUICK.changed({"solver": "sgd", "learning_rate_init": 1e9, "early_stopping": stops})
        with pytest.raises(hm.DivergenceError, match="the rate 1e\\+09 is likely too high") as caught:
            fit(prepare(people, "income", recipe))
        assert caught.value.history.stopped == str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hidden_layer_sizes": (3, 0)}, "hidden_layer_sizes must be > 0"),
        ({"activation": ("relu", "tanh"), "hidden_layer_sizes": (3, 3, 3)}, "one entry for each of the 3 hidden layers, got 2"),
    ],
)
def test_a_network_that_cannot_be_built_is_refused_before_training(people, changes, words):
    with pytest.raises(hm.InputError, match=words):
        prepare(people, "rich", QUICK.changed(changes))


def test_lbfgs_stops_early_too():
    table = load("breast-cancer")
    prepared = prepare(table.frame, table.target, Recipe().changed({"solver": "lbfgs", "n_iter_no_change": 5}))
    model = fit(prepared)
    history = model.estimator.history_
    assert prepared.validation_rows == len(model.estimator.fit_state_.rows[1]) > 0
    assert history.best_epoch == int(history["val_loss"].argmin()) + 1 == history.epochs - 6

"""How good is that: the figures are scikit-learn's, and beside each stands what a model without learning reaches."""

import re

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss, mean_absolute_error, r2_score

import halfmoon as hm
from halfmoon.base.language import speaking
from halfmoon.tabular import Recipe, fit, prepare, score

QUICK = Recipe().changed({"hidden_layer_sizes": (8,), "max_iter": 20, "validation_fraction": 0.0})


@pytest.fixture(scope="module")
def rare():
    random = np.random.RandomState(0)
    X = random.normal(size=(400, 2)).round(3)
    y = np.where(X[:, 0] > 1.3, "fraud", "ok")
    return pl.DataFrame({"a": X[:, 0], "b": X[:, 1], "y": y, "v": (X[:, 0] * 10).round(2)})


def test_uneven_classes(rare):
    table = prepare(rare.drop("v"), "y", QUICK)
    model = fit(table)
    found = score(model, table.test)
    answers = model.predict(table.test)
    truth, predicted = table.test["y"].to_numpy(), answers["y"].to_numpy()
    always = (truth == "ok").mean()
    right = (truth == predicted).sum()
    assert found.value == right / 100
    assert found.text == f"accuracy {right / 100:.1%} ({right} of 100 rows right; always answering 'ok', the most frequent, {always:.1%})"
    balanced = balanced_accuracy_score(truth, predicted)
    shown = answers.drop("y").to_numpy()
    loss = log_loss(truth, shown / shown.sum(axis=1, keepdims=True))  # their sum is 1 in float32
    shares = np.array([1 - always, always])
    assert found.details[0] == (
        f"balanced accuracy {balanced:.1%} (always the same: 50.0%), log-loss {loss:.4g} "
        f"(always the classes' shares: {-(shares * np.log(shares)).sum():.4g})"
    )
    recall = {name: (predicted[truth == name] == name).mean() for name in ("fraud", "ok")}
    count = {name: (truth == name).sum() for name in recall}
    assert found.details[1] == "recall " + ", ".join(f"'{name}' {recall[name]:.1%} of {count[name]}" for name in recall)


def test_even_classes_need_no_recall():
    frame = pl.DataFrame({"a": np.linspace(-1, 1, 80), "y": ["a", "b"] * 40})
    table = prepare(frame, "y", QUICK)
    assert len(score(fit(table), table.test).details) == 1


def test_of_many_classes_the_worst_are_shown():
    random = np.random.RandomState(0)
    classes = [f"c{place}" for place in range(12) for _ in range(10 + 5 * place)]
    frame = pl.DataFrame({"a": random.normal(size=len(classes)), "y": classes})
    details = score(fit(prepare(frame, "y", QUICK)), frame).details
    assert details[1].count("%") == 8
    assert details[1].endswith(", and higher for 4 more classes")


def test_a_loss_without_probabilities_has_no_log_loss(rare):
    table = prepare(rare.drop("v"), "y", QUICK.changed({"loss": "squared_error"}))
    model = fit(table)
    assert ("log-loss" in score(model, table.test).details[0]) == model.estimator.model_.network.loss.link.classifies


def test_a_quantity(rare):
    table = prepare(rare.drop("y"), "v", QUICK)
    model = fit(table)
    found = score(model, table.test)
    truth, predicted = table.test["v"].to_numpy(), model.predict(table.test)["v"].to_numpy()
    assert found.value == pytest.approx(r2_score(truth, predicted), rel=1e-5)
    mae, always = mean_absolute_error(truth, predicted), mean_absolute_error(truth, np.full(100, truth.mean()))
    assert found.text == (f"R² {found.value:.3f}, MAE {mae:.4g} in 'v' (100 rows; always answering the mean has R² 0, MAE {always:.4g})")
    assert score(model, table.test[:1]).value == 0


def test_rows_without_a_target_do_not_count(rare):
    frame = rare.drop("v")
    model = fit(prepare(frame, "y", QUICK))
    gaps = frame.with_columns(y=pl.when(pl.int_range(400) % 2 == 0).then("y"))
    assert score(model, gaps) == score(model, frame[::2])
    with pytest.raises(hm.InputError, match=r"^the target 'y' must have values, all 400 rows miss it$"):
        score(model, frame.with_columns(y=pl.lit(None, dtype=pl.String)))


WEIGHTS = {
    "balanced": ("balanced", "balanced"),
    "by labels": ({"fraud": 10.0}, {0: 10.0}),
    "by both": ({"fraud": 10, "ok": 0.5}, {0: 10.0, 1: 0.5}),
}


@pytest.mark.parametrize("what", WEIGHTS)
def test_class_weights_go_by_labels(rare, what):
    given, expected = WEIGHTS[what]
    frame = rare.drop("v")
    table = prepare(frame, "y", QUICK.changed({"class_weight": given}))
    assert table.estimator.class_weight == expected
    found = [
        (fit(prepare(frame, "y", QUICK.changed({"class_weight": each}))).predict(frame)["y"] == "fraud").sum() for each in (given, None)
    ]
    assert found[0] >= found[1]


@pytest.mark.parametrize(
    ("target", "given", "words"),
    [
        ("y", {"fruad": 2}, "class_weight must be one of fraud, ok .did you mean 'fraud'.., got 'fruad'"),
        ("y", {"fraud": -2}, "class_weight must be a number in .0, inf., got -2"),
        ("v", "balanced", "class_weight must be left out for a regression of 'v', got 'balanced'"),
    ],
)
def test_class_weights_that_fit_nothing_are_refused(rare, target, given, words):
    with pytest.raises(hm.InputError, match=words):
        prepare(rare, target, QUICK.changed({"class_weight": given}))


def test_it_is_said_in_chinese(rare):
    with speaking("zh"):
        table = prepare(rare.drop("v"), "y", QUICK)
        found = score(fit(table), table.test)
        numbers = prepare(rare.drop("y"), "v", QUICK)
        text = score(fit(numbers), numbers.test).text
    assert re.fullmatch(r"准确率 \S+%（100 行中 \d+ 行正确；总是回答最常见的 'ok'：\S+%）", found.text)
    assert re.fullmatch(r"平衡准确率 \S+（总是同一答案：50\.0%）、对数损失 \S+（总是回答各类别的比例：\S+）", found.details[0])
    assert re.fullmatch(r"召回率 'fraud' \S+%（\d+ 行）、'ok' \S+%（\d+ 行）", found.details[1])
    assert table.notes[0] == "作分类，因为 'y' 是文字。"
    assert re.fullmatch(r"R² \S+，'v' 的平均绝对误差（MAE）\S+（100 行；总是回答平均值：R² 0，MAE \S+）", text)

"""Validation sets: one's own, set aside, by groups; stopping on any score."""

import numpy as np
import pytest
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

import halfmoon as hm
from estimator_cases import BINARY, LABELS, NUMBER, SMALL, THREE, X
from halfmoon.plots import LossDisplay

STOPS = SMALL | {"max_iter": 300, "early_stopping": True, "n_iter_no_change": 5, "learning_rate_init": 0.02}


@pytest.mark.parametrize(
    ("kind", "y"), [(hm.MLPClassifier, BINARY), (hm.MLPClassifier, THREE), (hm.MLPClassifier, LABELS), (hm.MLPRegressor, NUMBER)]
)
def test_ones_own_set_is_read_after_each_epoch(kind, y):
    weights = np.linspace(0, 1, 40)
    model = kind(**SMALL).fit(X[:80], y[:80], X_val=X[80:], y_val=y[80:], sample_weight_val=weights)
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == len(model.loss_curve_) == 15
    assert model.validation_scores_[-1] == pytest.approx(model.score(X[80:], y[80:], weights), rel=1e-12)


def test_a_set_that_is_only_read_changes_nothing():
    alone = hm.MLPClassifier(**SMALL).fit(X[:80], BINARY[:80])
    read = hm.MLPClassifier(**SMALL).fit(X[:80], BINARY[:80], X_val=X[80:], y_val=BINARY[80:])
    assert read.loss_curve_ == alone.loss_curve_
    assert np.array_equal(read.model_.theta, alone.model_.theta)


def test_the_loss_there_is_the_log_loss_and_the_penalty():
    clf = hm.MLPClassifier(**SMALL | {"alpha": 0.0}).fit(X[:80], BINARY[:80], X_val=X[80:], y_val=BINARY[80:])
    assert clf.validation_loss_curve_[-1] == pytest.approx(log_loss(BINARY[80:], clf.predict_proba(X[80:])), rel=1e-9)


def test_ones_own_set_stops_and_the_best_epoch_is_kept():
    clf = hm.MLPClassifier(**STOPS).fit(X[:80], BINARY[:80], X_val=X[80:], y_val=BINARY[80:])
    assert clf.n_iter_ < 300
    assert clf.score(X[80:], BINARY[80:]) == clf.best_validation_score_ == max(clf.validation_scores_)


def test_the_history_has_what_the_set_gave():
    clf = hm.MLPClassifier(**STOPS).fit(X[:80], BINARY[:80], X_val=X[80:], y_val=BINARY[80:])
    assert clf.history_["val_loss"].tolist() == clf.validation_loss_curve_
    assert clf.history_["val_score"].tolist() == clf.validation_scores_
    assert clf.history_.best_epoch == 1 + np.argmax(clf.validation_scores_)
    shown = LossDisplay.from_estimator(clf)
    assert shown.validation.tolist() == clf.validation_loss_curve_
    assert shown.best_epoch == clf.history_.best_epoch
    aside = hm.MLPClassifier(**STOPS).fit(X, BINARY)
    assert list(aside.history_) == ["epoch", "loss", "rate", "seconds", "val_score"]
    assert list(hm.MLPClassifier(**SMALL).fit(X, BINARY).history_) == ["epoch", "loss", "rate", "seconds"]


def test_a_set_that_is_set_aside_is_that_of_train_test_split():
    clf = hm.MLPRegressor(**STOPS).fit(X, NUMBER)
    random = np.random.RandomState(0)
    for n_in, n_out in ((5, 8), (8, 1)):
        random.uniform(size=(n_in, n_out))
        random.uniform(size=n_out)
    _, X_val, _, y_val = train_test_split(X, NUMBER, random_state=random, test_size=0.1)
    assert clf.score(X_val, y_val) == pytest.approx(clf.best_validation_score_, rel=1e-12)


# what to stop on, and whether it can be above 0
SCORINGS = {"balanced_accuracy": 1, "neg_log_loss": -1, "roc_auc": 1, "loss": -1, "own": -1}


@pytest.mark.parametrize("scoring", SCORINGS)
def test_any_scorer_decides(scoring):
    def own(estimator, X, y, sample_weight=None):
        return -float(np.average((estimator.predict_proba(X)[:, 1] - (y == "yes")) ** 2, weights=sample_weight))

    clf = hm.MLPClassifier(**STOPS, scoring=own if scoring == "own" else scoring).fit(X, BINARY, sample_weight=np.linspace(1, 2, 120))
    assert clf.best_validation_score_ == max(clf.validation_scores_)
    assert all(SCORINGS[scoring] * score >= 0 for score in clf.validation_scores_)


def test_groups_are_set_aside_together():
    groups = np.arange(120) // 10
    clf = hm.MLPClassifier(**STOPS).fit(X, BINARY, groups=groups)
    train, held = clf.fit_state_.rows
    assert not set(groups[train]) & set(groups[held])
    assert sorted([*train, *held]) == list(range(120))


# what is wrong with a validation set, and what the error says
WRONG = {
    "columns": ({"X_val": X[:, :3], "y_val": BINARY}, "3 features"),
    "rows": ({"X_val": X, "y_val": BINARY[:7]}, "y must have one row for each of the 120 rows"),
    "labels": ({"X_val": X, "y_val": np.full(120, "maybe")}, "maybe"),
    "no targets": ({"X_val": X}, "y_val"),
    "weights": ({"X_val": X, "y_val": BINARY, "sample_weight_val": -np.ones(120)}, "sample_weight_val"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_set_is_named(case):
    options, sentence = WRONG[case]
    with pytest.raises(ValueError, match=sentence):
        hm.MLPClassifier(**SMALL).fit(X, BINARY, **options)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("given", [False, True], ids=["set aside", "given"])
def test_lbfgs_stops_early_where_scoring_is_given(given):
    random = np.random.RandomState(0)
    X = random.normal(size=(120, 6))
    y = (X[:, 0] + random.normal(size=120) > 0).astype(int)  # much noise: it overfits soon
    options = {
        "solver": "lbfgs",
        "max_iter": 200,
        "random_state": 0,
        "alpha": 0.0,
        "early_stopping": True,
        "n_iter_no_change": 5,
        "tol": 1e-9,
    }
    sets = {"X_val": X[90:], "y_val": y[90:]} if given else {}
    fitted = hm.MLPClassifier((32,), **options, scoring="loss").fit(X[:90], y[:90], **sets)
    scores = fitted.history_["val_score"]
    assert fitted.n_iter_ == len(scores) < 200
    assert fitted.best_validation_score_ == scores.max()
    assert fitted.history_.best_epoch == scores.argmax() + 1
    assert len(scores) == fitted.history_.best_epoch + 6
    assert fitted.history_.ending.reason is hm.Reason.CONVERGED
    if given:
        assert -fitted.model_.loss(X[90:], y[90:]) == pytest.approx(scores.max(), rel=1e-12)
    plain = hm.MLPClassifier((32,), **options).fit(X, y)  # as scikit-learn, which has no scoring
    np.testing.assert_array_equal(plain.model_.theta, plain.set_params(early_stopping=False).fit(X, y).model_.theta)
    assert "val_score" not in plain.history_

"""Every loss with two classes, with more, and with several labels a row: what is said of rows fits together, or it is refused."""

from __future__ import annotations

import re

import joblib
import numpy as np
import pytest
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import cross_val_score

import halfmoon as hm
from estimator_cases import BINARY, LABELS, SMALL, THREE, X
from halfmoon.expressions.vocabulary import absolute, exp, log1p, maximum
from halfmoon.losses.links import LOG, LOGISTIC, SOFTMAX

TASKS = {"two classes": BINARY, "three classes": THREE, "labels": LABELS}
LONGER = SMALL | {"max_iter": 100, "learning_rate_init": 0.02}

OWN = {
    "own, of scores": hm.PointwiseLoss(
        "sharp", lambda s, y: 2 * (maximum(s, 0) - s * y + log1p(exp(-absolute(s)))), lambda s, y: 2 / (1 + exp(-s)) - 2 * y, link=LOGISTIC
    ),
    "own, of probabilities": hm.PointwiseLoss("fourth", lambda s, y: (s - y) ** 4, lambda s, y: 4 * (s - y) ** 3),
    "own, of counts": hm.PointwiseLoss("counts", lambda s, y: exp(s) - y * s, lambda s, y: exp(s) - y, link=LOG),
}
RECORDS = {
    "huber record": hm.Huber(delta=0.1),
    "quantile record": hm.Quantile(level=0.9),
    "poisson record": hm.Poisson,
    "smoothed": hm.Logistic(label_smoothing=0.1),
    "smoothed softmax": hm.SoftmaxCrossEntropy(label_smoothing=0.1),
}
LOSSES = {"log_loss": "log_loss"} | {name: name for name in hm.LOSSES} | RECORDS | OWN
REFUSED = {"quantile", "quantile record", "poisson", "poisson record", "own, of counts"}
EXCLUSIVE = {"softmax_cross_entropy", "smoothed softmax"}
FITS = [(loss, task) for loss in LOSSES for task in TASKS if loss not in REFUSED and not (loss in EXCLUSIVE and task == "labels")]


@pytest.fixture(scope="module")
def fitted():
    known = {}

    def fit(loss, task, **options):
        key = loss, task, *options.items()
        if key not in known:
            known[key] = hm.MLPClassifier(loss=LOSSES[loss], **LONGER, **options).fit(X, TASKS[task])
        return known[key]

    return fit


@pytest.mark.parametrize("options", [{}, {"n_ensemble": 2}], ids=["one network", "an ensemble"])
@pytest.mark.parametrize(("loss", "task"), FITS)
def test_what_is_said_of_rows_fits_together(fitted, loss, task, options):
    clf, y = fitted(loss, task, **options), TASKS[task]
    p, scores, classes = clf.predict_proba(X), clf.decision_function(X), clf.predict(X)
    assert p.shape == (120, len(clf.classes_))
    assert 0 <= p.min() <= p.max() <= 1
    np.testing.assert_allclose(clf.predict_log_proba(X), np.log(p), rtol=1e-9, atol=1e-15)
    if task == "labels":
        np.testing.assert_array_equal(classes, p > 0.5)
        np.testing.assert_allclose(scores, np.log(p / (1 - p)), rtol=1e-9)
    else:
        np.testing.assert_allclose(p.sum(axis=1), 1)
        np.testing.assert_array_equal(classes, clf.classes_[p.argmax(axis=1)])
        chosen = scores > 0 if task == "two classes" else scores.argmax(axis=1)
        np.testing.assert_array_equal(classes, clf.classes_[chosen.astype(int)])
    if task == "two classes":
        np.testing.assert_allclose(scores, np.log(p[:, 1] / p[:, 0]), rtol=1e-6)
    assert clf.score(X, y) > 0.85  # it learns


@pytest.mark.parametrize(("loss", "task"), FITS)
def test_it_is_loaded_calibrated_and_encoded(fitted, tmp_path, loss, task):
    clf, y = fitted(loss, task), TASKS[task]
    clf.save(tmp_path / "clf.safetensors")
    again = hm.MLPClassifier.load(tmp_path / "clf.safetensors")
    np.testing.assert_array_equal(again.predict_proba(X), clf.predict_proba(X))
    np.testing.assert_array_equal(again.decode_targets(again.encode_targets(y)), y)
    assert hm.check_gradients(again.model_, X[:5], again.encode_targets(y[:5])).ok
    assert hm.xray(again, X[:5], y[:5]).cards
    hm.health(again, X, y)
    flipped = y[::-1]
    again.calibrate(X, flipped)  # of rows that it knows nothing about
    assert again.temperature_ > 2
    np.testing.assert_array_equal(again.predict(X), clf.predict(X))
    assert again.predict_proba(X).max() < clf.predict_proba(X).max()


@pytest.mark.parametrize(("loss", "task"), FITS)
def test_its_validation_score_is_its_score(loss, task):
    y = TASKS[task]
    clf = hm.MLPClassifier(loss=LOSSES[loss], **SMALL).fit(X[:80], y[:80], X_val=X[80:], y_val=y[80:])
    assert clf.validation_scores_[-1] == pytest.approx(clf.score(X[80:], y[80:]))
    assert clf.validation_loss_curve_[-1] > 0
    clf.partial_fit(X, y)


@pytest.mark.parametrize(("loss", "task"), [(loss, task) for loss in LOSSES for task in TASKS if (loss, task) not in FITS])
def test_a_loss_that_is_not_about_classes_is_refused_by_name(loss, task):
    with pytest.raises(ValueError, match="(?i)loss.*" + re.escape(getattr(LOSSES[loss], "name", LOSSES[loss]))) as caught:
        hm.MLPClassifier(loss=LOSSES[loss], **SMALL).fit(X, TASKS[task])
    assert len(str(caught.value)) < 300


def test_log_probabilities_are_exact_where_probabilities_are_not():
    for loss in ("squared_error", "logistic"):
        for task, y in TASKS.items():
            clf = hm.MLPClassifier(loss=loss, **SMALL).fit(X, y)
            clf.coefs_[1][...] *= 1e4
            found, p = clf.predict_log_proba(X), clf.predict_proba(X)
            assert np.isfinite(found).all()
            assert found.min() < -1000
            assert np.isfinite(p).all()
            if task != "labels":
                np.testing.assert_allclose(p.sum(axis=1), 1)
                np.testing.assert_allclose(np.logaddexp.reduce(found, axis=1), 0, atol=1e-9)


def test_the_squared_error_is_briers_score(fitted):
    two, three = fitted("squared_error", "two classes"), fitted("squared_error", "three classes")
    y = two.encode_targets(BINARY)
    assert two.model_.loss(X, y) == pytest.approx(brier_score_loss(y, two.predict_proba(X)[:, 1]))
    wanted = THREE[:, None] == three.classes_
    assert three.model_.loss(X, three.encode_targets(THREE)) == pytest.approx(((wanted - three.predict_proba(X)) ** 2).sum(axis=1).mean())


@pytest.mark.parametrize("scoring", ["roc_auc", "neg_log_loss", "neg_brier_score", "accuracy"])
@pytest.mark.parametrize("loss", ["squared_error", "softmax_cross_entropy"])
def test_scorers_of_two_classes(loss, scoring):
    assert np.isfinite(cross_val_score(hm.MLPClassifier(loss=loss, **SMALL), X, BINARY == "yes", cv=3, scoring=scoring)).all()


@pytest.mark.parametrize("loss", ["log_loss", "squared_error", "logistic", "softmax_cross_entropy"])
def test_one_class_has_one_probability(loss):
    clf = hm.MLPClassifier(loss=loss, **SMALL).fit(X, np.full(120, "only"))
    np.testing.assert_array_equal(clf.predict_proba(X), np.ones((120, 1)))
    np.testing.assert_array_equal(clf.predict_log_proba(X), np.zeros((120, 1)))
    assert set(clf.predict(X)) == {"only"}


@pytest.mark.parametrize("loss", ["squared_error", "logistic"])
def test_a_loss_of_columns_goes_into_a_comparison(loss):
    found = hm.compare({"loss": ["log_loss", loss]}, X[:, :2], THREE, seeds=1, epochs=5)
    clf = hm.MLPClassifier(loss=loss, random_state=0, max_iter=5)
    assert all(run.status == "done" for run in found.runs)
    assert found.runs[1].maps.max() <= 2
    assert clf.fit(X[:, :2], THREE).predict(X[:, :2]).shape == (120,)


def test_numbers_that_a_memory_map_locks_are_copied_into_what_scores(tmp_path):
    clf = hm.MLPClassifier(loss="squared_error", **SMALL).fit(X, BINARY)
    joblib.dump(clf, tmp_path / "clf.joblib")
    mapped = joblib.load(tmp_path / "clf.joblib", mmap_mode="r")
    np.testing.assert_array_equal(mapped.predict_proba(X), clf.predict_proba(X))
    mapped.partial_fit(X, BINARY)
    clf.partial_fit(X, BINARY)
    np.testing.assert_array_equal(mapped.predict_proba(X), clf.predict_proba(X))
    assert mapped.model_.writable


def test_softmax_links_are_those_of_classes():
    assert hm.MLPClassifier(loss=hm.SoftmaxCrossEntropy(), **SMALL).fit(X, BINARY).model_.network.loss.link == SOFTMAX

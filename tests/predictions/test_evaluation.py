"""Confusion, ROC and calibration: scikit-learn's own figures, of a Model too."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, roc_auc_score, roc_curve
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import BoundaryDisplay, CalibrationDisplay, ConfusionDisplay, RocDisplay, SurfaceDisplay
from halfmoon.plots.palette import _luminance

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(200, 3))
Y = (X[:, 0] + RANDOM.normal(size=200) > 0).astype(int)
Y3 = np.digitize(X[:, 0] + RANDOM.normal(size=200), [-1, 1])


def model_of(outputs, loss, y):
    model = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(outputs)], loss).init(3, 0, "float64")
    hm.train(model, X, y, epochs=30, optimizer=hm.Adam(0.05))
    return model


MODEL, THREE = model_of(1, hm.Logistic, Y), model_of(3, hm.SoftmaxCrossEntropy(), Y3)
LABELLED = LogisticRegression().fit(X, np.array(["no", "yes"])[Y])


def test_the_confusion_matrix():
    display = ConfusionDisplay.from_estimator(THREE, X, Y3, class_names=["low", "middle", "high"]).plot()
    np.testing.assert_array_equal(display.confusion_matrix, confusion_matrix(Y3, THREE.predict(X)))
    np.testing.assert_array_equal(display.ax_.images[0].get_array(), display.confusion_matrix)
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == ["low", "middle", "high"]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("predicted", "true")
    assert [text.get_text() for text in display.display_.text_.ravel()] == [str(count) for count in display.confusion_matrix.ravel()]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_counts_can_be_read_on_every_ground(theme):
    counts = np.arange(0, 250000, 10000).reshape(5, 5)
    drawn = ConfusionDisplay(counts).plot(theme=theme).display_
    assert [text.get_text() for text in drawn.text_.ravel()] == [str(count) for count in counts.ravel()]
    for text, ground in zip(drawn.text_.ravel(), drawn.im_.to_rgba(counts).reshape(-1, 4), strict=True):
        low, high = sorted(_luminance(each) for each in (text.get_color(), ground[:3]))
        assert (high + 0.05) / (low + 0.05) > 3.6


def test_labels_of_an_estimator_and_a_function():
    display = ConfusionDisplay.from_estimator(LABELLED, X, np.array(["no", "yes"])[Y]).plot()
    assert display.class_names == ["no", "yes"]
    function = ConfusionDisplay.from_estimator(lambda rows: rows[:, 0] > 0, X, Y).plot()
    np.testing.assert_array_equal(function.confusion_matrix, confusion_matrix(Y, X[:, 0] > 0))
    assert [label.get_text() for label in function.ax_.get_yticklabels()] == ["class 0", "class 1"]


def test_a_class_that_never_comes_has_its_row():
    display = ConfusionDisplay.from_estimator(THREE, X[Y3 < 2], Y3[Y3 < 2])
    assert display.confusion_matrix.shape == (3, 3)
    assert display.confusion_matrix[2].sum() == 0


def test_the_roc_curve_of_two_classes():
    display = RocDisplay.from_estimator(MODEL, X, Y).plot()
    fpr, tpr, _ = roc_curve(Y, MODEL.predict_proba(X)[:, 1])
    line, chance = display.ax_.lines
    np.testing.assert_array_equal(line.get_xydata(), np.c_[fpr, tpr])
    area = roc_auc_score(Y, MODEL.predict_proba(X)[:, 1])
    assert display.roc_auc == [pytest.approx(area)]
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == [f"class 1: AUC {area:.3f}", "chance"]
    np.testing.assert_array_equal(chance.get_xydata(), [[0, 0], [1, 1]])


def test_the_roc_curves_of_three_classes_are_solid_lines():
    display = RocDisplay.from_estimator(THREE, X, Y3).plot()
    for number, line in enumerate(display.ax_.lines[:3]):
        fpr, tpr, _ = roc_curve(number == Y3, THREE.predict_proba(X)[:, number])
        np.testing.assert_array_equal(line.get_xydata(), np.c_[fpr, tpr])
        assert (line.get_linestyle(), line.get_alpha()) == ("-", 1)


def test_scores_do_where_there_are_no_probabilities():
    fitted = SVC().fit(X, Y)
    assert RocDisplay.from_estimator(fitted, X, Y).roc_auc[0] == pytest.approx(roc_auc_score(Y, fitted.decision_function(X)))
    squares = model_of(1, hm.SquaredError, Y)
    assert RocDisplay.from_estimator(squares, X, Y).roc_auc[0] == pytest.approx(roc_auc_score(Y, squares.scores(X)[:, 0]))
    for estimator in (fitted, squares):
        with pytest.raises(InputError, match="estimator must have probabilities"):
            CalibrationDisplay.from_estimator(estimator, X, Y)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_the_calibration_curve(strategy):
    display = CalibrationDisplay.from_estimator(MODEL, X, Y, bins=5, strategy=strategy).plot()
    true, said = calibration_curve(Y, MODEL.predict_proba(X)[:, 1], n_bins=5, strategy=strategy)
    curve = display.displays_[0].line_
    np.testing.assert_array_equal(curve.get_xydata(), np.c_[said, true])
    assert {text.get_text() for text in display.ax_.get_legend().get_texts()} == {"class 1", "perfect"}


def test_calibration_of_three_classes():
    display = CalibrationDisplay.from_estimator(THREE, X, Y3).plot()
    assert len(display.displays_) == 3
    assert len(display.ax_.lines) == 4
    assert display.ax_.get_ylabel() == "share of class k"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: RocDisplay.from_estimator(lambda rows: rows[:, 0] > 0, X, Y), "estimator must have scores"),
        (lambda: RocDisplay.from_estimator(MODEL, X, np.zeros(200)), "y must have rows of class 1 and of others, got 0 of 200"),
        (lambda: ConfusionDisplay.from_estimator(THREE, X, Y3, class_names=["a"]), "a name for each of the classes 0 to 2"),
        (lambda: ConfusionDisplay.from_estimator(LABELLED, X, Y), "y must be one of the estimator's classes no, yes"),
        (lambda: CalibrationDisplay.from_estimator(MODEL, X, Y, bins=0), "bins must be"),
        (lambda: CalibrationDisplay.from_estimator(MODEL, X, Y, strategy="even"), "strategy must be one of"),
    ],
)
def test_refuses(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


UNFITTED = {
    "a classifier": hm.MLPClassifier(),
    "scikit-learn's": LogisticRegression(),
    "a pipeline": make_pipeline(StandardScaler(), LogisticRegression()),
    "a search": GridSearchCV(SVC(), {"C": [1]}),
}


@pytest.mark.parametrize("kind", [BoundaryDisplay, ConfusionDisplay, RocDisplay, CalibrationDisplay, SurfaceDisplay])
@pytest.mark.parametrize("name", UNFITTED)
def test_what_was_never_fitted_is_said_to_be_so(kind, name):
    with pytest.raises(InputError, match=r"estimator must be fitted: call its fit first, got \w+"):
        kind.from_estimator(UNFITTED[name], X[:, :2], Y)
    with pytest.raises(InputError, match="estimator must be a Model, a fitted estimator, or a function"):
        kind.from_estimator(type(UNFITTED[name]), X[:, :2], Y)
    fitted = clone(UNFITTED[name]).fit(X[:, :2], Y)
    if kind is not CalibrationDisplay or name != "a search":  # which has no probabilities
        kind.from_estimator(fitted, X[:, :2], Y)

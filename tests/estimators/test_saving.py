"""Interrupted, saved, loaded, resumed: the bits of a fit that was never interrupted."""

import warnings

import numpy as np
import pytest

import halfmoon as hm
from estimator_cases import BINARY, LABELS, NUMBER, SMALL, THREE, X, same_arrays
from halfmoon.training.checkpoint import load, save

LONG = SMALL | {"max_iter": 40, "tol": 0.0, "n_iter_no_change": 50, "batch_size": 32}

FITS = {
    "adam": {},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 2, "tol": 0.01, "learning_rate_init": 0.1},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling"},
    "a schedule that knows its end": {"solver": "sgd", "learning_rate": hm.OneCycle()},
    "a schedule that listens": {"solver": "sgd", "learning_rate": hm.Plateau(patience=1)},
    "full batch": {"batch_size": 500},
    "not shuffled": {"shuffle": False},
    "dropout and norms": {"dropout": 0.2, "batch_norm": True},
    "early stopping": {"early_stopping": True},
    "reference": {"engine": "reference"},
}


class Interrupt(hm.Callback):
    """Presses Ctrl-C in the middle of an epoch."""

    def __init__(self, updates):
        self.updates = updates

    def on_update(self, run):
        if run.state.updates == self.updates:
            raise KeyboardInterrupt


def interrupted(estimator, y, updates):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator.set_params(callbacks=[Interrupt(updates)]).fit(X, y)
    return estimator.set_params(callbacks=None)


@pytest.mark.filterwarnings("ignore:Got `batch_size`")
@pytest.mark.parametrize("updates", [1, 6, 27])
@pytest.mark.parametrize("fit", FITS)
def test_a_resumed_fit_has_the_bits_of_an_uninterrupted_one(fit, updates, tmp_path):
    parameters = LONG | FITS[fit]
    whole = hm.MLPClassifier(**parameters).fit(X, THREE)
    part = interrupted(hm.MLPClassifier(**parameters), THREE, updates)
    assert part.n_iter_ < whole.n_iter_
    assert part.predict(X).shape == (120,)  # usable meanwhile
    part.save(tmp_path / "part.safetensors")
    part = hm.MLPClassifier.load(tmp_path / "part.safetensors").resume(X, THREE)
    assert same_arrays(part, whole)
    assert part.loss_curve_ == pytest.approx(whole.loss_curve_, rel=1e-14)  # who listens to updates adds up the epoch's losses in Python
    assert part.validation_scores_ == whole.validation_scores_
    assert part.n_iter_ == whole.n_iter_


TASKS = {
    "text": (hm.MLPClassifier, BINARY),
    "integers": (hm.MLPClassifier, THREE.astype(np.int16)),
    "truth values": (hm.MLPClassifier, BINARY == "yes"),
    "objects": (hm.MLPClassifier, BINARY.astype(object)),
    "labels": (hm.MLPClassifier, LABELS),
    "numbers": (hm.MLPRegressor, NUMBER),
}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("task", TASKS)
def test_a_loaded_estimator_is_the_saved_one(task, solver, tmp_path):
    kind, y = TASKS[task]
    saved = kind(**SMALL, solver=solver).fit(X, y)
    saved.save(tmp_path / "it.safetensors")
    loaded = kind.load(tmp_path / "it.safetensors")
    assert loaded.get_params() == saved.get_params()
    assert loaded.predict(X).tobytes() == saved.predict(X).tobytes() or task == "objects"
    np.testing.assert_array_equal(loaded.predict(X), saved.predict(X))
    assert loaded.loss_ == saved.loss_
    assert loaded.history_ == saved.history_
    if kind is hm.MLPClassifier:
        assert loaded.classes_.dtype == saved.classes_.dtype
    if solver == "adam":
        assert same_arrays(loaded.partial_fit(X, y), saved.partial_fit(X, y))


def test_class_weights_keep_their_classes(tmp_path):
    saved = hm.MLPClassifier(**SMALL, class_weight=dict(zip(np.unique(THREE).tolist(), [2.0, 1.0, 0.5], strict=True))).fit(X, THREE)
    saved.save(tmp_path / "it.safetensors")
    loaded = hm.MLPClassifier.load(tmp_path / "it.safetensors")
    assert loaded.class_weight == saved.class_weight
    assert same_arrays(loaded.partial_fit(X, THREE), saved.partial_fit(X, THREE))


@pytest.mark.parametrize("rows", [60, 119, 121])
@pytest.mark.parametrize("fit", ["adam", "early stopping"])
def test_other_rows_than_before_are_refused(fit, rows, tmp_path):
    part = interrupted(hm.MLPClassifier(**LONG | FITS[fit]), THREE, 6)
    part.save(tmp_path / "it.safetensors")
    loaded = hm.MLPClassifier.load(tmp_path / "it.safetensors")
    theta = loaded.model_.theta.copy()
    with pytest.raises(ValueError, match="X must have the rows of the training that goes on"):
        loaded.resume(np.resize(X, (rows, X.shape[1])), np.resize(THREE, rows))
    assert loaded.model_.theta.tobytes() == theta.tobytes()


def test_a_class_is_as_long_as_it_was(tmp_path):
    labels = np.array(["a" * 40_000, *map(str, range(1000))])
    clf = hm.MLPClassifier(**SMALL).fit(np.arange(1001.0)[:, None] / 1000, labels)
    with pytest.raises(hm.InputError, match="the classes must take at most"):
        clf.save(tmp_path / "it.safetensors")


def test_records_are_saved_with_the_parameters(tmp_path):
    cube = hm.Activation("cube", lambda z: z**3, lambda z, a: 3 * z * z)
    parameters = SMALL | {
        "activation": cube,
        "solver": hm.Lion(0.01, schedule=hm.Cosine()),
        "initializer": hm.Normal(0.1),
        "loss": hm.Huber(delta=2.0),
    }
    hm.MLPRegressor(**parameters).fit(X, NUMBER).save(tmp_path / "it.safetensors")
    assert hm.MLPRegressor.load(tmp_path / "it.safetensors").get_params() == hm.MLPRegressor(**parameters).get_params()


def test_the_file_of_an_estimator_is_also_one_of_its_model(tmp_path):
    clf = hm.MLPClassifier(**SMALL).fit(X, BINARY)
    clf.save(tmp_path / "it.safetensors")
    assert load(tmp_path / "it.safetensors").theta.tobytes() == clf.model_.theta.tobytes()


def test_what_cannot_be_saved_or_loaded_is_named(tmp_path):
    path = tmp_path / "it.safetensors"
    clf = hm.MLPClassifier(**SMALL).fit(X, BINARY)
    with pytest.raises(hm.InputError, match="scoring must be given by name"):
        clf.set_params(scoring=lambda *_: 0.0).save(path)
    assert not path.exists()
    with pytest.raises(hm.InputError, match="estimators_"):
        hm.MLPClassifier(**SMALL, n_ensemble=2).fit(X, BINARY).save(path)
    save(path, clf.model_)
    with pytest.raises(hm.InputError, match="holds a model alone"):
        hm.MLPClassifier.load(path)
    hm.MLPRegressor(**SMALL).fit(X, NUMBER).save(path)
    with pytest.raises(hm.InputError, match="MLPRegressor"):
        hm.MLPClassifier.load(path)
    with pytest.raises(ValueError, match="resume must follow a fit"):
        hm.MLPClassifier().resume(X, BINARY)

"""What is noted after each epoch, and when it is enough: the rule one epoch at a time and several, and who else listens."""

import sys

import numpy as np
import pytest

import halfmoon as hm
from estimator_cases import BINARY, NUMBER, SMALL, X

RULES = {
    "converges": {"max_iter": 3000, "tol": 1e-3, "learning_rate_init": 0.01},
    "no patience": {"max_iter": 300, "tol": 0.1, "n_iter_no_change": 1},
    "adaptive": {"max_iter": 3000, "tol": 1e-2, "solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 3},
    "never": {"n_iter_no_change": np.inf, "tol": 10.0},
}


@pytest.mark.parametrize("rule", RULES)
def test_epochs_that_go_by_unheard_change_nothing(rule, capsys):
    parameters = SMALL | RULES[rule]
    quiet = hm.MLPRegressor(**parameters).fit(X, NUMBER)
    heard = hm.MLPRegressor(**parameters, verbose=True).fit(X, NUMBER)
    assert quiet.loss_curve_ == heard.loss_curve_
    assert (quiet.n_iter_, quiet.best_loss_, quiet._no_improvement_count) == (heard.n_iter_, heard.best_loss_, heard._no_improvement_count)
    assert np.array_equal(quiet.model_.theta, heard.model_.theta)
    assert capsys.readouterr().out.count("Iteration") == heard.n_iter_


def test_callbacks_of_the_library_are_told():
    heard = []

    class Listener(hm.Callback):
        def on_epoch(self, run):
            heard.append(run.epoch)
            if run.epoch == 4:
                run.stop("enough")

    clf = hm.MLPClassifier(**SMALL, callbacks=[Listener()]).fit(X, BINARY)
    assert heard == [1, 2, 3, 4]
    assert (clf.n_iter_, clf.history_.stopped) == (4, "enough")
    assert hm.MLPClassifier(**SMALL, callbacks=Listener()).fit(X, BINARY).n_iter_ == 4


def test_time_is_limited():
    clf = hm.MLPClassifier(**SMALL | {"max_iter": 10**7, "tol": 0.0, "n_iter_no_change": 10**7}, max_seconds=0.05).fit(X, BINARY)
    assert "time limit" in clf.history_.stopped
    assert 0 < clf.n_iter_ < 10**7


def test_a_terminal_sees_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    hm.MLPClassifier(**SMALL, verbose=True, early_stopping=True, n_iter_no_change=20).fit(X, BINARY)
    shown = capsys.readouterr().out
    assert "15/15" in shown
    assert "validation score" in shown
    assert "Iteration" not in shown


def test_a_diverging_fit_says_what_to_do():
    with pytest.raises(ValueError, match=r"Solver produced non-finite parameter weights.*rate"):
        hm.MLPRegressor(**SMALL, solver="sgd", learning_rate_init=1e6).fit(X, NUMBER)


def test_a_diverging_fit_keeps_the_best_of_early_stopping():
    with pytest.warns(UserWarning, match="Training diverged, the best parameters so far are kept"):
        reg = hm.MLPRegressor(**SMALL, solver="sgd", learning_rate_init=1e6, early_stopping=True).fit(X, NUMBER)
    assert np.isnan(reg.validation_scores_[-1])
    assert np.isfinite(reg.predict(X)).all()


def test_a_warm_start_may_change_from_lbfgs_to_adam_and_back():
    clf = hm.MLPClassifier(**SMALL, solver="lbfgs", warm_start=True).fit(X, BINARY)
    assert not hasattr(clf, "loss_curve_")
    clf.set_params(solver="adam").fit(X, BINARY)
    assert len(clf.loss_curve_) == 15
    assert clf.loss_curve_[0] < 0.7  # it went on from there
    clf.set_params(solver="lbfgs").fit(X, BINARY)
    assert clf.loss_ < clf.loss_curve_[-1]

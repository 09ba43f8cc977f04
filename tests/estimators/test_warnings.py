"""Where the warnings of a fit point."""

from __future__ import annotations

import warnings

import pytest

from small_estimators import BOTH, TARGETS, X, make

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@BOTH
@pytest.mark.parametrize("options", [{}, {"solver": "lbfgs"}, {"batch_size": 500}])
def test_a_warning_points_at_the_line_that_called_fit(name, options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make(name, **{"max_iter": 1} | options).fit(X, TARGETS[name])
    assert caught
    if "solver" not in options:  # that of lbfgs is scikit-learn's own
        assert {each.filename for each in caught} == {__file__}

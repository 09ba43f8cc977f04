"""What is told from noise, against SciPy and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from halfmoon.lab.significance import LEVEL, differences, holm, verdict

NAN = np.nan


def test_holm_by_hand():
    np.testing.assert_allclose(holm(np.array([0.04, 0.01, 0.03])), [0.06, 0.03, 0.06])
    np.testing.assert_allclose(holm(np.array([0.9, 0.8])), [1.0, 1.0])
    assert holm(np.array([])).shape == (0,)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_no_correction_and_bonferronis(raw):
    p = np.array(raw)
    found = holm(p)
    assert (found >= p).all()
    assert (found <= np.minimum(1, p * len(p)) + 1e-15).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()


def test_the_p_of_a_pair_is_scipys():
    scores = np.random.RandomState(0).normal(0.8, 0.05, (2, 5))
    (found,) = differences(scores, [(0, 1)])
    assert found.p == found.corrected == pytest.approx(ttest_rel(*scores).pvalue)
    assert found.mean == pytest.approx(scores[0].mean() - scores[1].mean())
    assert found.seeds == 5


# scores of settings by seeds; the best one, and what ties with it
CASES = {
    "a clear winner": ([[0.9, 0.91, 0.92, 0.9, 0.93], [0.5, 0.52, 0.51, 0.5, 0.52]], 0, []),
    "noise": ([[0.9, 0.8, 0.92, 0.7, 0.93], [0.8, 0.91, 0.7, 0.92, 0.9]], 0, [1]),
    "equal": ([[0.9, 0.8], [0.9, 0.8]], 0, [1]),
    "one seed says nothing": ([[0.9], [0.1]], 0, [1]),
    "a constant difference of two seeds is no proof": ([[0.5, 0.6], [0.4, 0.5]], 0, [1]),
    "a constant difference of seven seeds is": ([[0.5] * 7, [0.4] * 7], 0, []),
    "one that diverged once is not the best": ([[0.99, NAN, 0.99], [0.5, 0.6, 0.7]], 1, []),
    "nothing at all": ([[NAN, NAN], [NAN, NAN]], None, []),
    "one setting": ([[0.3, 0.4]], 0, []),
}


@pytest.mark.parametrize("case", CASES)
def test_verdicts(case):
    scores, best, ties = CASES[case]
    found = verdict(np.array(scores))
    assert found.best == best
    assert found.ties == ties


def test_false_alarms_keep_the_level():
    """Ten settings that differ in nothing: hardly ever is any told from any other one."""
    random = np.random.RandomState(1)
    alarms = 0
    for _ in range(200):
        scores = random.normal(size=(10, 5))
        found = differences(scores, [(0, other) for other in range(1, 10)])
        alarms += any(not each.noise for each in found)
    assert alarms <= 200 * (LEVEL + 0.04)

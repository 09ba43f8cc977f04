"""Patience: epochs in a row without a better value."""

import math

import pytest

from halfmoon.base.patience import ENDLESS, Patience


def waited(values, **options):
    patience, found = Patience(tolerance=0.5, limit=2), []
    for value in values:
        patience = patience.after(value, **options)
        found.append(patience.waited)
    return patience, found


def test_a_value_is_better_that_is_lower_by_more_than_the_tolerance():
    patience, found = waited([3.0, 2.5, 2.4, 2.0, 1.5, math.nan, 9.0])
    assert found == [0, 1, 0, 1, 0, 1, 2]
    assert (patience.best, patience.exhausted) == (1.5, False)
    assert patience.after(1.0).exhausted


def test_where_ties_count_the_tolerance_itself_is_enough_and_the_best_is_the_least():
    patience, found = waited([3.0, 2.5, 2.4, 2.0, 1.5, math.nan, 9.0], ties_count=True)
    assert found == [0, 0, 1, 2, 0, 0, 1]
    assert patience.best == 1.5
    assert waited([1.0, 0.8, 0.4], ties_count=True)[1] == [0, 1, 2]  # 0.8 is the least so far, though not better


@pytest.mark.parametrize("value", [0.0, math.inf, math.nan])
def test_endless(value):
    patience = ENDLESS
    for _ in range(100):
        patience = patience.after(value)
    assert not patience.exhausted

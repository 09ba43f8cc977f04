"""The plane of wide tables, and grids on it."""

import numpy as np
import pytest

from halfmoon.base.errors import InputError
from halfmoon.predictions.plane import grid, plane_of

RANDOM = np.random.RandomState(0)
WIDE = RANDOM.normal(size=(50, 4)) @ RANDOM.normal(size=(4, 4)) + 3


@pytest.mark.parametrize("features", [None, "pca", (2, 0)])
def test_rows_at_coordinates_are_projected_back_to_them(features):
    plane = plane_of(WIDE, features)
    points = RANDOM.normal(size=(7, 2))
    np.testing.assert_allclose(plane.project(plane.rows_at(points)), points, atol=1e-12)


def test_two_columns_are_their_own_plane():
    plane = plane_of(WIDE[:, :2])
    np.testing.assert_array_equal(plane.project(WIDE[:, :2]), WIDE[:, :2])
    np.testing.assert_array_equal(plane.rows_at(WIDE[:, :2]), WIDE[:, :2])


def test_the_other_columns_stay_at_their_medians():
    rows = plane_of(WIDE, ("b", 3), list("abcd")).rows_at(np.array([[5.0, 6.0]]))
    np.testing.assert_array_equal(rows, [[np.median(WIDE[:, 0]), 5, np.median(WIDE[:, 2]), 6]])


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 / 3])
def test_a_constant_column_has_no_part_in_the_components(constant):
    with_constant = np.insert(WIDE, 1, constant, axis=1)
    plane, without = plane_of(with_constant), plane_of(WIDE)
    np.testing.assert_allclose(plane.project(with_constant), without.project(WIDE), atol=1e-6)
    np.testing.assert_allclose(plane.rows_at(np.ones((1, 2)))[0, 1], constant, atol=1e-12)
    assert plane.names == without.names


@pytest.mark.parametrize("rows", [2, 3])
def test_few_rows_of_many_columns(rows):
    X = RANDOM.normal(size=(rows, 9))
    assert plane_of(X).project(X).shape == (rows, 2)
    with pytest.raises(InputError, match="at least two rows"):
        plane_of(X[:1])


def test_a_grid_has_the_lowest_row_first():
    x1, x2, points = grid(np.array([[0.0, 1.0], [10.0, 3.0]]), 3, 0.1)
    np.testing.assert_allclose([x1, x2], [[-1, 5, 11], [0.8, 2, 3.2]])
    np.testing.assert_array_equal(points.reshape(3, 3, 2)[0], np.c_[x1, np.full(3, x2[0])])

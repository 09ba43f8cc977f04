"""The tables that come along are the same everywhere, and the drawn ones can be drawn afresh."""

import numpy as np
import polars as pl
import pytest
from sklearn import datasets

from halfmoon.base.errors import InputError
from halfmoon.data import BUILTIN, fit, fresh, load

TABLES = [
    # name, shape, target, type of the target, classes
    ("moons", (1000, 3), "moon", pl.Int64, 2),
    ("circles", (1000, 3), "circle", pl.Int64, 2),
    ("blobs", (1000, 3), "blob", pl.Int64, 3),
    ("xor", (1000, 3), "xor", pl.Int64, 2),
    ("spirals", (1000, 3), "arm", pl.Int64, 2),
    ("iris", (150, 5), "species", pl.String, 3),
    ("wine", (178, 14), "cultivar", pl.String, 3),
    ("breast-cancer", (569, 31), "diagnosis", pl.String, 2),
    ("digits", (1797, 65), "digit", pl.Int64, 10),
    ("diabetes", (442, 11), "progression", pl.Float64, None),
]


def test_the_table_of_tests_is_complete():
    assert [name for name, *_ in TABLES] == list(BUILTIN)


@pytest.mark.parametrize(("name", "shape", "target", "kind", "classes"), TABLES)
def test_a_table_is_whole_and_says_what_it_is(name, shape, target, kind, classes):
    table = load(name)
    assert table.frame.shape == shape
    assert table.target == target == table.frame.columns[-1]
    assert table.frame.schema[target] == kind
    assert set(table.frame.drop(target).dtypes) == {pl.Float64}
    assert table.frame.null_count().sum_horizontal().item() == 0
    assert table.description.endswith(".")
    assert load(name).frame.equals(table.frame)
    assert classes is None or table.frame[target].n_unique() == classes
    assert fit(table.frame, target).preparation.target.task == ("classification" if classes else "regression")


@pytest.mark.parametrize("name", BUILTIN)
def test_a_fresh_draw_is_alike_but_not_the_same(name):
    table, other = load(name), fresh(name)
    if BUILTIN[name].state is None:
        assert other is None
        return
    assert other.frame.schema == table.frame.schema
    assert not other.frame.equals(table.frame)
    # The classes lie where they lay.
    means = [each.frame.group_by(each.target).mean().sort(each.target).to_numpy() for each in (table, other)]
    np.testing.assert_allclose(*means, atol=0.15)


@pytest.mark.parametrize(("draw", "state"), [(load, 666), (fresh, 667)])
def test_moons_are_scikit_learns(draw, state):
    points, classes = datasets.make_moons(n_samples=1000, noise=0.2, random_state=state)
    frame = draw("moons").frame
    assert frame.columns == ["x1", "x2", "moon"]
    assert np.array_equal(frame.select("x1", "x2").to_numpy(), points)
    assert np.array_equal(frame["moon"].to_numpy(), classes)


def test_real_tables_are_scikit_learns():
    iris, digits = load("iris").frame, load("digits").frame
    assert np.array_equal(iris.drop("species").to_numpy(), datasets.load_iris().data)
    assert iris["species"].unique().sort().to_list() == ["setosa", "versicolor", "virginica"]
    assert np.array_equal(digits.drop("digit").to_numpy(), datasets.load_digits().data)
    assert digits.columns[:2] == ["pixel_0_0", "pixel_0_1"]
    assert digits["digit"].to_list() == datasets.load_digits().target.tolist()


@pytest.mark.parametrize("draw", [load, fresh])
def test_an_unknown_name_is_refused_with_the_nearest(draw):
    with pytest.raises(InputError, match="did you mean 'moons'"):
        draw("moon")

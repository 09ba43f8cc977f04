import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import SurfaceDisplay

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(50, 2))
Y = X @ [2, -1] + 3


def test_the_surface_is_what_the_estimator_says():
    asked = []
    display = SurfaceDisplay.from_estimator(lambda rows: asked.append(rows) or rows @ [2, -1] + 3, X, Y, resolution=11).plot(title="plane")
    (rows,) = asked
    assert rows.shape == (121, 2)
    np.testing.assert_allclose(display.surface, 2 * display.x1[None] - display.x2[:, None] + 3)
    points = display.ax_.collections[-1]
    np.testing.assert_array_equal(points.get_offsets(), X)
    np.testing.assert_array_equal(points.get_array(), Y)
    painted = display.ax_.collections[0]
    assert points.get_clim() == painted.get_clim() == (display.surface.min(), display.surface.max())  # one scale
    assert display.figure_.axes[1].get_ylabel() == "prediction, target"
    assert display.ax_.get_title() == "plane"


def test_models_and_any_regressor():
    fitted = LinearRegression().fit(X, Y)
    np.testing.assert_allclose(SurfaceDisplay.from_estimator(fitted, X, Y, resolution=5).surface.max(), Y.max(), atol=3)
    model = hm.Network([hm.Dense(1)]).init(2, 0, "float64")
    display = SurfaceDisplay.from_estimator(model, X, Y[:, None], resolution=5)
    assert display.surface[0, 0] == pytest.approx(model.predict([[display.x1[0], display.x2[0]]])[0])


def test_wider_tables_get_a_plane():
    wide = RANDOM.normal(size=(30, 4))
    display = SurfaceDisplay.from_estimator(lambda rows: rows[:, 3], wide, wide[:, 3], features=(3, 0), resolution=4)
    np.testing.assert_allclose(display.surface, display.x1[None].repeat(4, axis=0))
    assert display.feature_names == ["x4", "x1"]


def test_a_flat_surface_is_drawn():
    SurfaceDisplay.from_estimator(lambda rows: np.zeros(len(rows)), X, np.zeros(50), resolution=4).plot().figure_.canvas.draw()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": Y[:3]}, "y must have one number for each of 50 points"),
        ({"estimator": 3}, "estimator must be a Model, a fitted estimator"),
        ({"estimator": lambda rows: rows}, "the estimator's answer must be one number for each of 16 points"),
    ],
)
def test_refuses(change, sentence):
    with pytest.raises(InputError, match=sentence):
        SurfaceDisplay.from_estimator(**{"estimator": lambda rows: rows[:, 0], "X": X, "y": Y, "resolution": 4} | change)

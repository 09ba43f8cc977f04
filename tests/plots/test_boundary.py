import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure

from halfmoon.errors import InputError
from halfmoon.layers.dense import Dense
from halfmoon.network import Network
from halfmoon.plots import BoundaryDisplay
from halfmoon.plots.palette import COLOURS, MARKERS, colour, marker, tint

X = np.array([[-1.0, 0.5], [-0.5, -0.5], [-0.7, 0.1], [0.6, 0.4], [1.0, -0.4]])
Y = np.array([0, 0, 0, 1, 1])


def right(points):
    return points[:, 0] > 0


def points_drawn(display):
    return [c for c in display.ax_.collections if not isinstance(c, ContourSet)]


def pixel(display, x1, x2):
    """The colour that was painted at a place."""
    figure = display.figure_
    figure.canvas.draw()
    image = np.asarray(figure.canvas.buffer_rgba())
    column, row = display.ax_.transData.transform([x1, x2])
    return image[image.shape[0] - 1 - int(row), int(column), :3] / 255


def agg_axes():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = Figure(figsize=(3, 3))
    FigureCanvasAgg(figure)
    return figure.add_subplot()


def test_asks_once_for_a_grid_around_the_points():
    asked = []

    def model(points):
        asked.append(points)
        return right(points)

    display = BoundaryDisplay.from_model(model, X, Y, resolution=20, margin=0.25)
    assert [points.shape for points in asked] == [(400, 2)]
    np.testing.assert_allclose([display.x1[0], display.x1[-1], display.x2[0], display.x2[-1]], [-1.5, 1.5, -0.75, 0.75])
    np.testing.assert_array_equal(display.regions, np.broadcast_to(display.x1 > 0, (20, 20)))


def test_draws_points_legend_and_labels():
    display = BoundaryDisplay.from_model(right, X, Y, resolution=20, feature_names=["width", "height"], class_names=["short", "tall"])
    assert display.plot(title="A plane") is display
    drawn = points_drawn(display)
    assert [len(c.get_offsets()) for c in drawn] == [3, 2]
    assert [to_rgb(c.get_facecolor()[0]) for c in drawn] == [to_rgb(colour(0)), to_rgb(colour(1))]
    assert not np.array_equal(drawn[0].get_paths()[0].vertices, drawn[1].get_paths()[0].vertices)
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["short", "tall"]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel(), display.ax_.get_title()) == ("width", "height", "A plane")
    assert plt.get_fignums() == []


def test_paints_the_regions():
    display = BoundaryDisplay.from_model(right, X, Y, resolution=30).plot(agg_axes())
    np.testing.assert_allclose(pixel(display, -0.2, 0.45), tint(0), atol=0.01)
    np.testing.assert_allclose(pixel(display, 0.3, 0.1), tint(1), atol=0.01)


def test_neighbours_0_and_2_have_no_strip_of_1_between():
    display = BoundaryDisplay.from_model(lambda points: 2 * right(points), X, Y, resolution=30).plot(agg_axes())
    np.testing.assert_allclose(pixel(display, 0.3, 0.1), tint(2), atol=0.01)
    filled = [to_rgba(c.get_facecolor()[0]) for c in display.ax_.collections if isinstance(c, ContourSet) and c.filled]
    assert filled == [(*tint(0), 1), (*tint(2), 1)]
    assert display.class_names == ["class 0", "class 1", "class 2"]


def test_one_region_has_no_boundary():
    display = BoundaryDisplay.from_model(lambda points: np.ones(len(points)), X, Y, resolution=5).plot()
    assert [c.filled for c in display.ax_.collections if isinstance(c, ContourSet)] == [True]


def test_many_classes_get_a_legend_beside_the_axes():
    numbers = np.arange(6)
    display = BoundaryDisplay.from_model(right, np.c_[numbers, numbers], numbers, resolution=5).plot()
    legend, ax = display.ax_.get_legend(), display.ax_
    display._repr_png_()
    assert legend.get_window_extent().x0 >= ax.get_window_extent().x1
    assert display.figure_.bbox.x1 >= legend.get_window_extent().x1


def test_the_legend_takes_the_emptiest_corner():
    crowd = np.array([[0, 0], [0.1, 0.1], [1, 0], [0.9, 0.1], [0, 1], [0.5, 0.5], [0.55, 0.5]])
    display = BoundaryDisplay.from_model(right, crowd, [0, 1, 0, 1, 0, 1, 1], resolution=5)
    assert display._legend_place() == {"loc": "upper right"}


def test_a_model_is_asked_for_classes():
    model = Network([Dense(1)]).init(2, 0)
    model.params[0]["W"][...] = [[1], [0]]
    model.params[0]["b"][...] = 0.5
    display = BoundaryDisplay.from_model(model, X, Y, resolution=10)
    np.testing.assert_array_equal(display.regions, np.broadcast_to(display.x1 > 0, (10, 10)))


def test_a_column_of_one_value_gets_room():
    display = BoundaryDisplay.from_model(right, [[1, 2], [1, 3]], [0, 1], resolution=3)
    np.testing.assert_array_equal(display.x1, [0, 1, 2])


def test_styles_are_distinct():
    assert len({(colour(k), marker(k)) for k in range(len(COLOURS) * len(MARKERS))}) == 56


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"X": np.ones((5, 3))}, "X must have 2 columns, got 3"),
        ({"X": np.ones(5)}, "X must have two dimensions"),
        ({"y": [0, 1]}, "y must have one class number for each of 5 points"),
        ({"y": [0, 1, 0.5, 1, 0]}, "y must hold class numbers 0, 1, ..., got 0.5"),
        ({"y": [0, 1, -1, 1, 0]}, "y must hold class numbers 0, 1, ..., got -1"),
        ({"model": 3}, "model must be a Model, or a function"),
        ({"model": lambda points: points}, "the model's answer must have one class number"),
        ({"resolution": 1}, "resolution must be a whole number of at least 2"),
        ({"margin": -1}, "margin must be"),
        ({"feature_names": ["a"]}, "feature_names must be two names"),
        ({"feature_names": "ab"}, "feature_names must be a list of names"),
        ({"class_names": ["a"]}, "class_names must be a name for each of the classes 0 to 1"),
    ],
)
def test_refuses(change, sentence):
    with pytest.raises(InputError, match=sentence):
        BoundaryDisplay.from_model(**{"model": right, "X": X, "y": Y, "resolution": 3} | change)

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from halfmoon.base.errors import InputError
from halfmoon.layers.dense import Dense
from halfmoon.losses.pointwise import Logistic
from halfmoon.network.network import Network
from halfmoon.plots import BoundaryDisplay
from halfmoon.plots.palette import THEMES

colour, tint = THEMES["light"].colour, THEMES["light"].tint

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
    assert [points.shape for points in asked] == [(405, 2)]
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
    assert display._emptiest_corner() == "upper right"


def test_a_model_is_asked_for_classes():
    model = Network([Dense(1)]).init(2, 0)
    model.params[0]["W"][...] = [[1], [0]]
    model.params[0]["b"][...] = 0.5
    display = BoundaryDisplay.from_model(model, X, Y, resolution=10)
    np.testing.assert_array_equal(display.regions, np.broadcast_to(display.x1 > 0, (10, 10)))


def test_a_column_of_one_value_gets_room():
    display = BoundaryDisplay.from_model(right, [[1, 2], [1, 3]], [0, 1], resolution=3)
    np.testing.assert_array_equal(display.x1, [0, 1, 2])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"X": np.ones((5, 1))}, "X must have at least 2 columns, got 1"),
        ({"X": np.ones(5)}, "X must have two dimensions"),
        ({"y": [0, 1]}, "y must have one class number for each of 5 points"),
        ({"y": [0, 1, 0.5, 1, 0]}, "y must hold class numbers 0, 1, ..., got 0.5"),
        ({"y": [0, 1, -1, 1, 0]}, "y must hold class numbers 0, 1, ..., got -1"),
        ({"model": 3}, "estimator must be a Model, a fitted estimator, or a function"),
        ({"model": lambda points: points}, "the estimator's answer must have one class number"),
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


# ---- any classifier, wider tables, wrong points, probabilities ----------------------------------------------------------


def moons_model():
    model = Network([Dense(1)], Logistic).init(2, 0, "float64")
    model.params[0]["W"][...] = [[3], [0]]
    model.params[0]["b"][...] = -0.3
    return model


def test_wrong_points_are_ringed():
    display = BoundaryDisplay.from_estimator(right, X, [0, 1, 0, 1, 0], resolution=5).plot()
    np.testing.assert_array_equal(display.wrong, [False, True, False, False, True])
    *_, ring = points_drawn(display)
    np.testing.assert_array_equal(ring.get_offsets(), X[[1, 4]])
    assert len(ring.get_facecolor()) == 0
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["class 0", "class 1", "wrong (2)"]


def test_the_boundary_runs_between_the_places_where_there_are_scores():
    display = BoundaryDisplay.from_estimator(moons_model(), X, Y, resolution=7).plot()
    assert display.scores.shape == display.probabilities.shape == (7, 7, 2)
    lines = [c for c in display.ax_.collections if isinstance(c, ContourSet) and not c.filled]
    # Where 3 x1 - 0.3 = 0, to what a grid of 7 places bends the logistic curve, which is far less than its steps of 0.4.
    np.testing.assert_allclose(lines[0].get_paths()[0].vertices[:, 0], 0.1, atol=0.02)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_probabilities_are_shaded_with_a_colour_bar(theme):
    display = BoundaryDisplay.from_estimator(moons_model(), X, Y, resolution=30, class_names=["no", "yes"])
    display.plot(agg_axes(), fill="probability", theme=theme)
    np.testing.assert_allclose(display.probabilities[..., 1], 1 / (1 + np.exp(0.3 - 3 * display.x1))[None].repeat(30, axis=0))
    assert display.figure_.axes[1].get_ylabel() == "probability of yes"
    even = pixel(display, 0.13, 0.45)
    assert np.abs(even - to_rgb(THEMES[theme].paper)).max() < 0.1
    low, high = pixel(display, -0.9, -0.4), pixel(display, 1.05, 0.2)
    assert low[2] > low[0]
    assert high[0] > high[2]


def test_probabilities_of_three_classes():
    X3 = np.array([[0, 0], [0, 1.0], [3, 0], [3, 1], [0, 5], [1, 5]])
    y = np.array([0, 0, 1, 1, 2, 2])
    fitted = LogisticRegression().fit(X3, y)
    display = BoundaryDisplay.from_estimator(fitted, X3, y, resolution=20).plot(fill="probability")
    (image,) = display.ax_.images
    assert image.get_array().shape == (20, 20, 3)
    strongest = np.unravel_index(display.probabilities[..., 2].argmax(), (20, 20))
    green = image.get_array()[strongest]
    assert green.argmax() == 1


@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), SVC(), DecisionTreeClassifier(random_state=0), KNeighborsClassifier(1), RidgeClassifier(), NearestCentroid()],
    ids=lambda estimator: type(estimator).__name__,
)
@pytest.mark.parametrize("labels", [["a", "b"], ["a", "b", "c"]])
def test_any_classifier_of_scikit_learns(estimator, labels):
    random = np.random.RandomState(0)
    y = np.array(labels)[random.randint(0, len(labels), 60)]
    X2 = random.normal(size=(60, 2)) + np.searchsorted(labels, y)[:, None]
    fitted = estimator.fit(X2, y)
    display = BoundaryDisplay.from_estimator(fitted, X2, y, resolution=12).plot()
    assert display.class_names == labels
    places = np.stack(np.meshgrid(display.x1, display.x2), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(np.array(labels)[display.regions.ravel()], fitted.predict(places))
    np.testing.assert_array_equal(display.wrong, fitted.predict(X2) != y)


@pytest.mark.parametrize("table", [pd.DataFrame, None])
def test_wider_tables_are_shown_on_a_plane(table):
    random = np.random.RandomState(0)
    X5 = random.normal(size=(80, 5)) * [1, 10, 100, 1, 1]
    y = (X5[:, 1] > 0).astype(int)
    names = list("abcde")
    given = X5 if table is None else table(X5, columns=names)
    fitted = LogisticRegression(max_iter=1000).fit(given, y)  # one fitted on a data frame warns of anything else
    two = BoundaryDisplay.from_estimator(fitted, given, y, features=(1, 3), resolution=9).plot()
    assert two.feature_names == (["x2", "x4"] if table is None else ["b", "d"])
    np.testing.assert_array_equal(two.X, X5[:, [1, 3]])
    rows = np.tile(np.median(X5, axis=0), (9, 1))
    rows[:, 1], rows[:, 3] = two.x1, two.x2[4]
    asked = rows if table is None else table(rows, columns=names)
    np.testing.assert_array_equal(two.regions[4], fitted.predict(asked))
    components = BoundaryDisplay.from_estimator(fitted, given, y, resolution=9).plot()
    expected = PCA(2).fit_transform(StandardScaler().fit_transform(X5))
    np.testing.assert_allclose(np.abs(components.X), np.abs(expected))
    assert components.feature_names[0].startswith("PC 1 (")


def test_limits_and_names_by_column():
    display = BoundaryDisplay.from_estimator(
        lambda rows: rows[:, 2] > 0, np.eye(3), [0, 0, 1], features=(2, 0), limits=((-1, 2), (0, 4))
    ).plot()
    assert display.ax_.get_xlim() == (-1, 2)
    assert display.ax_.get_ylim() == (0, 4)
    np.testing.assert_array_equal(display.regions[0], display.x1 > 0)


def test_a_hundred_places_a_side_are_asked_at_once():
    asked = []
    BoundaryDisplay.from_estimator(lambda rows: asked.append(len(rows)) or rows[:, 0] > 0, X, Y)
    assert asked == [100 * 100 + 5]


@pytest.mark.parametrize("mark", ["light", "dark"])
def test_the_diverging_map_tells_both_sides_apart_for_colour_blind_readers(mark):
    """Seen with each kind of cones missing (Machado, Oliveira and Fernandes, 2009), in linear light."""
    missing = {
        "red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    }
    strengths = np.linspace(0.1, 0.5, 9)
    for matrix in missing.values():

        def seen(places, matrix=matrix):
            linear = THEMES[mark].diverging(places)[:, :3] ** 2.2
            return np.clip(linear @ np.array(matrix).T, 0, 1) ** (1 / 2.2)

        low, high = seen(0.5 - strengths), seen(0.5 + strengths)
        assert (np.linalg.norm(low - high, axis=1) > 0.15).all()
        paper = seen(np.array([0.5]))
        for side in (low, high):
            away = np.linalg.norm(side - paper, axis=1)
            assert (np.diff(away) > 0).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"features": (0, 0)}, "features must be 'pca' or two columns of x₁, x₂"),
        ({"features": "plane"}, "features must be one of pca"),
        ({"features": (0, "c")}, "features must be 'pca' or two columns"),
        ({"X": np.ones((1, 3)), "y": [0]}, "at least two rows"),
        ({"limits": ((1, 0), (0, 1))}, "limits must be"),
        ({"estimator": Network([Dense(3)], Logistic).init(2)}, "estimator must decide on one class a row"),
        ({"estimator": LogisticRegression().fit(X, ["a", "a", "b", "b", "b"])}, "y must be one of the estimator's classes a, b"),
    ],
)
def test_refuses_what_cannot_be_shown(change, sentence):
    with pytest.raises(InputError, match=sentence):
        BoundaryDisplay.from_estimator(**{"estimator": right, "X": X, "y": Y, "resolution": 3} | change)


def test_refuses_probabilities_where_there_are_none():
    with pytest.raises(InputError, match="fill must be 'classes'"):
        BoundaryDisplay.from_estimator(right, X, Y, resolution=3).plot(fill="probability")

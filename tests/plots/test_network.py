import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

import halfmoon as hm
from halfmoon.plots import NetworkDisplay

MODEL = hm.Network([hm.Dense(4), hm.ReLU, hm.Residual(hm.Dense(4), hm.Tanh), hm.Dense(2)]).init(3, 1)


def lines(display):
    return [each for each in display.ax_.collections if isinstance(each, LineCollection)]


def test_the_lines_are_the_weights():
    display = NetworkDisplay.from_estimator(MODEL).plot()
    weights = [MODEL.params[name] for name in ("0.W", "2.0.W", "3.W")]
    largest = max(np.abs(each).max() for each in weights)
    heights = [column.heights() for column in display.columns]
    for place, (drawn, weight) in enumerate(zip(lines(display), weights, strict=True)):
        assert len(drawn.get_segments()) == weight.size
        for segment, value, width in zip(drawn.get_segments(), drawn.get_array(), drawn.get_linewidths(), strict=True):
            assert segment[:, 0].tolist() == [place, place + 1]
            before, after = (int(np.abs(heights[place + end] - segment[end, 1]).argmin()) for end in (0, 1))
            assert value == weight[before, after]
            assert width == 3 * abs(value) / largest
        assert drawn.get_clim() == (-largest, largest)


def test_columns_are_named_and_residual_branches_bridged():
    display = NetworkDisplay.from_estimator(MODEL)
    assert [column.units for column in display.columns] == [3, 4, 4, 2]
    assert [column.name for column in display.columns] == ["", "0 dense\n1 relu", "2.0 dense\n2.1 tanh", "3 dense"]
    assert display.skips == [(1, 2)]
    display.plot()
    assert len([patch for patch in display.ax_.patches if isinstance(patch, FancyArrowPatch)]) == 1
    labels = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert labels[:2] == ["3\ninputs", "4\n0 dense\n1 relu"]


def test_the_exercises_layers_have_names():
    layers = [hm.Dense(64), hm.ReLU, hm.Dense(32), hm.Sigmoid, hm.Dense(16), hm.Sigmoid, hm.Dense(1), hm.Sigmoid]
    display = NetworkDisplay.from_estimator(hm.Network(layers, hm.SquaredError).init(2, 0)).plot()
    assert display.ax_.get_xticklabels()[3].get_text() == "16\n4 dense\n5 sigmoid"


def test_wide_layers_show_their_first_and_last_units():
    model = hm.Network([hm.Dense(50), hm.Dense(1)]).init(30, 0)
    display = NetworkDisplay.from_estimator(model, most=6).plot()
    assert display.columns[1].shown.tolist() == [0, 1, 2, 47, 48, 49]
    np.testing.assert_array_equal(display.weights[0], model.params["0.W"][np.ix_([0, 1, 2, 27, 28, 29], [0, 1, 2, 47, 48, 49])])
    heights = display.columns[1].heights()
    gaps = -np.diff(heights)
    np.testing.assert_allclose(gaps, [1 / 7, 1 / 7, 2 / 7, 1 / 7, 1 / 7])


def test_a_network_without_weights_is_drawn():
    display = NetworkDisplay.from_estimator(hm.Network([hm.ReLU]).init(2)).plot()
    assert lines(display) == []

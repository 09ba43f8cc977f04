import numpy as np
import pytest
from matplotlib.colors import LogNorm

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import FlowDisplay, HistogramDisplay
from halfmoon.plots.flow import QUANTITIES

X = np.random.RandomState(0).normal(size=(60, 2))
Y = (X[:, 0] > 0).astype(float)


def recorded(*rows):
    model = hm.Network([hm.Dense(6), hm.ReLU, hm.Dense(4), hm.Tanh, hm.Dense(1)], hm.Logistic).init(2, 0)
    model.params[0]["b"][:3] = -50  # three units that are dead from the start
    recorder = hm.Recorder(*rows, bins=8)
    hm.train(model, X, Y, epochs=20, callbacks=[recorder], optimizer=hm.SGD(0.1))
    return recorder.recording


RECORDING = recorded(X, Y)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_quantity_is_drawn_layer_by_epoch(quantity):
    display = FlowDisplay.from_recording(RECORDING, quantity).plot()
    (mesh,) = display.ax_.collections
    np.testing.assert_array_equal(np.ma.getdata(mesh.get_array()), display.values.T)
    layers = {"dead": ["1 relu", "3 tanh"], "saturated": ["1 relu", "3 tanh"], "parameters": ["0.W", "0.b", "2.W", "2.b", "4.W", "4.b"]}
    assert display.layers == layers.get(quantity, RECORDING.layers)
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == display.layers
    assert display.ax_.yaxis_inverted()  # the first layer on top
    assert display.figure_.axes[1].get_ylabel() == QUANTITIES[quantity][1]


def test_the_values_are_the_recordings():
    display = FlowDisplay.from_recording(RECORDING)
    np.testing.assert_array_equal(display.values, RECORDING.statistics["gradient_norm"])
    assert isinstance(display.plot().ax_.collections[0].norm, LogNorm)
    dead = FlowDisplay.from_recording(RECORDING, "dead")
    np.testing.assert_array_equal(dead.values[0, 0], 0.5)
    assert dead.plot().ax_.collections[0].get_clim() == (0, 1)


def test_ticks_are_the_recorded_epochs():
    display = FlowDisplay.from_recording(RECORDING).plot()
    shown = display.ax_.xaxis.get_major_formatter()
    assert [shown(place, 0) for place in range(len(RECORDING.epochs))] == [str(epoch) for epoch in RECORDING.epochs]
    assert shown(-1, 0) == shown(99, 0) == ""


@pytest.mark.parametrize("values", [[[0.0, np.nan]], [[0.5, 0.5]], [[0.0, 0.0]]])
def test_values_without_a_range_are_drawn(values):
    FlowDisplay(np.array([0]), ["a", "b"], np.array(values)).plot().figure_.canvas.draw()


@pytest.mark.parametrize("of", ["activation", "gradient"])
def test_histograms_are_the_recordings_counts(of):
    display = HistogramDisplay.from_recording(RECORDING, 11, of=of).plot()
    place = RECORDING.place(11)
    assert display.epoch == RECORDING.epochs[place] == 10
    assert display.ax_.get_title() == "epoch 10"
    for layer, stairs in enumerate(display.ax_.patches):
        values, edges, baseline = stairs.get_data()
        counts = RECORDING.statistics[f"{of}_counts"][place, layer]
        np.testing.assert_allclose(values - baseline, 0.85 * counts / counts.max())
        ends = [RECORDING.statistics[f"{of}_{end}"][place, layer] for end in ("low", "high")]
        np.testing.assert_allclose(edges, np.linspace(*ends, 9))
    assert len(display.ax_.patches) == 5
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == RECORDING.layers


def test_histograms_of_one_layer_over_the_epochs():
    display = HistogramDisplay.from_recording(RECORDING, layer=1).plot()
    assert (display.rows, display.epoch, display.layer) == (RECORDING.epochs.tolist(), None, RECORDING.layers[1])
    np.testing.assert_array_equal(display.counts, RECORDING.statistics["activation_counts"][:, 1])
    np.testing.assert_array_equal(display.dead, RECORDING.statistics["dead"][:, 1])
    assert display.ax_.get_title() == f"layer {RECORDING.layers[1]}"
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert labels == [str(epoch) for epoch in RECORDING.epochs][:: -(-len(RECORDING) // len(labels))]  # as many as there is room for


def test_by_default_the_histograms_are_of_the_last_epoch():
    assert HistogramDisplay.from_recording(RECORDING).epoch == RECORDING.epochs[-1]


def test_each_histogram_on_a_scale_of_its_own():
    display = HistogramDisplay.from_recording(RECORDING, of="gradient").plot(scale="own")
    largest = np.maximum(np.abs(display.low), np.abs(display.high))
    for place, stairs in enumerate(display.ax_.patches):
        edges = stairs.get_data().edges
        np.testing.assert_allclose(edges * largest[place], np.linspace(display.low[place], display.high[place], 9))
        assert np.abs(edges).max() == pytest.approx(1)
    labels = [label.get_text() for label in display.ax_.get_yticklabels()]
    assert labels == [f"{name}\n±{size:.2g}" for name, size in zip(RECORDING.layers, largest, strict=True)]
    assert display.ax_.get_xlabel() == "gradient, each by its largest"


def test_histograms_say_which_units_are_idle():
    display = HistogramDisplay.from_recording(RECORDING, 0).plot()
    notes = {round(-text.get_position()[1]): text.get_text() for text in display.ax_.texts}
    assert notes[1].split("\n")[0] == "dead 50%"
    assert 0 not in notes


def test_refuses():
    with pytest.raises(InputError, match="recording must have statistics"):
        FlowDisplay.from_recording(recorded())
    with pytest.raises(InputError, match="recording must be a Recording"):
        HistogramDisplay.from_recording(3, 0)
    with pytest.raises(InputError, match="quantity must be one of"):
        FlowDisplay.from_recording(RECORDING, "flow")
    with pytest.raises(InputError, match="of must be one of"):
        HistogramDisplay.from_recording(RECORDING, 0, of="weights")
    with pytest.raises(InputError, match="layer must be left out where an epoch is given, got layer 1 and epoch 3"):
        HistogramDisplay.from_recording(RECORDING, 3, layer=1)
    with pytest.raises(InputError, match="layer must be one of 0, 1, 2"):
        HistogramDisplay.from_recording(RECORDING, layer=9)
    with pytest.raises(InputError, match="scale must be one of shared, own"):
        HistogramDisplay.from_recording(RECORDING).plot(scale="log")

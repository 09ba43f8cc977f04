import numpy as np
import pytest
from matplotlib.colors import LogNorm

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.plots import FlowDisplay, HistogramDisplay
from halfmoon.plots.flow import QUANTITIES
from halfmoon.plots.histograms import spike_of

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
    assert dead.plot().ax_.collections[0].get_clim() == (0, np.nanmax(dead.values))


def test_shares_are_written_once_for_epochs_that_have_the_same():
    values = np.array([[0, 0.25, 0.25, 0.5, 0], [0.125, 0.125, 0.125, 0.125, 0.125], [0, 0, 0, 0, 0]]).T
    display = FlowDisplay(np.arange(5), ["a", "b", "c"], values, "dead").plot()
    assert {(text.get_position(), text.get_text()) for text in display.ax_.texts} == {
        ((0, 0), "0%"), ((1.5, 0), "25%"), ((3, 0), "50%"), ((4, 0), "0%"), ((2, 1), "12%"), ((2, 2), "0%"),
    }  # fmt: skip
    assert display.figure_.axes[1].get_yticklabels()[-1].get_text() == "50%"
    many = FlowDisplay(np.arange(400), ["a"], (np.arange(400) % 2)[:, None] * 0.5, "saturated").plot()
    assert not many.ax_.texts  # no room
    unknown = FlowDisplay(np.arange(2), ["a"], np.array([[0.5], [np.nan]]), "dead").plot()
    assert [text.get_text() for text in unknown.ax_.texts] == ["50%"]


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
        ends = [RECORDING.statistics[f"{of}_{end}"][place, layer] for end in ("low", "high")]
        if spike_of(counts, *ends) is None:
            np.testing.assert_allclose(values - baseline, 0.85 * counts / counts.max())
        else:
            np.testing.assert_allclose(values - baseline, np.minimum(0.7 * counts / np.sort(counts)[-2], 0.85))
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


def test_histograms_over_the_epochs_say_what_their_rows_are():
    assert HistogramDisplay.from_recording(RECORDING, layer=1).plot().ax_.get_ylabel() == "epoch"
    assert HistogramDisplay.from_recording(RECORDING).plot().ax_.get_ylabel() == ""


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
    assert "dead 50%" in notes[1]
    assert 0 not in notes


SPIKES = {
    "a ReLU's": ([80, 9, 6, 3], (0, 4), 0),
    "in the middle": ([3, 9, 80, 6], (-2, 2), 2),
    "at the end": ([1, 2, 3, 9], (-4, 0), 3),
    "not so high": ([18, 9, 6, 3], (0, 4), None),
    "elsewhere": ([9, 80, 6, 3], (0, 4), None),
    "all are 0": ([80, 0, 0, 0], (0, 4), None),
    "without 0": ([80, 9, 6, 3], (1, 4), None),
    "without a range": ([80, 0, 0, 0], (0, 0), None),
    "none": ([0, 0, 0, 0], (-1, 1), None),
}


@pytest.mark.parametrize("name", SPIKES)
def test_a_spike_at_zero_is_cut_and_said(name):
    counts, (low, high), expected = SPIKES[name]
    assert spike_of(np.array(counts), low, high) == expected
    none = np.array([np.nan])
    display = HistogramDisplay(["a"], np.array([counts]), np.array([low]), np.array([high]), dead=none, saturated=none, epoch=1).plot()
    heights = display.ax_.patches[0].get_data().values
    assert heights.max() == pytest.approx(0.85 if max(counts) else 0)
    if expected is None:
        assert not display.ax_.texts
    else:
        (text,) = display.ax_.texts
        assert text.get_text() == f"{max(counts) / sum(counts):.0%} near 0"
        assert np.sort(heights)[-2] == pytest.approx(0.7)


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

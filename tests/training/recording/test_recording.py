"""Recordings: what is kept, that training does not notice, and their files."""

import json
import struct

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.training import checkpoint
from halfmoon.training.recording import statistics

RANDOM = np.random.RandomState(3)
X = RANDOM.normal(size=(40, 3))
Y = (X[:, 0] * X[:, 1] > 0).astype(float)
NETWORK = hm.Network(
    [
        hm.Dense(6),
        hm.BatchNorm(),
        hm.ReLU,
        hm.Residual(hm.Dense(6), hm.Tanh, hm.Dropout(0.2)),
        hm.Dense(1),
    ],
    hm.Logistic,
)
OPTIONS = {"epochs": 30, "batch_size": 16, "optimizer": hm.Adam(0.01), "seed": 4}


def record(recorder, network=NETWORK, **options):
    model = network.init(3, 2, "float64")
    history = hm.train(model, X, Y, callbacks=[recorder], **OPTIONS | options)
    return model, history, recorder.recording


@pytest.mark.smoke
@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("batch_size", [None, 16])
def test_training_comes_to_the_same_bits(engine, batch_size):
    model, history, _ = record(hm.Recorder(X, Y, budget=20_000), engine=engine, batch_size=batch_size)
    plain = NETWORK.init(3, 2, "float64")
    expected = hm.train(plain, X, Y, **OPTIONS | {"engine": engine, "batch_size": batch_size})
    assert model.theta.tobytes() == plain.theta.tobytes()
    assert model.state.vector.tobytes() == plain.state.vector.tobytes()
    assert history["loss"].tobytes() == expected["loss"].tobytes()


@pytest.mark.smoke
def test_each_snapshot_is_the_model_of_its_epoch():
    _, history, recording = record(hm.Recorder())
    assert recording.epochs.tolist() == [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 30]
    assert recording.history == history
    assert recording.statistics == {}
    for epoch in (0, 1, 8, 30):
        model = NETWORK.init(3, 2, "float64")
        if epoch:
            hm.train(model, X, Y, **OPTIONS | {"epochs": epoch})
        assert recording.at(epoch).theta.tobytes() == model.theta.tobytes()
        assert recording.at(epoch).state.vector.tobytes() == model.state.vector.tobytes()


def test_small_epochs_still_go_by_in_bunches():
    """A recorder of few epochs does not make the engine come back after each."""
    heard = []

    class Heard(hm.Recorder):
        every_epoch = False

        def on_epoch(self, run):
            heard.append(run.epoch)

    *_, recording = record(Heard(epochs=[50, 100]), epochs=100)
    assert recording.epochs.tolist() == [0, 50, 100]
    assert heard == [100]


@pytest.mark.parametrize(("asked", "found"), [(0, 0), (7, 6), (7.1, 8), (9, 8), (26, 27), (1000, 30), (-3, 0)])
def test_at_gives_the_nearest_epoch(asked, found):
    *_, recording = record(hm.Recorder())
    assert recording.epochs[recording.place(asked)] == found
    assert recording.at(asked).theta.tobytes() == recording.theta[recording.place(asked)].tobytes()


def test_a_model_of_a_recording_is_a_copy():
    *_, recording = record(hm.Recorder())
    before = recording.theta.copy()
    recording.at(5).theta[...] = 0
    np.testing.assert_array_equal(recording.theta, before)


def test_chosen_epochs_the_first_and_the_last_are_recorded():
    *_, recording = record(hm.Recorder(epochs=range(10, 100, 10)), epochs=35)
    assert recording.epochs.tolist() == [0, 10, 20, 30, 35]


def test_a_run_that_is_stopped_is_recorded_to_its_last_whole_epoch():
    class Stop(hm.Callback):
        def on_update(self, run):
            if run.state.updates == 19:  # three an epoch
                run.stop("enough")

    model = NETWORK.init(3, 2, "float64")
    recorder = hm.Recorder(X, Y)
    hm.train(model, X, Y, callbacks=[recorder, Stop()], **OPTIONS)
    assert recorder.recording.epochs[-1] == recorder.recording.history.epochs
    assert recorder.recording.history.stopped == "enough"


def test_the_best_epoch_is_recorded_where_training_goes_back_to_it():
    stopping = hm.EarlyStopping(patience=4)
    model, history, recording = record(hm.Recorder(), epochs=400, validation=(X[:9], 1 - Y[:9]), stopping=stopping)
    assert history.best_epoch in recording.epochs
    assert recording.epochs[-1] == history.epochs
    assert recording.at(history.best_epoch).theta.tobytes() == model.theta.tobytes()


def test_a_diverging_training_leaves_a_recording_of_finite_numbers():
    recorder = hm.Recorder(X, Y)
    with pytest.raises(hm.DivergenceError):
        record(recorder, hm.Network([hm.Dense(3), hm.Dense(1)]), optimizer=hm.SGD(1e6), epochs=400)
    recording = recorder.recording
    assert np.isfinite(recording.theta).all()
    assert recording.epochs[-1] == recording.history.epochs
    assert np.isfinite(recording.statistics["parameter_norm"]).any(axis=1).all()


@pytest.mark.parametrize("epochs", [None, range(101)])
def test_the_budget_thins_out_and_keeps_the_ends(epochs):
    *_, everything = record(hm.Recorder(X, Y, epochs=epochs), epochs=100)
    budget = everything.nbytes // 3
    *_, recording = record(hm.Recorder(X, Y, epochs=epochs, budget=budget), epochs=100)
    assert recording.nbytes <= budget
    assert len(recording) > len(everything) // 3 - 2
    assert (recording.epochs[0], recording.epochs[-1]) == (0, 100)
    gaps = np.diff(recording.epochs if epochs else np.log1p(recording.epochs))
    assert gaps.max() <= (8 if epochs else 1.3)
    for place, epoch in enumerate(recording.epochs):
        at = everything.place(epoch)
        assert recording.theta[place].tobytes() == everything.theta[at].tobytes()
        assert recording.statistics["loss"][place] == everything.statistics["loss"][at]


@pytest.mark.parametrize(("snapshots", "kept"), [(0.1, [30]), (1, [30]), (2, [0, 30]), (3.5, 3)])
def test_a_budget_of_next_to_nothing_never_fails(snapshots, kept):
    *_, one = record(hm.Recorder(X, Y, epochs=[30], budget=1))
    *_, recording = record(hm.Recorder(X, Y, budget=max(1, int(snapshots * one.nbytes))))
    assert len(recording) == kept if isinstance(kept, int) else recording.epochs.tolist() == kept


# ---- statistics -----------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_statistics_are_those_of_the_trace():
    *_, recording = record(hm.Recorder(X, Y, bins=7))
    assert recording.layers == ["0 dense", "1 batchnorm", "2 relu", "3.0 dense", "3.1 tanh", "3.2 dropout", "4 dense"]
    for place, epoch in enumerate(recording.epochs):
        model = recording.at(epoch)
        trace = model.trace(*model.batch(X, Y))
        assert recording.statistics["loss"][place] == trace.loss
        norms = [np.linalg.norm(gradient) for gradient in trace.gradients.values()]
        np.testing.assert_allclose(recording.statistics["parameter_norm"][place], norms)
        for layer, name in enumerate(recording.layers):
            for side, letter in (("activation", "y"), ("gradient", "dy")):
                array = trace[f"{name.split()[0]}.{letter}"]
                told = {what: recording.statistics[f"{side}_{what}"][place, layer] for what in statistics.PER_LAYER}
                np.testing.assert_allclose([told["mean"], told["std"], told["norm"]], [array.mean(), array.std(), np.linalg.norm(array)])
                assert told["counts"].sum() == array.size
                if np.ptp(array):
                    assert (told["low"], told["high"]) == (array.min(), array.max())
                    edges = np.linspace(array.min(), array.max(), 8)
                    np.testing.assert_array_equal(told["counts"], np.histogram(array, edges)[0])
    assert np.isnan(recording.statistics["dead"][:, [0, 1, 3, 5, 6]]).all()


def units(activation, inputs):
    """The dead and saturated shares of units that are given ``inputs``, one column each."""
    inputs = np.array(inputs, float).T
    network = hm.Network([activation], hm.SquaredError)
    told = statistics.measure(network.init(inputs.shape[1], 0, "float64"), inputs, np.zeros_like(inputs), None, 5)
    return float(told["dead"][0]), float(told["saturated"][0])


@pytest.mark.parametrize(
    ("activation", "inputs", "expected"),
    [
        (hm.ReLU, [[-1, -2, 0], [-1, 2, -3], [4, 5, 6], [-9, -9, -9]], (0.5, 0)),
        (hm.Tanh, [[5, 6, -7], [0, 1, 2], [30, 30, 30], [0, 0, 0]], (0, 0.5)),
        (hm.Sigmoid, [[5, 9, -7], [0, 1, 2]], (0, 0.5)),
        (hm.LeakyReLU, [[-1, -2, -3], [1, 2, 3]], (0, 0.5)),
        (hm.LeakyReLU(alpha=0.3), [[-1, -2, -3], [1, 2, 3]], (0, 0)),
        (hm.Identity, [[0, 0, 0]], (0, 0)),
    ],
)
def test_dead_and_saturated_units(activation, inputs, expected):
    assert units(activation, inputs) == expected


def test_constant_and_overflowing_outputs_are_described():
    network = hm.Network([hm.Dense(2), hm.Dense(1)])
    model = network.init(2, 0, "float64")
    model.theta[...] = 1e200
    told = statistics.measure(model, np.ones((3, 2)), np.zeros((3, 1)), None, 4)
    assert told["activation_counts"].tolist() == [[0, 0, 6, 0], [0, 0, 0, 0]]
    assert (told["activation_low"] < told["activation_high"]).all()
    assert np.isnan(told["activation_mean"][1])


# ---- files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [(), (X, Y)])
def test_a_saved_recording_is_the_same(tmp_path, rows):
    *_, recording = record(hm.Recorder(*rows))
    path = tmp_path / "model.recording.safetensors"
    recording.save(path)
    loaded = hm.Recording.load(path)
    assert loaded == recording
    assert loaded.at(8).predict(X).tolist() == recording.at(8).predict(X).tolist()
    loaded.theta[0, 0] += 1
    assert loaded != recording
    assert loaded != 3


def damage(path, change):
    """Rewrite the head of a file."""
    content = path.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    whole = json.loads(content[8 : 8 + length])
    head = json.loads(whole["__metadata__"]["halfmoon recording"])
    change(head, whole)
    whole["__metadata__"]["halfmoon recording"] = json.dumps(head)
    text = json.dumps(whole).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])


def swap(whole, one, two):
    whole[one], whole[two] = whole[two], whole[one]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda head, whole: head.pop("network"), "is damaged: head must have 'network'"),
        (lambda head, whole: head.update(network={"kind": "Nonsense"}), "needs the class 'Nonsense'"),
        (lambda head, whole: head.update(n_inputs=4), "is damaged: theta must be float64"),
        (lambda head, whole: head.update(n_inputs="many"), "n_inputs must be a whole number"),
        (lambda head, whole: head.update(version=9), "must be of format 1, got 9"),
        (lambda head, whole: head.pop("history"), "is damaged"),
        (lambda head, whole: head["history"].update(columns=["no"]), "is damaged"),
        (lambda head, whole: swap(whole, "epochs", "statistics.loss"), "epochs must be at least one epoch"),
        (lambda head, whole: swap(whole, "statistics.dead", "statistics.loss"), "the statistic dead must have shape"),
        (lambda head, whole: whole.update({"statistics.deed": whole.pop("statistics.dead")}), "the statistic dead must have shape"),
    ],
)
def test_damaged_heads_give_a_sentence(tmp_path, change, sentence):
    *_, recording = record(hm.Recorder(X, Y), epochs=3)
    path = tmp_path / "damaged"
    recording.save(path)

    damage(path, change)
    with pytest.raises(InputError, match=sentence):
        hm.Recording.load(path)


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.999])
def test_cut_files_give_a_sentence(tmp_path, share):
    *_, recording = record(hm.Recorder(X, Y), epochs=3)
    path = tmp_path / "cut"
    recording.save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match="must be a recording that halfmoon saved, and whole"):
        hm.Recording.load(path)


def test_models_and_recordings_are_not_mistaken_for_each_other(tmp_path):
    model, _, recording = record(hm.Recorder(), epochs=2)
    hm.save(tmp_path / "model", model)
    recording.save(tmp_path / "recording")
    with pytest.raises(InputError, match="must be a recording"):
        hm.Recording.load(tmp_path / "model")
    with pytest.raises(InputError, match="must be a model"):
        checkpoint.load(tmp_path / "recording")
    with pytest.raises(InputError, match="the recording file '/no/such' does not exist"):
        hm.Recording.load("/no/such")


# ---- arguments ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"X": X}, "X and y must be given together"),
        ({"epochs": []}, "at least one whole number"),
        ({"epochs": 10}, "epochs must be whole numbers, such as"),
        ({"epochs": [1.5]}, "epochs must be a whole number"),
        ({"epochs": "12"}, "epochs must be whole numbers"),
        ({"budget": 0}, "budget must be"),
        ({"bins": 1}, "bins must be"),
    ],
)
def test_refuses(options, sentence):
    with pytest.raises(InputError, match=sentence):
        hm.Recorder(**options)


def test_rows_that_do_not_fit_are_refused_before_training():
    model = NETWORK.init(3, 2)
    before = model.theta.tobytes()
    with pytest.raises(InputError, match="X must have 3 columns, got 2"):
        hm.train(model, X, Y, callbacks=[hm.Recorder(X[:, :2], Y)])
    assert model.theta.tobytes() == before


def test_there_is_no_recording_before_a_training():
    with pytest.raises(InputError, match="recording must follow a training"):
        _ = hm.Recorder().recording


def test_each_training_begins_a_new_recording():
    recorder = hm.Recorder()
    *_, first = record(recorder, epochs=3)
    *_, second = record(recorder, epochs=2)
    assert (first.epochs.tolist(), second.epochs.tolist()) == ([0, 1, 2, 3], [0, 1, 2])
    assert repr(second).startswith("Recording(2 epochs, 3 of them recorded, 0.0 MiB; all 2 epochs done")


def test_lbfgs_and_estimators_are_recorded():
    *_, recording = record(hm.Recorder(X, Y), optimizer=hm.LBFGS(), batch_size=None, epochs=6)
    assert recording.epochs.tolist()[:3] == [0, 1, 2]
    recorder = hm.Recorder(X, Y)
    fitted = hm.MLPClassifier((4,), max_iter=9, callbacks=[recorder], n_iter_no_change=99, tol=0, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        fitted.fit(X, Y)
    assert recorder.recording.at(9).theta.tobytes() == fitted.model_.theta.tobytes()

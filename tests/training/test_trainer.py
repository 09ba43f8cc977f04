"""Training as a whole: the same seed gives the same bits, PyTorch gives the same numbers, wrong arguments change nothing."""

import hashlib
import json
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import halfmoon as hm
from halfmoon.base.errors import InputError

# every optimiser, by its name in OPTIMIZERS: with options where it has a row, else as it is by default
EXAMPLES = {name: make() for name, make in hm.OPTIMIZERS.items()} | {
    "sgd": hm.SGD(0.05, schedule=hm.Cosine()),
    "momentum": hm.Momentum(0.05, nesterov=True),
    "adam": hm.Adam(0.01, clip_norm=0.5),
    "adamw": hm.AdamW(0.01),
    "rmsprop": hm.RMSprop(0.01, schedule=hm.Plateau(patience=0)),
    "adagrad": hm.Adagrad(0.05),
    "lion": hm.Lion(0.01),
    "lbfgs": hm.LBFGS(),
}


def test_every_optimiser_has_an_example():
    assert EXAMPLES.keys() == hm.OPTIMIZERS.keys()


def data(rows=30, seed=2):
    random = np.random.RandomState(seed)
    X = random.normal(size=(rows, 3))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


NETWORK = hm.Network([hm.Dense(6), hm.BatchNorm(), hm.Tanh, hm.Dropout(0.3), hm.Dense(5), hm.GELU, hm.Dense(1)], hm.Logistic)


def trained(optimizer, seed=3, network=NETWORK, **options):
    X, y = data()
    model = network.init(3, 4, "float64")
    if not isinstance(optimizer, hm.LBFGS):
        options.setdefault("batch_size", 8)
    hm.train(model, X, y, optimizer=optimizer, seed=seed, epochs=4, **options)
    return model


def digest(model):
    return hashlib.sha256(model.theta.tobytes() + model.state.vector.tobytes()).hexdigest()


def digests():
    return {name: digest(trained(optimizer)) for name, optimizer in EXAMPLES.items()}


SEEDS = {"int": lambda: 3, "RandomState": lambda: np.random.RandomState(3), "Generator": lambda: np.random.default_rng(3)}


def test_same_seed_same_bits_in_two_more_processes():
    here = digests()
    assert len(set(here.values())) == len(EXAMPLES)
    runs = [subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [json.loads(run.communicate()[0]) for run in runs] == [here, here]


@pytest.mark.smoke
@pytest.mark.parametrize("name", EXAMPLES)
def test_same_seed_same_bits(name):
    assert digest(trained(EXAMPLES[name])) == digest(trained(EXAMPLES[name]))


@pytest.mark.parametrize("kind", SEEDS)
def test_every_kind_of_seed(kind):
    make = SEEDS[kind]
    assert digest(trained(hm.Adam(), make())) == digest(trained(hm.Adam(), make()))
    shared = make()
    if kind != "int":  # a generator goes on
        assert digest(trained(hm.Adam(), shared)) != digest(trained(hm.Adam(), shared))


def test_another_seed_is_another_training():
    assert digest(trained(hm.Adam(), 3)) != digest(trained(hm.Adam(), 4))


def test_an_int_is_that_random_state_where_nothing_is_dropped():
    network = hm.Network([hm.Dense(4), hm.ReLU, hm.Dense(1)], hm.Logistic)
    assert digest(trained(hm.SGD(), 3, network)) == digest(trained(hm.SGD(), np.random.RandomState(3), network))


def test_the_global_generator_is_left_alone():
    before = np.random.get_state()[1].tobytes()
    trained(hm.Adam())
    assert np.random.get_state()[1].tobytes() == before


def test_threads_give_the_same_bits():
    names = ["sgd", "adam", "momentum", "rmsprop", "lbfgs", "lion"]
    alone = [digest(trained(EXAMPLES[name])) for name in names]
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(2) as pool:
            together = list(pool.map(lambda name: digest(trained(EXAMPLES[name])), names))
    finally:
        sys.setswitchinterval(switch)
    assert together == alone


@pytest.mark.smoke
def test_learns_and_goes_on():
    X, y = data()
    model = hm.Network([hm.Dense(8), hm.Tanh, hm.Dense(1)], hm.Logistic).init(3, 1)
    first = hm.train(model, X, y, optimizer=hm.Adam(0.05), epochs=40, batch_size=10)
    assert first["loss"][-1] < first["loss"][0] / 2
    assert model.dtype == np.float32
    assert first.stopped == "all 40 epochs done"


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "lbfgs"])
def test_a_trainer_remembers(name):
    X, y = data()
    optimizer = EXAMPLES[name] if name != "sgd" else hm.SGD(0.05)  # Cosine depends on how long training is
    whole, parts = NETWORK.init(3, 4, "float64"), NETWORK.init(3, 4, "float64")
    hm.Trainer(whole, optimizer, seed=1).train(X, y, epochs=6, batch_size=10, shuffle=False)
    trainer = hm.Trainer(parts, optimizer, seed=1)
    for epochs in (2, 1, 3):
        trainer.train(X, y, epochs=epochs, batch_size=10, shuffle=False)
    assert digest(whole) == digest(parts)
    assert trainer.model is parts


def test_steps_over_batches_are_epochs():
    X, y = data()
    stepped, epochs = NETWORK.init(3, 4, "float64"), NETWORK.init(3, 4, "float64")
    weights = np.random.RandomState(0).uniform(0, 1, 30)
    history = hm.train(epochs, X, y, sample_weight=weights, epochs=3, batch_size=12, shuffle=False, seed=5)
    trainer = hm.Trainer(stepped, seed=5)
    batches = [slice(0, 12), slice(12, 24), slice(24, 30)]
    losses = [[trainer.step(X[rows], y[rows], weights[rows]) for rows in batches] for _ in range(3)]
    np.testing.assert_allclose(history["loss"], np.average(losses, axis=1, weights=[12, 12, 6]), rtol=1e-12)
    assert digest(stepped) == digest(epochs)


def test_a_full_batch_is_never_shuffled():
    assert digest(trained(hm.SGD(), 3, batch_size=None)) == digest(trained(hm.SGD(), 3, batch_size=30, shuffle=False))
    assert digest(trained(hm.SGD(), 3, batch_size=10**9)) == digest(trained(hm.SGD(), 3, batch_size=None))


def test_each_epoch_takes_every_row_once_in_a_new_order():
    X = np.arange(12.0)[:, None] + 1
    # one weight, zero at first and never moved: the loss of a batch of one row is its target squared
    model = hm.Network([hm.Dense(1, "zeros", bias=False, rate_factor=0.0)]).init(1, dtype="float64")
    seen = []

    class Rows(hm.Callback):
        def on_update(self, run):
            seen.append(round(run.loss**0.5))

    hm.train(model, X, X[:, 0], optimizer=hm.SGD(0.1), epochs=3, batch_size=1, callbacks=[Rows()], seed=1)
    epochs = [seen[start : start + 12] for start in (0, 12, 24)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(1, 13))] * 3
    assert len({tuple(epoch) for epoch in epochs}) == 3


# ---- PyTorch ---------------------------------------------------------------------------------------------------------------


def torch_optimiser(name, groups):
    import torch

    makers = {
        "sgd": lambda: torch.optim.SGD(groups, lr=0.1),
        "momentum": lambda: torch.optim.SGD(groups, lr=0.05, momentum=0.9),
        "nesterov": lambda: torch.optim.SGD(groups, lr=0.05, momentum=0.8, nesterov=True),
        "adam": lambda: torch.optim.Adam(groups, lr=0.01),
        "adamw": lambda: torch.optim.AdamW(groups, lr=0.01),
        "rmsprop": lambda: torch.optim.RMSprop(groups, lr=0.01),
        "adagrad": lambda: torch.optim.Adagrad(groups, lr=0.05),
    }
    return makers[name]()


OURS = {
    "sgd": hm.SGD(0.1),
    "momentum": hm.Momentum(0.05),
    "nesterov": hm.Momentum(0.05, momentum=0.8, nesterov=True),
    "adam": hm.Adam(0.01),
    "adamw": hm.AdamW(0.01, weight_decay=0.05),
    "rmsprop": hm.RMSprop(0.01),
    "adagrad": hm.Adagrad(0.05),
}


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("clip", [None, 0.2])
def test_mini_batches_against_pytorch(name, clip):
    import torch
    from torch import nn

    X, y = data(50)
    optimizer = OURS[name] if clip is None else type(OURS[name])(**{**vars(OURS[name]), "clip_norm": clip})
    network = hm.Network([hm.Dense(6), hm.BatchNorm(), hm.Tanh, hm.Dense(4), hm.LayerNorm(), hm.SiLU, hm.Dense(1)], hm.Logistic)
    model = network.init(3, 7, "float64")

    twin = nn.Sequential(
        nn.Linear(3, 6, bias=False), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 4), nn.LayerNorm(4), nn.SiLU(), nn.Linear(4, 1)
    ).double()
    letters = {"W": "weight", "b": "bias", "scale": "weight", "shift": "bias"}
    decayed, others, pairs = [], [], []
    with torch.no_grad():
        for key, array in model.params.items():
            place, letter = key.split(".")
            tensor = getattr(twin[int(place)], letters[letter])
            tensor.copy_(torch.from_numpy(array.T.copy()))
            pairs.append((key, tensor))
            (decayed if letter == "W" else others).append(tensor)
    groups = [{"params": decayed, "weight_decay": 0.05 if name == "adamw" else 0}, {"params": others, "weight_decay": 0}]
    torch_step = torch_optimiser(name, groups)

    tensors, targets = torch.from_numpy(X), torch.from_numpy(y).double()[:, None]
    losses = []
    for _ in range(20):
        total = 0.0
        for start in range(0, 50, 16):
            rows = slice(start, start + 16)
            torch_step.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(twin(tensors[rows]), targets[rows])
            loss.backward()
            if clip is not None:
                norm = torch.linalg.vector_norm(torch.cat([tensor.grad.flatten() for tensor in twin.parameters()]))
                for tensor in twin.parameters():
                    tensor.grad *= min(1.0, clip / float(norm))
            torch_step.step()
            total += float(loss.detach()) * len(tensors[rows])
        losses.append(total / 50)

    history = hm.train(model, X, y, optimizer=optimizer, epochs=20, batch_size=16, shuffle=False)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-10)
    for key, tensor in pairs:
        np.testing.assert_allclose(model.params[key], tensor.detach().numpy().T, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(model.state["1.mean"], twin[1].running_mean.numpy(), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(model.state["1.variance"], twin[1].running_var.numpy(), rtol=1e-10, atol=1e-10)


# ---- what is added to the loss, and to the gradient --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("weighted", [False, True])
def test_scikit_learns_alpha_is_a_penalty_per_batch(engine, weighted):
    """Its draws, shuffles and updates too: 30 rows in batches of 8, the last one short."""
    from sklearn.neural_network import MLPClassifier

    X, y = data()
    weights = np.linspace(0.5, 2, len(X)) if weighted else None
    peer = MLPClassifier((5,), "tanh", solver="sgd", momentum=0, learning_rate_init=0.5, alpha=3.0, batch_size=8, random_state=4)
    for _ in range(3):
        peer.partial_fit(X, y, sample_weight=weights, classes=[0, 1])
    random, model = np.random.RandomState(4), hm.Network([hm.Dense(5), hm.Tanh, hm.Dense(1)], hm.Logistic()).init(3, 0, "float64")
    for place, sizes in ((0, (3, 5)), (2, (5, 1))):
        bound = np.sqrt(6 / sum(sizes))
        for name, shape in (("W", sizes), ("b", sizes[1])):
            model.params[place][name][...] = random.uniform(-bound, bound, shape)
    for _ in range(3):  # partial_fit begins each time with the rows in their order, and draws from where it begins anew
        hm.train(model, X, y, optimizer=hm.SGD(0.5), penalty=hm.Penalty(l2=3.0, per_batch=True), epochs=1, batch_size=8,
                 seed=random, sample_weight=weights, engine=engine)  # fmt: skip
        random = np.random.RandomState(4)
    for place, W, b in zip((0, 2), peer.coefs_, peer.intercepts_, strict=True):
        np.testing.assert_allclose(model.params[place]["W"], W, rtol=1e-10)
        np.testing.assert_allclose(model.params[place]["b"], b, rtol=1e-10)


@pytest.mark.parametrize("penalty", [hm.Penalty(l2=0.1), hm.Penalty(l1=0.02), hm.Penalty(0.03, 0.2)])
def test_a_penalty_is_part_of_the_loss_and_shrinks_weights(penalty):
    X, y = data()
    network = hm.Network([hm.Dense(4, biases="ones"), hm.Tanh, hm.Dense(1)], hm.Logistic)
    model, plain = network.init(3, 1, "float64"), network.init(3, 1, "float64")
    start = {name: array.copy() for name, array in model.params.items()}
    weights = np.concatenate([start["0.W"].ravel(), start["2.W"].ravel()])
    history = hm.train(model, X, y, penalty=penalty, optimizer=hm.SGD(0.1), epochs=1)
    bare = hm.train(plain, X, y, optimizer=hm.SGD(0.1), epochs=1)
    added = penalty.l1 * np.abs(weights).sum() + penalty.l2 / 2 * (weights**2).sum()
    assert history["loss"][0] == pytest.approx(bare["loss"][0] + added, rel=1e-13)
    for name, before in start.items():
        pull = penalty.l1 * np.sign(before) + penalty.l2 * before if name.endswith("W") else 0
        np.testing.assert_allclose(model.params[name], plain.params[name] - 0.1 * pull, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("share", [0.1, 10.0])
def test_clip_norm(share):
    X, y = data()
    model = hm.Network([hm.Dense(4), hm.Tanh, hm.Dense(1)], hm.Logistic).init(3, 1, "float64")
    before = model.theta.copy()
    _, gradient = model.gradients(X, y)
    norm = np.linalg.norm(gradient.vector)
    hm.Trainer(model, hm.SGD(0.5, clip_norm=share * norm)).step(X, y)
    np.testing.assert_allclose(model.theta, before - 0.5 * min(1, share) * gradient.vector, rtol=1e-12)


# ---- wrong arguments ---------------------------------------------------------------------------------------------------------

X, Y = data(12)
NAN = X.copy()
NAN[3, 1] = np.nan

# by what is wrong: arguments of train, and what the sentence must say
WRONG = {
    "epochs negative": ({"epochs": -1}, r"^epochs must be a whole number of at least 1, got -1"),
    "epochs zero": ({"epochs": 0}, r"^epochs"),
    "epochs broken": ({"epochs": 1.5}, r"^epochs .*1\.5"),
    "epochs bool": ({"epochs": True}, r"^epochs"),
    "batch size zero": ({"batch_size": 0}, r"^batch_size"),
    "batch size text": ({"batch_size": "8"}, r"^batch_size .*'8'"),
    "shuffle": ({"shuffle": "yes", "batch_size": 4}, r"^shuffle must be True or False"),
    "shuffle of a full batch": ({"shuffle": "yes"}, r"^shuffle"),
    "X not finite": ({"X": NAN}, r"^X must be finite, got nan at index \(3, 1\)"),
    "X one-dimensional": ({"X": X[:, 0]}, r"^X must have two dimensions"),
    "X too narrow": ({"X": X[:, :2]}, r"^X must have 3 columns, got 2"),
    "X text": ({"X": [["a", "b", "c"]] * 12}, r"^X must hold real numbers"),
    "X empty": ({"X": np.zeros((0, 3)), "y": []}, r"^X must have at least one row"),
    "y too short": ({"y": Y[:11]}, r"^y must have one row for each of the 12 rows of X, got 11"),
    "y two columns": ({"y": np.stack([Y, Y], axis=1)}, r"^y must have 1 columns"),
    "y not allowed": ({"y": Y * 2}, r"^y must lie in \[0, 1\]"),
    "y of one class": ({"y": np.ones(12)}, r"^y must hold at least two classes, got only 1"),
    "y None": ({"y": None}, r"^y"),
    "weights negative": ({"sample_weight": np.where(Y, 1, -1)}, r"^sample_weight must not be negative"),
    "weights too few": ({"sample_weight": np.ones(5)}, r"^sample_weight must have one weight for each of the 12 rows"),
    "weights zero": ({"sample_weight": np.zeros(12)}, r"^sample_weight must"),
    "weights not finite": ({"sample_weight": np.where(Y, 1, np.inf)}, r"^sample_weight must be finite"),
    "class weight text": ({"class_weight": "balance"}, r"^class_weight .*did you mean 'balanced'"),
    "class weight number": ({"class_weight": 2}, r"^class_weight must be a dict"),
    "class weight of no class": ({"class_weight": {2: 1.0}}, r"^class_weight must name classes that occur in y, got 2"),
    "class weight negative": ({"class_weight": {1: -1.0}}, r"^class_weight\[1\]"),
    "class weights zero": ({"class_weight": {0: 0, 1: 0}}, r"^class_weight"),
    "validation no tuple": ({"validation": "X"}, r"^validation must be a tuple"),
    "validation alone": ({"validation": (X,)}, r"^validation must be a tuple"),
    "validation X": ({"validation": (X[:, :1], Y)}, r"^validation: X must have 3 columns"),
    "validation y": ({"validation": (X, Y[:3])}, r"^validation: y must have one row"),
    "validation weights": ({"validation": (X, Y, -np.ones(12))}, r"^validation: sample_weight must not be negative"),
    "metric": ({"metrics": ["acuracy"]}, r"^metrics .*did you mean 'accuracy'"),
    "metric number": ({"metrics": [3]}, r"^metrics must be names"),
    "metrics number": ({"metrics": 3}, r"^metrics must be"),
    "stopping": ({"stopping": 5}, r"^stopping must be an EarlyStopping"),
    "monitor": ({"stopping": hm.EarlyStopping("accuracy")}, r"^monitor must be one of loss.*'accuracy'"),
    "seconds zero": ({"max_seconds": 0}, r"^max_seconds"),
    "seconds negative": ({"max_seconds": -1.0}, r"^max_seconds"),
    "callback": ({"callbacks": [print]}, r"^callbacks must be callbacks"),
    "callbacks no list": ({"callbacks": print}, r"^callbacks must be"),
    "optimiser": ({"optimizer": "adam"}, r"^optimizer must be an optimiser such as SGD\(0\.1\), got 'adam'"),
    "optimiser class": ({"optimizer": hm.Adam}, r"^optimizer must be an optimiser"),
    "penalty": ({"penalty": 0.1}, r"^penalty must be a Penalty"),
    "seed negative": ({"seed": -1}, r"^seed"),
    "seed text": ({"seed": "1"}, r"^seed"),
    "seed too large": ({"seed": 2**32}, r"^seed"),
    "engine": ({"engine": "refrence"}, r"^engine .*did you mean 'reference'"),
    "batches for L-BFGS": ({"optimizer": hm.LBFGS(), "batch_size": 4}, r"^batch_size must be None \(the full batch\) for LBFGS, got 4"),
}


def refused(sentence, **options):
    model = NETWORK.init(3, 1)
    before = digest(model)
    arguments = {"X": X, "y": Y, "epochs": 2} | options
    with pytest.raises(InputError, match=sentence) as caught:
        hm.train(model, arguments.pop("X"), arguments.pop("y"), **arguments)
    assert "\n" not in str(caught.value)
    assert digest(model) == before


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_one_sentence_and_changes_nothing(name):
    options, sentence = WRONG[name]
    refused(sentence, **options)


def test_no_model():
    with pytest.raises(InputError, match=r"^model must be a Model"):
        hm.train(NETWORK, X, Y)


@pytest.mark.parametrize(
    ("loss", "outputs", "y"),
    [(hm.SoftmaxCrossEntropy(), 2, np.full((12, 2), 0.5)), (hm.Logistic, 1, np.full(12, 0.3))],
    ids=["softmax", "logistic"],
)
def test_probabilities_are_no_single_class(loss, outputs, y):
    model = hm.Network([hm.Dense(outputs)], loss).init(3, 1)
    assert hm.train(model, X, y, epochs=2).epochs == 2


def test_an_unknown_option_is_a_type_error():
    with pytest.raises(TypeError, match="epoch"):
        hm.train(NETWORK.init(3), X, Y, epoch=3)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=8,
)


@settings(max_examples=60)
@given(junk=JUNK, argument=st.sampled_from(["X", "y", "sample_weight", "validation", "class_weight"]))
def test_junk_is_refused_or_finite(junk, argument):
    model = NETWORK.init(3, 1)
    before = digest(model)
    arguments = {"X": X, "y": Y} | {argument: junk}
    try:
        hm.train(model, arguments.pop("X"), arguments.pop("y"), epochs=1, **arguments)
    except InputError:
        assert digest(model) == before
    else:
        assert np.isfinite(model.theta).all()


@pytest.mark.parametrize(
    ("given", "sentence"), [((NAN, Y), "^X must be finite"), ((X, Y[:2]), "^y must"), ((X, Y, -Y), "^sample_weight must")]
)
def test_step_checks_too(given, sentence):
    model = NETWORK.init(3, 1)
    before = digest(model)
    with pytest.raises(InputError, match=sentence):
        hm.Trainer(model).step(*given)
    assert digest(model) == before


def test_a_single_step_cannot_know_the_end_of_training():
    model = NETWORK.init(3, 1)
    before = digest(model)
    with pytest.raises(InputError, match="epochs"):
        hm.Trainer(model, hm.SGD(schedule=hm.Cosine())).step(X, Y)
    assert digest(model) == before


@pytest.mark.parametrize("weights", [1e300, 1e-300])
def test_weights_that_float32_cannot_hold(weights):
    """Only their ratios count, so they are either taken as they are meant or refused."""
    model, plain = NETWORK.init(3, 1), NETWORK.init(3, 1)
    try:
        hm.train(model, X, Y, epochs=2, sample_weight=np.full(12, weights))
    except InputError as error:
        assert "sample_weight" in str(error)  # noqa: PT017 - either is fine
    else:
        hm.train(plain, X, Y, epochs=2)
        np.testing.assert_allclose(model.theta, plain.theta, rtol=1e-5, atol=1e-6)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(digests()))


def test_one_hot_rows_of_one_class_are_one_class():
    model = hm.Network([hm.Dense(3)], hm.SoftmaxCrossEntropy()).init(2)
    with pytest.raises(InputError, match="y must hold at least two classes, got only 1"):
        hm.train(model, np.eye(2), [[0, 1, 0], [0, 1, 0]])
    assert hm.train(model, np.eye(2), [[0, 1, 0], [1, 0, 0]], epochs=1).epochs == 1


def test_several_labels_a_row_may_agree_in_the_first():
    model = hm.Network([hm.Dense(2)], hm.Logistic()).init(2)
    assert hm.train(model, np.eye(2), [[1, 0], [1, 1]], epochs=1).epochs == 1


@pytest.mark.parametrize("engine", ["fused", "reference"])
@pytest.mark.parametrize("optimizer", [hm.Adam(), hm.LBFGS()])
def test_a_training_that_is_over_lets_go_of_the_data(engine, optimizer):
    X = np.random.RandomState(0).normal(size=(20, 3))
    held = weakref.ref(X)
    model = hm.Network([hm.Dense(2), hm.Tanh(), hm.Dense(1)]).init(3, dtype="float64")
    trainer = hm.Trainer(model, optimizer, engine=engine)
    trainer.train(X, X[:, :1].copy(), epochs=2)
    del X
    assert held() is None
    assert trainer.state.updates > 0

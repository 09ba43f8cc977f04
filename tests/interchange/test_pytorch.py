"""Our models become PyTorch's modules and theirs ours, and compute the same; a layer or an activation without a row fails."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

import halfmoon as hm
from halfmoon.interchange import pytorch
from halfmoon.interchange.torch_modules import Residual
from twins import TWINS, WIDTH

X = np.random.RandomState(0).normal(size=(50, WIDTH))
TOLERANCE = {"float32": 1e-6, "float64": 1e-12}
"""Of an entry, beside the largest one where that is above 1: in float32 the libraries add in another order. Back here not a bit differs."""

NO_MODULE = {
    "gaussian", "sine", "Scale", "ParametricActivation", "PeriodicEmbedding", "PiecewiseLinearEmbedding", "Repeat", "BatchEnsemble",
    "GroupedDense",
}  # fmt: skip
"""Activations and layers that PyTorch has no module for."""

LAYERS = {name: twin.examples for name, twin in TWINS.items()}


def drawn(network, dtype, columns=WIDTH):
    """Return a model of random numbers, running statistics too."""
    model, random = network.init(columns, 0, dtype), np.random.RandomState(1)
    model.theta[...] = random.normal(size=model.theta.size)
    model.state.vector[...] = random.uniform(0.5, 2, size=model.state.vector.size)
    return model


def computed(module, X, dtype):
    with torch.no_grad():
        return module(torch.from_numpy(X.astype(dtype))).numpy()


def close(found, wanted, dtype):
    assert found.dtype == wanted.dtype == dtype
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= TOLERANCE[dtype] * max(1, np.abs(wanted).max())


def test_every_layer_and_activation_has_a_row():
    assert LAYERS.keys() == pytorch.TWINS.keys() | {"Dense", "Residual"} | NO_MODULE
    assert set(pytorch.TWINS.values()) | {"PReLU"} == pytorch.MODULES.keys()
    assert hm.ACTIVATIONS.keys() - pytorch.TWINS.keys() == NO_MODULE & hm.ACTIVATIONS.keys()


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("name", "example"), [(name, each) for name, many in LAYERS.items() for each in many], ids=repr)
def test_a_layer_goes_to_pytorch_and_comes_back(name, example, dtype):
    layers = [hm.Dense(WIDTH), example, hm.Dense(3)]
    model = drawn(hm.Network(layers), dtype)
    if name in NO_MODULE:
        with pytest.raises(hm.InputError, match=rf"none for .*{name}.* at 1"):
            hm.to_torch(model)
        return
    module = hm.to_torch(model)
    scores = model.scores(X.astype(dtype))
    close(computed(module, X, dtype), scores, dtype)
    again = hm.from_torch(module)
    assert np.array_equal(again.scores(X.astype(dtype)), scores)
    assert all(np.array_equal(again.params[key], array) for key, array in model.params.items())
    assert all(np.array_equal(again.state[key], array) for key, array in model.state.items())
    assert not np.shares_memory(again.theta, module[0].weight.detach().numpy())


# modules of PyTorch's, with settings beside the defaults
MODULES = {
    "a perceptron": nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 2)),
    "one layer": nn.Linear(5, 2),
    "no bias": nn.Sequential(nn.Linear(5, 7, bias=False), nn.Tanh(), nn.Linear(7, 2, bias=False)),
    "Sequentials in each other": nn.Sequential(nn.Sequential(nn.Linear(5, 7), nn.Sequential(nn.GELU())), nn.Linear(7, 2)),
    "bias before a normalisation": nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7, eps=1e-3, momentum=0.3), nn.SiLU(), nn.Linear(7, 2)),
    "a normalisation without numbers": nn.Sequential(nn.BatchNorm1d(5, affine=False), nn.Linear(5, 6),
                                                     nn.LayerNorm(6, elementwise_affine=False)),
    "a normalisation without shifts": nn.Sequential(nn.Linear(5, 7), nn.LayerNorm(7, bias=False, eps=1e-3), nn.Linear(7, 2)),
    "slopes": nn.Sequential(nn.LeakyReLU(0.3), nn.PReLU(5, init=0.2), nn.Linear(5, 4), nn.PReLU(init=0.1), nn.ELU(1.5)),
    "softmax along the last axis": nn.Sequential(nn.Linear(5, 3), nn.Softmax(dim=-1)),
    "dropout": nn.Sequential(nn.Dropout(0.2), nn.Linear(5, 3), nn.Identity(), nn.Hardtanh(), nn.Softplus()),
    "a residual branch": nn.Sequential(Residual(nn.Linear(5, 3), nn.ReLU(), Residual(nn.Tanh()), nn.Linear(3, 5)), nn.Linear(5, 2)),
}  # fmt: skip


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", MODULES)
def test_a_module_becomes_ours(name, dtype):
    torch.manual_seed(0)
    module = MODULES[name].to(getattr(torch, dtype)).train()
    with torch.no_grad():
        module(torch.from_numpy(X.astype(dtype)))  # running statistics of its own
    module.eval()
    model = hm.from_torch(module)
    assert model.dtype == dtype
    close(model.scores(X.astype(dtype)), computed(module, X, dtype), dtype)
    close(computed(hm.to_torch(model), X, dtype), computed(module, X, dtype), dtype)


def test_the_loss_is_the_one_that_is_given():
    module = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3)).double()
    model = hm.from_torch(module, loss=hm.SoftmaxCrossEntropy())
    close(model.predict_proba(X), torch.softmax(module(torch.from_numpy(X)), dim=1).detach().numpy(), "float64")
    before = model.loss(X, np.arange(50) % 3)
    hm.train(model, X, np.arange(50) % 3, epochs=5)
    assert model.loss(X, np.arange(50) % 3) < before


def test_a_module_of_ours_can_be_trained_and_saved_as_its_own():
    module = hm.to_torch(drawn(hm.Network([hm.Dense(4), hm.BatchNorm(), hm.Residual(hm.Dense(4), hm.ReLU), hm.Dense(1)]), "float32"))
    assert not module.training
    assert all(each.requires_grad for each in module.parameters())
    module.train()
    module(torch.from_numpy(X.astype("float32"))).sum().backward()
    assert all(each.grad is not None for each in module.parameters())
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    module.load_state_dict(torch.load(file, weights_only=True))


# ---- state dicts -----------------------------------------------------------------------------------------------------------


def named(**modules):
    """Return a module whose parts have names of their own."""
    module = nn.Module()
    for name, part in modules.items():
        module.add_module(name, part)
    return module


def run(module, activation):
    """Return the Sequential of a module with names, activations in between."""
    first, *rest = module.children()
    return nn.Sequential(first, *[each for part in rest for each in (activation, part)])


NAMED = named(fc1=nn.Linear(5, 7), fc2=nn.Linear(7, 4), out=nn.Linear(4, 2))
NUMBERED = nn.Sequential(
    nn.Linear(5, 7), nn.ReLU(), nn.BatchNorm1d(7), nn.Linear(7, 12), nn.BatchNorm1d(12), nn.Tanh(), nn.Dropout(0.1), nn.Linear(12, 11),
    nn.LayerNorm(11), nn.ReLU(), nn.Linear(11, 2),
)  # fmt: skip

# state dicts, the activations that go with them, and the module that computes the same
STATES = {
    "numbers": (NUMBERED.state_dict(), ["relu", hm.Tanh, "relu"], NUMBERED),
    "numbers within a model": ({f"net.{name}": each for name, each in NUMBERED.state_dict().items()}, ["relu", "tanh", "relu"], NUMBERED),
    "numbers out of order": (dict(reversed(NUMBERED.state_dict().items())), ["relu", "tanh", "relu"], NUMBERED),
    "names": (NAMED.state_dict(), "gelu", run(NAMED, nn.GELU())),
    "arrays": ({name: tensor.numpy() for name, tensor in NAMED.state_dict().items()}, "silu", run(NAMED, nn.SiLU())),
    "one layer": (nn.Sequential(nn.Linear(5, 2)).state_dict(), None, nn.Sequential()),
    "layers without anything between": (nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 2)).state_dict(), "identity", nn.Sequential()),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_a_state_dict_becomes_ours(name):
    state, activations, module = STATES[name]
    model = hm.from_torch(state, activations=activations)
    if len(module):
        close(model.scores(X.astype("float32")), computed(module.eval(), X, "float32"), "float32")
    else:
        matrices = [np.asarray(tensor) for key, tensor in state.items() if key.endswith("weight")]
        assert [view.shape for key, view in model.params.items() if key.endswith("W")] == [each.T.shape for each in matrices]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_narrow_numbers_become_float32_which_is_said(kind):
    module = nn.Sequential(nn.Linear(5, 2, bias=False)).to(kind)
    with pytest.warns(pytorch.TorchWarning, match=rf"the {str(kind).removeprefix('torch.')} numbers of 0\.W become float32"):
        model = hm.from_torch(module)
    assert np.array_equal(model.params["0.W"], module[0].weight.float().detach().numpy().T)


def test_a_dtype_may_be_asked_for():
    mixed = nn.Sequential(nn.Linear(5, 3), nn.Linear(3, 2).double())
    with pytest.raises(hm.InputError, match="dtype must be given where tensors have several, got float32, float64"):
        hm.from_torch(mixed)
    assert hm.from_torch(mixed, dtype="float64").dtype == "float64"


# ---- what cannot be ----------------------------------------------------------------------------------------------------------

LINEAR = nn.Linear(5, 3)
NAN = nn.Linear(5, 3)
NAN.weight.data[1, 2] = np.nan


class Own(nn.Module):
    """A module of the user's own."""


# sources, and what is told of them
WRONG = {
    "a module of one's own": (nn.Sequential(LINEAR, Own()), "none for Own at 1"),
    "one that looks like ours": (nn.Sequential(LINEAR, type("ReLU", (Own,), {})()), "none for ReLU at 1"),
    "a convolution": (nn.Sequential(nn.Conv1d(1, 1, 1)), "none for Conv1d at 0"),
    "log softmax": (nn.Sequential(LINEAR, nn.LogSoftmax(dim=1)), "none for LogSoftmax at 1; leave it out"),
    "softmax along another axis": (nn.Sequential(LINEAR, nn.Softmax(dim=0)), "none for Softmax at 1: dim=0"),
    "approximate gelu": (nn.Sequential(LINEAR, nn.GELU(approximate="tanh")), "none for GELU at 1: approximate='tanh'"),
    "steep softplus": (nn.Sequential(LINEAR, nn.Softplus(beta=2)), "none for Softplus at 1: beta=2"),
    "hardtanh with other limits": (nn.Sequential(LINEAR, nn.Hardtanh(-2, 2)), "none for Hardtanh at 1: min_val=-2 and max_val=2"),
    "no running statistics": (nn.Sequential(LINEAR, nn.BatchNorm1d(3, track_running_stats=False)), "track_running_stats=False"),
    "a mean of all batches": (nn.Sequential(LINEAR, nn.BatchNorm1d(3, momentum=None)), "momentum=None"),
    "a norm of a matrix": (nn.Sequential(LINEAR, nn.LayerNorm((3, 3))), r"normalized_shape=\(3, 3\)"),
    "dropout of everything": (nn.Sequential(LINEAR, nn.Dropout(1.0)), "rate must be a number in"),
    "nothing": (nn.Sequential(), "must have a Linear module"),
    "no linear module": (nn.Sequential(nn.ReLU()), "must have a Linear module"),
    "a NaN": (nn.Sequential(NAN), "source: 0.W must be finite"),
    "sizes that do not fit": (nn.Sequential(LINEAR, nn.Linear(4, 2)), r"1.W must be \(3, 2\), got \(4, 2\)"),
    "whole numbers": ({"0.weight": torch.ones(2, 5, dtype=torch.int64)}, "0.W is of torch.int64"),
    "a list": ([LINEAR], "source must be a module of PyTorch's or a state dict, got a list"),
    "a tensor": (torch.ones(3), "got a Tensor"),
    "a state dict of a convolution": ({"0.weight": torch.ones(2, 5, 3)}, r"'0' has weight \(2, 5, 3\)"),
    "a state dict of a recurrence": ({"0.weight_ih_l0": torch.ones(2, 5)}, "it has '0.weight_ih_l0'"),
    "a state dict of numbers": ({3: torch.ones(2, 5)}, "a name of the state dict must be text"),
    "a state dict of nothing": ({}, "must have a Linear module"),
    "a state dict of a number": ({"0.weight": 3.0}, "'0' has weight"),
    "a state dict of lists": ({"0.weight": [[1.0, 2.0]]}, "0.W is of list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_module_of_ours_is_named(name):
    source, words = WRONG[name]
    with pytest.raises(hm.InputError, match=words) as caught:
        hm.from_torch(source)
    assert len(str(caught.value)) < 300


STATE = NAMED.state_dict()


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        (STATE, {}, "activations must be given with a state dict"),
        (STATE, {"activations": ["relu"]}, "one for each of the 2 hidden layers, got 1"),
        (STATE, {"activations": "reluu"}, "did you mean 'relu'"),
        (STATE, {"activations": "relu", "loss": "softmax"}, "loss must be a loss"),
        (LINEAR, {"activations": "relu"}, "activations must be left out with a module"),
        (LINEAR, {"dtype": "float16"}, "dtype must be 'float32' or 'float64'"),
    ],
)
def test_options_that_do_not_fit_are_named(source, options, words):
    with pytest.raises(hm.InputError, match=words):
        hm.from_torch(source, **options)


# layers of ours, and what is told of them
FOREIGN = {
    "an activation of one's own": (hm.Activation("cube", lambda z: z**3), "none for .*cube.* at 1"),
    "one of another's name": (hm.Activation("relu", lambda z: z * z), "none for .*relu.* at 1"),
    "a constant for each column": (hm.ELU(alpha=(1.0, 2.0, 3.0)), "at 1 has a value of alpha for each column"),
    "one in a branch": (hm.Residual(hm.Sine), "none for .*sine.* at 1.0"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_layer_that_pytorch_has_not_is_named(name):
    layer, words = FOREIGN[name]
    with pytest.raises(hm.InputError, match=words):
        hm.to_torch(hm.Network([hm.Dense(3), layer, hm.Dense(1)]).init(5))


def test_only_models_become_modules():
    with pytest.raises(hm.InputError, match="model must be a Model"):
        hm.to_torch(hm.Network([hm.Dense(1)]))


def test_without_pytorch_it_says_what_to_install():
    code = (
        "import sys; sys.modules['torch'] = None\nimport numpy as np, halfmoon as hm\n"
        "print(hm.from_torch({'0.weight': np.ones((2, 3))}).predict(np.ones((1, 3))))\n"
        "for call in (lambda: hm.to_torch(hm.Network([hm.Dense(1)]).init(1)), lambda: hm.from_torch(3)):\n"
        "    try:\n        call()\n    except hm.InputError as error:\n        print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, *rest = done.stdout.splitlines()
    assert first == "[[3. 3.]]"
    assert len(rest) == 2
    assert all(each.startswith("from_torch and to_torch need PyTorch: ") and "torch" in each.partition("install")[2] for each in rest)

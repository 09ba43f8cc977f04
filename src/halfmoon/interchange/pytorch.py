"""From PyTorch's modules, or a state dict of theirs, to our models, and back where it has the layers. PyTorch is optional.

Each kind of module has one row in :data:`MODULES`, which says what it is here and what ours is there.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from halfmoon.base import checks
from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.extras import install_command
from halfmoon.layers.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    SELU,
    Activation,
    HardTanh,
    Identity,
    LeakyReLU,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Softsign,
    Tanh,
)
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm, LayerNorm
from halfmoon.layers.residual import Residual
from halfmoon.layers.softmax import Softmax
from halfmoon.losses.contract import Loss
from halfmoon.losses.pointwise import SquaredError
from halfmoon.network.model import Model
from halfmoon.network.network import Network, Part

THRESHOLD = 40.0
"""Above it PyTorch's softplus gives its argument: here so far up that no float64 shows it."""

NARROW = ("torch.float16", "torch.bfloat16", "float16", "bfloat16")
"""Types of numbers that become float32: every one of their numbers is one of float32's, too."""


class TorchWarning(UserWarning):
    """Numbers of a module of PyTorch's that are not taken as they are."""


def _torch() -> Any:
    """Return the module ``torch``, or say how it is installed."""
    try:
        import torch  # noqa: PLC0415 - heavy, and optional
    except ImportError:
        raise InputError(f"from_torch and to_torch need PyTorch: {install_command('torch')}") from None
    return torch


# ---- the table -------------------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """What one kind of module is here, and what ours is there.

    Attributes
    ----------
    ours : callable
        From the module to our layer; raises ``ValueError`` with what is wrong with its settings.
    theirs : callable or None
        From ``torch.nn``, our layer and the columns of its input to the module; None for a kind that no layer of ours becomes.
    names : mapping of str to str
        Our names of arrays, parameters and running statistics, to theirs.
    """

    ours: Callable[[Any], Part]
    theirs: Callable[[Any, Any, int], Any] | None = None
    names: Mapping[str, str] = {}


def _plain(name: str, activation: Activation) -> Row:
    """Return the row of an activation without settings."""
    return Row(lambda module: activation, lambda nn, layer, width: getattr(nn, name)())


def _only(fine: bool, what: str) -> None:  # noqa: FBT001 - the condition itself
    if not fine:
        raise ValueError(what)


def _gelu(module: Any) -> Part:
    _only(module.approximate == "none", f"approximate={module.approximate!r}")
    return GELU


def _softplus(module: Any) -> Part:
    _only(module.beta == 1, f"beta={module.beta:g}")
    return Softplus


def _hard_tanh(module: Any) -> Part:
    _only((module.min_val, module.max_val) == (-1, 1), f"min_val={module.min_val:g} and max_val={module.max_val:g}")
    return HardTanh


def _slopes(module: Any) -> Part:
    slopes = tuple(float(each) for each in module.weight.detach().cpu().reshape(-1))
    return LeakyReLU(alpha=slopes[0] if len(slopes) == 1 else slopes)


def _leaky(nn: Any, layer: Any) -> Any:
    """Return LeakyReLU, or where each column has a slope of its own PReLU, whose slopes are trained."""
    alpha = dict(layer.constants)["alpha"]
    if not isinstance(alpha, tuple):
        return nn.LeakyReLU(float(alpha))
    module = nn.PReLU(len(alpha)).double()
    module.weight.data = module.weight.data.new_tensor(alpha)
    return module


def _batch_norm(module: Any) -> Part:
    _only(module.track_running_stats and module.running_mean is not None, "track_running_stats=False")
    _only(module.momentum is not None, "momentum=None")
    return BatchNorm(momentum=module.momentum, epsilon=module.eps)


def _layer_norm(module: Any) -> Part:
    _only(len(module.normalized_shape) == 1, f"normalized_shape={tuple(module.normalized_shape)}")
    return LayerNorm(epsilon=module.eps)


def _softmax(module: Any) -> Part:
    _only(module.dim in {1, -1}, f"dim={module.dim}")
    return Softmax()


NORM = {"scale": "weight", "shift": "bias"}

MODULES: dict[str, Row] = {
    "Linear": Row(
        lambda module: Dense(module.out_features, bias=module.bias is not None),
        lambda nn, layer, width: nn.Linear(width, layer.units, bias=layer.bias is not False),
        {"W": "weight", "b": "bias"},
    ),
    "BatchNorm1d": Row(
        _batch_norm,
        lambda nn, layer, width: nn.BatchNorm1d(width, eps=layer.epsilon, momentum=layer.momentum),
        NORM | {"mean": "running_mean", "variance": "running_var"},
    ),
    "LayerNorm": Row(_layer_norm, lambda nn, layer, width: nn.LayerNorm(width, eps=layer.epsilon), NORM),
    "Dropout": Row(lambda module: Dropout(module.p), lambda nn, layer, width: nn.Dropout(layer.rate)),
    "Softmax": Row(_softmax, lambda nn, layer, width: nn.Softmax(dim=1)),
    "Identity": _plain("Identity", Identity),
    "Sigmoid": _plain("Sigmoid", Sigmoid),
    "Tanh": _plain("Tanh", Tanh),
    "ReLU": _plain("ReLU", ReLU),
    "LeakyReLU": Row(lambda module: LeakyReLU(alpha=module.negative_slope), lambda nn, layer, width: _leaky(nn, layer)),
    "PReLU": Row(_slopes),
    "ELU": Row(lambda module: ELU(alpha=module.alpha), lambda nn, layer, width: nn.ELU(_number(layer, "alpha"))),
    "SELU": _plain("SELU", SELU),
    "GELU": Row(_gelu, lambda nn, layer, width: nn.GELU()),
    "SiLU": _plain("SiLU", SiLU),
    "Mish": _plain("Mish", Mish),
    "Softplus": Row(_softplus, lambda nn, layer, width: nn.Softplus(threshold=THRESHOLD)),
    "Softsign": _plain("Softsign", Softsign),
    "Hardtanh": Row(_hard_tanh, lambda nn, layer, width: nn.Hardtanh()),
}
"""By the name of a class in ``torch.nn``."""

TWINS: dict[str, str] = {
    "Dense": "Linear", "BatchNorm": "BatchNorm1d", "LayerNorm": "LayerNorm", "Dropout": "Dropout", "Softmax": "Softmax",
    "identity": "Identity", "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU", "selu": "SELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "softplus": "Softplus", "softsign": "Softsign", "hard_tanh": "Hardtanh",
}  # fmt: skip
"""What ours is called there: by the class of a layer, or the name of an activation. Gaussian and sine have no module."""


def _number(layer: Any, name: str) -> float:
    """Return the constant of an activation, which PyTorch has one of for all columns."""
    value = dict(layer.constants)[name]
    _only(not isinstance(value, tuple), f"a value of {name} for each column")
    return float(value)


# ---- from PyTorch ----------------------------------------------------------------------------------------------------------


def from_torch(
    source: Any, *, activations: str | Activation | Sequence[str | Activation] | None = None, loss: Loss = SquaredError, dtype: Any = None
) -> Model:
    """Return a model that computes what a module of PyTorch's, or one with such a state dict, does in evaluation.

    Parameters
    ----------
    source : torch.nn.Sequential, another module of those below, or a mapping of str to tensor
        Linear, BatchNorm1d, LayerNorm, Dropout, Softmax, activations and Sequentials of them. A mapping is a state dict, of tensors
        or of arrays: it has the weights by the names of modules, as ``0.weight``, ``0.bias``, in their order.
    activations : str, Activation or sequence of them, optional
        With a state dict, which does not have them: one for all hidden layers, or one for each. Each stands at the first place after
        its linear layer that the numbers leave free, else before the next linear layer.
    loss : Loss
        On the last module's output; for classes ``SoftmaxCrossEntropy()`` or ``Logistic``, where that is their raw scores.
    dtype : {"float32", "float64"}, optional
        By default that of the weights; float16 and bfloat16 become float32, which a :class:`TorchWarning` says.

    Returns
    -------
    Model
        With arrays of its own.

    Raises
    ------
    InputError
        When there is no layer here for a module, which it names, or a tensor is not finite; when PyTorch is needed and not there.

    Examples
    --------
    >>> import torch
    >>> model = hm.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)))
    >>> torch.save(hm.to_torch(model).state_dict(), "weights.pt")
    >>> model = hm.from_torch(torch.load("weights.pt", weights_only=True), activations="relu")
    """
    checks.instance("loss", loss, Loss, "a loss such as SquaredError()")
    if isinstance(source, Mapping):
        parts, arrays = _of_state_dict(source, activations)
    else:
        if activations is not None:
            raise InputError(f"activations must be left out with a module, which has its own, got {activations!r:.80}")
        if not isinstance(source, _torch().nn.Module):
            raise InputError(f"source must be a module of PyTorch's or a state dict, got a {type(source).__name__}")
        collected = list(_collected(_flattened(source), ""))
        parts, arrays = [part for part, _ in collected], {name: array for _, own in collected for name, array in own.items()}
    return _filled(Network(parts, loss), arrays, dtype)


def _flattened(module: Any) -> list[Any]:
    """Return the modules of Sequentials within each other as one list."""
    if type(module).__name__ in {"Sequential", "ModuleList"}:
        return [inner for child in module.children() for inner in _flattened(child)]
    return [module]


def _collected(modules: list[Any], prefix: str) -> Iterator[tuple[Part, dict[str, Any]]]:
    """Yield our layer for each module, with its tensors by the names that they have in our models."""
    for index, module in enumerate(modules):
        path, name = f"{prefix}{index}", type(module).__name__
        if name == "Residual" and type(module).__module__ == "halfmoon.interchange.torch_modules":
            inner = list(_collected(_flattened(module.branch), f"{path}."))
            yield Residual(*[part for part, _ in inner]), {key: tensor for _, own in inner for key, tensor in own.items()}
            continue
        row = MODULES.get(name) if type(module).__module__.startswith("torch.nn.modules") else None
        if row is None:
            hint = "; leave it out, the loss SoftmaxCrossEntropy() is about scores" if name == "LogSoftmax" else ""
            raise InputError(f"source must have modules that are layers here, there is none for {name} at {path}{hint}")
        try:
            layer = row.ours(module)
        except ValueError as error:
            raise InputError(f"source must have modules that are layers here, there is none for {name} at {path}: {error}") from None
        tensors = {f"{path}.{own}": getattr(module, theirs, None) for own, theirs in row.names.items()}
        yield layer, {key: tensor for key, tensor in tensors.items() if tensor is not None}


def _filled(network: Network, tensors: dict[str, Any], dtype: Any) -> Model:
    """Return a model of a network with the numbers of tensors; what they lack of a normalisation is its first value."""
    weights = {name: _array(name, tensor) for name, tensor in tensors.items()}
    first = next((array for name, array in weights.items() if name.endswith(".W")), None)
    if first is None:
        raise InputError("source must have a Linear module, it has none")
    kinds = {array.dtype for array in weights.values()}
    if len(kinds) > 1 and dtype is None:
        raise InputError(f"dtype must be given where tensors have several, got {', '.join(sorted(map(str, kinds)))}")
    columns = next(array.shape[-1] for array in weights.values() if array.ndim)  # of the first one: it is what goes in
    model = network.init(columns, dtype=dtype or first.dtype)
    named: dict[str, Array] = {**model.params, **model.state}
    for name, array in weights.items():
        view, found = named[name], array.T if name.endswith(".W") else array
        if view.shape != found.shape:
            raise InputError(f"source must have tensors that fit each other, {name} must be {view.shape}, got {found.shape}")
        checks.numeric(f"source: {name}", found)
        view[...] = found
    return model


def _array(name: str, tensor: Any) -> Array:
    """Return a tensor, or an array, as an array of float32 or float64."""
    kind = str(tensor.dtype) if hasattr(tensor, "dtype") else type(tensor).__name__
    if kind in NARROW:
        warnings.warn(f"the {kind.removeprefix('torch.')} numbers of {name} become float32", TorchWarning, stacklevel=4)
        return np.array(tensor.detach().cpu().float().numpy() if hasattr(tensor, "detach") else np.asarray(tensor, np.float32))
    if kind.removeprefix("torch.") not in {"float32", "float64"}:
        raise InputError(f"source must have tensors of float32 or float64, {name} is of {kind:.60}")
    return np.array(tensor.detach().cpu().numpy() if hasattr(tensor, "detach") else tensor)


# ---- state dicts -----------------------------------------------------------------------------------------------------------


class _Stored(NamedTuple):
    """A module of a state dict: its name, its place where the name ends in one, and its tensors by theirs names."""

    name: str
    place: int | None
    tensors: dict[str, Any]


def _of_state_dict(state: Mapping[Any, Any], activations: Any) -> tuple[list[Part], dict[str, Any]]:
    """Return the layers that a state dict and activations describe, and the tensors by the names that they have in our models."""
    stored = _modules_of(state)
    layers = [_layer_of(each) for each in stored]
    linear = [index for index, (_, row) in enumerate(layers) if row == "Linear"]
    chosen = iter(_chosen(activations, max(len(linear) - 1, 0)))
    parts: list[Part] = []
    tensors: dict[str, Any] = {}
    for number, (each, (layer, row)) in enumerate(zip(stored, layers, strict=True)):
        names = MODULES[row].names
        tensors |= {f"{len(parts)}.{own}": each.tensors[theirs] for own, theirs in names.items() if theirs in each.tensors}
        parts.append(layer)
        after = [index for index in linear if index > number]
        before = max((index for index in linear if index <= number), default=None)
        if after and before is not None and _activation_follows(stored, before, number, after[0]):
            parts.append(next(chosen))
    return parts, tensors


def _activation_follows(stored: list[_Stored], linear: int, number: int, following: int) -> bool:
    """Return whether the activation of a linear layer stands straight behind module ``number``: at the first place left free."""
    free = [
        index
        for index, (one, other) in enumerate(pairwise(stored[linear : following + 1]), linear)
        if one.place is not None and other.place is not None and other.place > one.place + 1
    ]
    return number == (free[0] if free else following - 1)


def _modules_of(state: Mapping[Any, Any]) -> list[_Stored]:
    """Return the modules of a state dict: by the numbers that their names end in, else in the order in which they stand there."""
    found: dict[str, dict[str, Any]] = {}
    for key, tensor in state.items():
        module, _, name = checks.text("a name of the state dict", key).rpartition(".")
        if not module or name not in {"weight", "bias", "running_mean", "running_var", "num_batches_tracked"}:
            raise InputError(f"source must be a state dict of Linear, BatchNorm1d and LayerNorm modules, it has {key!r:.80}")
        found.setdefault(module, {})[name] = tensor
    numbered = [re.fullmatch(r"(.*\.)?(\d+)", name) for name in found]
    if all(numbered) and len({each[1] for each in numbered if each}) == 1:
        stored = [_Stored(name, int(each[2]), found[name]) for name, each in zip(found, numbered, strict=True) if each]
        return sorted(stored, key=lambda each: each.place or 0)
    return [_Stored(name, None, tensors) for name, tensors in found.items()]


def _layer_of(stored: _Stored) -> tuple[Part, str]:
    """Return our layer for a module of a state dict, and the name of its row in :data:`MODULES`."""
    shape: tuple[int, ...] = np.shape(stored.tensors["weight"]) if "weight" in stored.tensors else ()
    if len(shape) == 2:  # noqa: PLR2004 - a matrix
        return Dense(int(shape[0]), bias="bias" in stored.tensors), "Linear"
    if "running_var" in stored.tensors and "running_mean" in stored.tensors:
        return BatchNorm(), "BatchNorm1d"
    if len(shape) == 1 and "bias" in stored.tensors:
        return LayerNorm(), "LayerNorm"
    shapes = ", ".join(f"{name} {tuple(np.shape(tensor))}" for name, tensor in stored.tensors.items())
    raise InputError(f"source must be a state dict of Linear, BatchNorm1d and LayerNorm modules, {stored.name!r:.60} has {shapes:.100}")


def _chosen(activations: Any, hidden: int) -> list[Activation]:
    """Return one activation for each hidden layer."""
    if activations is None:
        if hidden:
            raise InputError("activations must be given with a state dict, which has none: one for all hidden layers, or one for each")
        return []
    given = [activations] * hidden if isinstance(activations, str | Activation) else list(activations)
    if len(given) != hidden:
        raise InputError(f"activations must have one for each of the {hidden} hidden layers, got {len(given)}")
    return [each if isinstance(each, Activation) else ACTIVATIONS[checks.one_of("activations", each, ACTIVATIONS)] for each in given]


# ---- to PyTorch ------------------------------------------------------------------------------------------------------------


def to_torch(model: Model) -> Any:
    """Return a ``torch.nn.Sequential`` that computes a model's raw scores, which PyTorch's losses take.

    Parameters
    ----------
    model : Model
        Of layers that PyTorch has: all but the activations Gaussian and sine, and those of one's own. A residual branch becomes a
        module of ``halfmoon.interchange.torch_modules``.

    Returns
    -------
    torch.nn.Sequential
        In evaluation, on the CPU, of the same dtype, with tensors of its own; ``module.train()`` before it is trained further.

    Raises
    ------
    InputError
        When PyTorch has no module for a layer, which it names, or is not there.

    Examples
    --------
    >>> import torch
    >>> module = hm.to_torch(model)
    >>> module(torch.tensor(X, dtype=torch.float32)).shape
    torch.Size([200, 1])
    """
    torch = _torch()
    checks.instance("model", model, Model, "a Model")
    module = torch.nn.Sequential(*_modules(torch, iter(zip(model.program.steps, model.arrays, strict=True))))
    return module.to(getattr(torch, model.dtype.name)).eval()


def _modules(torch: Any, steps: Iterator[tuple[Any, dict[str, Array]]]) -> Iterator[Any]:
    """Yield a module for each step, up to the end of the residual branch that they begin in."""
    from halfmoon.interchange.torch_modules import Residual as ResidualModule  # noqa: PLC0415 - it imports PyTorch

    for step, arrays in steps:
        if step.kind == "add":
            return
        yield ResidualModule(*_modules(torch, steps)) if step.layer is None else _module(torch, step, arrays)


def _module(torch: Any, step: Any, arrays: dict[str, Array]) -> Any:
    """Return the module of a layer, with its numbers."""
    layer = step.layer
    own = isinstance(layer, Activation) and ACTIVATIONS.get(layer.name, layer).value != layer.value
    row = MODULES.get(TWINS.get(layer.name if isinstance(layer, Activation) else type(layer).__name__, ""))
    if own or row is None or row.theirs is None:
        raise InputError(f"model must have layers that PyTorch has a module for, it has none for {layer!r:.100} at {step.path}")
    try:
        module = row.theirs(torch.nn, layer, step.n_in)
    except ValueError as error:
        raise InputError(f"model must have layers that PyTorch has a module for, {layer!r:.80} at {step.path} has {error}") from None
    module = module.to(torch.float64)
    with torch.no_grad():
        for name, array in arrays.items():
            getattr(module, row.names[name]).copy_(torch.from_numpy(np.array(array.T if name == "W" else array)))
    return module

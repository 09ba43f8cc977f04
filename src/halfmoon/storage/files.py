"""Write and read back whatever there is to be kept: a network, a model, a training, an estimator, a table's model, a recording."""

from __future__ import annotations

import os
from typing import Any

from halfmoon.base.errors import InputError
from halfmoon.network.model import Model
from halfmoon.network.network import Network
from halfmoon.storage import network_file
from halfmoon.storage.kinds import KINDS, kind_of
from halfmoon.training import checkpoint
from halfmoon.training.history import History


def save(path: str | os.PathLike[str], thing: Any, *, history: History | None = None) -> None:
    """Write a model, or whatever else is to be kept, to a file, whole or not at all; :func:`load` returns it.

    The file is of the safetensors format: it holds data, a user's own activation or loss as the expression it computes, and no code.

    Parameters
    ----------
    path : str or path-like
        By custom ending in ``.safetensors``.
    thing : Model, Network, Trainer, MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor, TableModel or Recording
        Estimators must be fitted.
    history : History, optional
        Saved with a model; the others have their own.

    Raises
    ------
    InputError
        When the file cannot be written, a number is not finite, or a parameter (a function, say) is no data.

    Examples
    --------
    >>> hm.save("model.safetensors", model)
    >>> hm.load("model.safetensors").predict_proba(X[:2]).shape
    (2, 2)
    """
    if history is not None and not isinstance(thing, Model):
        raise InputError(f"history must be left out but for a Model, got one for a {type(thing).__name__}")
    if isinstance(thing, Model):
        checkpoint.save(path, thing, history=history)
    elif isinstance(thing, Network):
        network_file.save(path, thing)
    elif callable(getattr(thing, "save", None)) and any(each.__module__.startswith("halfmoon.") for each in type(thing).__mro__):
        thing.save(path)
    else:
        raise InputError(f"thing must be a model, network, trainer, estimator, table model or recording, got {type(thing).__name__}")


def load(path: str | os.PathLike[str]) -> Any:
    """Return what is in a file that :func:`save`, or a ``save`` of a trainer, an estimator, a table's model or a recording, wrote.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    Model, Network, Trainer, MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor, TableModel or Recording
        As the file says. The model alone is ``model`` of a trainer, ``model_`` of an estimator, ``estimator.model_`` of a table's.

    Raises
    ------
    InputError
        When there is no such file, it is damaged, or it needs a class of the user's own that is not defined here.

    Examples
    --------
    >>> hm.save("network.safetensors", model.network)
    >>> hm.load("network.safetensors") == model.network
    True
    """
    name, head = kind_of(path)
    return KINDS[name].load(path, head)

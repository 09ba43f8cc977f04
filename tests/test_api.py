"""What ``import halfmoon`` gives."""

import copy
import inspect
import pickle
import pydoc
import re
import runpy
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest

import halfmoon as hm

ROOT = Path(__file__).parent.parent

HEAVY = ("scipy", "matplotlib", "sklearn", "numba", "typer", "click", "rich", "polars", "safetensors", "torch", "pandas")


@pytest.mark.smoke
def test_all_is_what_is_public():
    public = {name for name, thing in vars(hm).items() if not name.startswith("_") and not isinstance(thing, types.ModuleType)}
    public -= {"annotations", "import_module", "scorer", "add_examples", "Any", "TYPE_CHECKING", "LATER"}
    assert set(hm.__all__) - {"vocabulary", "__version__", *hm.LATER} == public
    assert len(set(hm.__all__)) == len(hm.__all__)


def test_all_is_sorted():
    """As ruff sorts: constants, then classes, then functions."""

    def key(name):
        kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
        return kind, name

    assert hm.__all__ == sorted(hm.__all__, key=key)


NOT_CALLED = {"__version__", "vocabulary", "Reason"}
"""A text, a module, an enumeration: they have no docstring, or no arguments, of their own to be documented."""

WITHOUT_SOURCE = {"Activation", "PointwiseLoss", "Layer", "Loss", "Optimizer", "Initializer", "Constant"}
"""The contracts, what makes a definition of one's own, and what is given."""

SECTION = re.compile(r"(?:Parameters|Attributes)\n-+\n(.*?)(?=\n\n[A-Z][a-z]+\n-+\n|\Z)", re.DOTALL)


def listed(doc):
    """Return the names under Parameters and Attributes."""
    lines = [line for section in SECTION.findall(doc) for line in section.splitlines() if line and not line[0].isspace()]
    return {name.strip().lstrip("*") for line in lines for name in line.partition(" : ")[0].split(",")}


@pytest.mark.parametrize("name", hm.__all__)
def test_every_name_is_documented(name):
    thing = getattr(hm, name)
    doc = inspect.getdoc(thing)
    assert doc
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert not doc.startswith(f"{name}("), "not the one that dataclass makes"
        assert thing.__module__.startswith("halfmoon.")
    if name not in NOT_CALLED:
        assert doc != inspect.getdoc(type(thing)), "its own, not its class's"
        assert doc.splitlines()[0] in pydoc.render_doc(thing, renderer=pydoc.plaintext)


@pytest.mark.parametrize("name", [name for name in hm.__all__ if callable(getattr(hm, name)) and name not in NOT_CALLED])
def test_every_parameter_is_documented(name):
    thing = getattr(hm, name)
    try:
        parameters = set(inspect.signature(thing).parameters)
    except ValueError:  # of a builtin, as an exception's
        return
    assert not parameters - listed(inspect.getdoc(thing))


def mathematics():
    """Return the names of the layers, losses, optimisers and initialisers."""
    things = {name: getattr(hm, name) for name in hm.__all__}
    kinds = (hm.Layer, hm.Loss, hm.Optimizer, hm.Initializer, hm.Residual)
    made = {name for name, thing in things.items() if isinstance(thing, kinds) or (inspect.isclass(thing) and issubclass(thing, kinds))}
    return sorted((made | {"AdamW"}) - WITHOUT_SOURCE)


@pytest.mark.parametrize("name", mathematics())
def test_mathematics_says_where_it_is_from(name):
    doc = inspect.getdoc(getattr(hm, name))
    assert re.search(r"\b(18|19|20)\d\d\b", doc), "name the paper or the book, with its year"


@pytest.mark.parametrize("name", ["ReLU", "LeakyReLU", "Huber", "Logistic"])
def test_a_definition_shows_its_constants_as_parameters(name):
    thing = getattr(hm, name)
    signature = inspect.signature(thing)
    assert {key: each.default for key, each in signature.parameters.items()} == dict(thing.constants)
    assert thing(**dict(thing.constants)) == thing
    for copied in (copy.deepcopy(thing), pickle.loads(pickle.dumps(thing))):
        assert copied == thing
        assert copied.__doc__ == thing.__doc__


def test_train_shows_its_parameters():
    ours, theirs = (inspect.signature(each).parameters for each in (hm.train, hm.Trainer.train))
    assert {name: each.default for name, each in ours.items() if name in theirs} == {
        name: each.default for name, each in theirs.items() if name != "self"
    }
    assert not [each for each in ours.values() if each.kind is each.VAR_KEYWORD]
    assert set(hm.Job.__init__.__annotations__) <= {"model", "X", "y", "options", "return"}


def test_dir_has_every_name():
    assert set(hm.__all__) <= set(dir(hm))
    assert dir(hm) == sorted(set(dir(hm)))


@pytest.mark.parametrize("name", [name for name in hm.__all__ if name.isupper() and isinstance(getattr(hm, name), dict)])
def test_a_registry_says_what_it_holds(name):
    registry = getattr(hm, name)
    assert registry.__doc__ != dict.__doc__
    assert pickle.loads(pickle.dumps(registry)) == registry == dict(registry)


def test_public_methods_are_documented():
    missing = [
        f"{name}.{method}"
        for name in hm.__all__
        if inspect.isclass(getattr(hm, name))
        for method, thing in vars(getattr(hm, name)).items()
        if not method.startswith("_") and inspect.isfunction(thing) and not inspect.getdoc(getattr(getattr(hm, name), method))
    ]
    assert missing == []


def test_registries_hold_what_is_exported():
    for registry in (hm.ACTIVATIONS, hm.INITIALIZERS, hm.LOSSES, hm.METRICS, hm.OPTIMIZERS, hm.SCHEDULES):
        assert registry
        assert all(name == name.lower() for name in registry)
    exported = [getattr(hm, name) for name in hm.__all__]
    for registry in (hm.ACTIVATIONS, hm.OPTIMIZERS, hm.SCHEDULES):
        assert all(any(thing is each for each in exported) for thing in registry.values())


@pytest.mark.smoke
def test_importing_loads_numpy_alone():
    code = f"import sys, halfmoon; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    assert not found.stderr


def test_the_reference_engine_loads_numpy_alone():
    code = (
        "import sys, numpy, halfmoon as hm\n"
        "model = hm.Network([hm.Dense(3), hm.ReLU, hm.Dense(1)], hm.Logistic).init(2)\n"
        "hm.train(model, numpy.eye(2), [0, 1], epochs=2, batch_size=1, engine='reference')\n"
        "model.gradients(numpy.eye(2), [0, 1])\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_import_star():
    names = {}
    exec("from halfmoon import *", names)  # noqa: S102 - it is no name but a way of importing
    assert set(hm.__all__) <= names.keys()


def test_the_version_is_the_one_that_a_release_gets():
    """That of an editable install is the one of the day on which it was made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    assert runpy.run_path(str(ROOT / project["tool"]["hatch"]["version"]["path"]))["__version__"] == hm.__version__

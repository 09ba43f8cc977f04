"""What ``import halfmoon`` gives."""

import inspect
import subprocess
import sys
import types

import pytest

import halfmoon as hm

HEAVY = ("scipy", "matplotlib", "sklearn", "numba", "typer", "click", "rich", "polars", "safetensors", "torch", "pandas")


@pytest.mark.smoke
def test_all_is_what_is_public():
    public = {name for name, thing in vars(hm).items() if not name.startswith("_") and not isinstance(thing, types.ModuleType)}
    public -= {"annotations", "import_module", "scorer", "Any", "TYPE_CHECKING", "LATER"}
    assert set(hm.__all__) - {"vocabulary", "__version__", *hm.LATER} == public
    assert len(set(hm.__all__)) == len(hm.__all__)


def test_all_is_sorted():
    """As ruff sorts: constants, then classes, then functions."""

    def key(name):
        kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
        return kind, name

    assert hm.__all__ == sorted(hm.__all__, key=key)


@pytest.mark.parametrize("name", hm.__all__)
def test_every_name_is_documented(name):
    thing = getattr(hm, name)
    assert inspect.getdoc(thing)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert thing.__doc__, "its own, not its parent's"
        assert not thing.__doc__.startswith(f"{name}("), "not the one that dataclass makes"
        assert thing.__module__.startswith("halfmoon.")


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


def test_version():
    from importlib.metadata import version

    assert hm.__version__ == version("halfmoon")

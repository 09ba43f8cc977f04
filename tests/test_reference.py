"""The reference: every public name is on it, with a description of all that it takes, and an example that runs."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate
from sklearn.datasets import make_moons

import halfmoon as hm

ROOT = Path(__file__).parent.parent
PACKAGES = ("halfmoon", "halfmoon.plots", "halfmoon.inspect", "halfmoon.lab", "halfmoon.data", "halfmoon.tabular")
HOMES = {}
"""Of each public thing, by its identity, the first package that has it."""
for package in reversed(PACKAGES):
    module = import_module(package)
    HOMES |= {id(getattr(module, name)): f"{package}.{name}" for name in module.__all__}
NAMES = list(HOMES.values())
NAMES.remove("halfmoon.__version__")

CHECKS = {
    "GL08": "it has no docstring",
    "SS03": "its first sentence does not end",
    "PR02": "a parameter is described that it does not take",
    "PR07": "a parameter has no description",
    "RT01": "what it returns is not said",
    "RT03": "what it returns has no description",
    "EX01": "it has no example",
}
"""Of numpydoc's."""


def thing(name):
    package, _, last = name.rpartition(".")
    return getattr(import_module(package), last)


def test_the_page_of_the_reference_has_every_name_once():
    listed, package = [], ""
    for line in (ROOT / "docs/reference/index.rst").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"\.\. currentmodule:: (\S+)", line):
            package = found[1]
        elif found := re.match(r"   (\w+)$", line):
            listed.append(f"{package}.{found[1]}")
    assert sorted(listed) == sorted([*NAMES, "halfmoon.__version__"])


@pytest.mark.parametrize("name", NAMES)
def test_what_a_name_is_and_takes_is_described(name):
    if not (inspect.isclass(thing(name)) or inspect.isroutine(thing(name))):
        assert inspect.getdoc(thing(name)) != inspect.getdoc(type(thing(name)))
        return
    said = {"RT01", "RT03"} if inspect.getdoc(thing(name)).startswith("Return ") else set()  # by its first sentence
    assert [each for each in validate(name)["errors"] if each[0] in CHECKS.keys() - said] == []


def listed(doc):
    """Return what a docstring lists, and what of it has no description."""
    sections = NumpyDocString(doc or "")
    entries = [each for section in ("Parameters", "Attributes") for each in sections[section]]
    return {name for each in entries for name in each.name.split(", ")}, [each.name for each in entries if not each.desc]


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isclass(thing(name))])
def test_each_field_of_a_record_and_each_parameter_of_a_method_is_described(name):
    described, empty = listed(inspect.getdoc(thing(name)))
    fields = {each.name for each in dataclasses.fields(thing(name)) if each.init} if dataclasses.is_dataclass(thing(name)) else set()
    assert (fields | set(getattr(thing(name), "_fields", ()))) - described == set()
    assert empty == []
    for key, method in inspect.getmembers(thing(name), inspect.isroutine):
        if not key.startswith("_") and (getattr(method, "__module__", "") or "").startswith("halfmoon"):
            described, empty = listed(inspect.getdoc(method))
            assert described <= {*inspect.signature(method).parameters}, key
            assert empty == [], key


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_name_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HALFMOON_LANG", "en")
    X, y = make_moons(200, noise=0.2, random_state=0)
    model = hm.Network([hm.Dense(8), hm.ReLU(), hm.Dense(1)], loss=hm.Logistic()).init(n_inputs=2, seed=0)
    names = {"hm": hm, "np": np, "X": X, "y": y, "model": model}
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(thing(name)), names, name, name, 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    said = []
    assert runner.run(test, out=said.append).failed == 0, "".join(said)

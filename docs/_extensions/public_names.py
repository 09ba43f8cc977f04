"""How the pages of the reference are written: what is a class there, what a function, and which members are shown."""

from __future__ import annotations

import inspect
import re
from enum import Enum
from importlib import import_module
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

PACKAGES = ("halfmoon", "halfmoon.plots", "halfmoon.inspect", "halfmoon.lab", "halfmoon.data", "halfmoon.tabular")
"""Those whose ``__all__`` is public."""


def _thing(fullname: str) -> Any:
    module, _, name = fullname.rpartition(".")
    return getattr(import_module(module), name)


def directive(fullname: str) -> str:
    """Return the directive that documents a name: definitions are called like functions, other objects are data."""
    thing = _thing(fullname)
    if inspect.ismodule(thing):
        return "automodule"
    if inspect.isclass(thing):
        return "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return "autofunction" if callable(thing) else "autodata"


def public_ancestors(fullname: str) -> str:
    """Return the classes whose members stand on pages of their own, and so not on that of a class made from them."""
    thing = _thing(fullname)
    public = {id(getattr(import_module(package), name)) for package in PACKAGES for name in import_module(package).__all__}
    return ", ".join([each.__name__ for each in thing.__mro__[1:] if id(each) in public] or ["object"])


def skipped(app: Sphinx, kind: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:  # noqa: FBT001 - Sphinx's
    """Skip what other libraries give our classes, which is described there, and fields, which the class's own docstring describes."""
    if isinstance(thing, Enum):
        return None
    function = getattr(thing, "fget", None) or getattr(thing, "func", None) or inspect.unwrap(getattr(thing, "__func__", thing))
    if not inspect.isfunction(function):
        return True
    return None if function.__module__.startswith("halfmoon") else True


def name_the_templates_words(app: Sphinx, config: Config) -> None:
    """Give the templates the functions above."""
    config.autosummary_context = {"directive": directive, "public_ancestors": public_ancestors}


BACK = re.compile(r'(class="viewcode-back" href="[^"]*/)([\w.]+)\.html#([\w.]+)"')


def _to_its_page(link: re.Match[str]) -> str:
    """Return a link from the source back to the reference with the anchor that is on that page, whichever package has it there."""
    folder, page, anchor = link.groups()
    name = page.rpartition(".")[2]
    rest = f".{anchor}.".partition(f".{name}.")[2].rstrip(".")
    return f'{folder}{page}.html#{".".join(filter(None, [page, rest]))}"'


def mend_links_back(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Mend the links of a module's page whose names are public in two packages, of which viewcode knows one."""
    if page.startswith("_modules/") and "body" in context:
        context["body"] = BACK.sub(_to_its_page, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect them."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("config-inited", name_the_templates_words)
    app.connect("autodoc-skip-member", skipped)
    app.connect("html-page-context", mend_links_back)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

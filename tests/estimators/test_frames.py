"""How many calls of ours stand between ``fit`` and what it is about: a reader should be able to follow them."""

from __future__ import annotations

import inspect
import traceback
from pathlib import Path

import pytest

import halfmoon as hm
from halfmoon.training.trainer import Trainer
from small_estimators import BOTH, TARGETS, X, make

PACKAGE = str(Path(hm.__file__).parent)

# methods on the way to the first matrix product, and the most frames of ours from `fit` to them, both counted
LIMITS = {(Trainer, "run"): 4, (hm.Dense, "forward"): 12}


def calls(name, owner, method):
    """Return the frames of ours from ``fit`` to the first call of a method, as lines."""
    found, original = [], getattr(owner, method)

    def seen(self, *args, **options):
        if not found:
            codes = [frame.f_code for frame, _ in traceback.walk_stack(inspect.currentframe())]
            stack = [code for code in codes if code.co_filename.startswith(PACKAGE)]
            found.extend(f"{Path(code.co_filename).name}: {code.co_name}" for code in reversed(stack))
        return original(self, *args, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, method, seen)
        make(name, engine="reference", max_iter=1).fit(X, TARGETS[name])
    return [*found, f"{owner.__name__}: {method}"]


@BOTH
@pytest.mark.parametrize(("owner", "method"), LIMITS)
def test_few_calls_stand_between_fit_and_what_it_is_about(name, owner, method):
    found = calls(name, owner, method)
    assert found[0] == "base.py: fit"
    assert len(found) <= LIMITS[owner, method], "\n".join(found)

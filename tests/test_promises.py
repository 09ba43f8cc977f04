"""Each promise of docs/promises.md names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = [line for line in (ROOT / "docs/promises.md").read_text(encoding="utf-8").splitlines() if re.match(r"\| (?!what is|---)", line)]


@pytest.mark.smoke
@pytest.mark.parametrize("row", ROWS)
def test_a_promise_names_tests_that_are_there(row):
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row)
    assert named
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8") or not test, (file, test)


def test_the_page_has_promises():
    assert len(ROWS) > 15

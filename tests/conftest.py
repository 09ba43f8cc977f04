"""The tests read English, whatever the locale; those of other languages say so."""

from __future__ import annotations

import os

from halfmoon.base.language import LOCALE_VARIABLES, PREFERENCE, VARIABLE

for name in (VARIABLE, PREFERENCE, *LOCALE_VARIABLES):
    if os.environ.get(name, "").lower().startswith("zh"):
        del os.environ[name]

"""The tests read English, whatever the locale; those of other languages say so. Hypothesis has no clock: other work slows machines."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from halfmoon.base.language import LOCALE_VARIABLES, PREFERENCE, VARIABLE

for name in (VARIABLE, PREFERENCE, *LOCALE_VARIABLES):
    if os.environ.get(name, "").lower().startswith("zh"):
        del os.environ[name]

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

"""What holds for every test: English, whatever the locale (those of other languages say so); no clock and no threads but one's own.

Hypothesis has no deadline, since other work slows machines. The BLAS of NumPy and the OpenMP of PyTorch and scikit-learn have one thread
each: on the small arrays of tests more of them wait for each other, at full speed, and take the processors from the tests beside.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # before NumPy is loaded, and for processes that tests start
    os.environ.setdefault(name, "1")

from hypothesis import HealthCheck, settings  # noqa: E402

from halfmoon.base.language import LOCALE_VARIABLES, PREFERENCE, VARIABLE  # noqa: E402

for name in (VARIABLE, PREFERENCE, *LOCALE_VARIABLES):
    if os.environ.get(name, "").lower().startswith("zh"):
        del os.environ[name]

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

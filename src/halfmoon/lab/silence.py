"""Silence while several threads train: what an estimator warns of is in the run's own message."""

import warnings

from halfmoon.base.shared_context import Shared

quiet = Shared(lambda: warnings.catch_warnings(action="ignore"))
"""Silences warnings in the process until the last of its users has left: the filters are the process's, not a thread's."""

"""Warnings are silent while somebody trains, and heard again afterwards."""

import threading
import warnings

import pytest

from halfmoon.lab.worker import quiet


def test_the_last_one_who_leaves_brings_the_warnings_back():
    before = list(warnings.filters)
    quiet.__enter__()
    quiet.__enter__()
    quiet.__exit__()  # as threads do: not in the order of a stack
    warnings.warn("nobody hears this", stacklevel=1)
    other = threading.Thread(target=quiet.__exit__)
    other.start()
    other.join()
    assert warnings.filters == before
    with pytest.warns(UserWarning, match="somebody hears this"):
        warnings.warn("somebody hears this", stacklevel=1)

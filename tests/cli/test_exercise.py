"""The course exercise's numbers, from the command line's own path."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from called_commands import called
from exercise_figures import REFERENCE, UPDATES
from halfmoon.training.checkpoint import read


@pytest.mark.parametrize("seed", REFERENCE)
def test_every_number_of_the_exercise(seed, tmp_path):
    with threadpool_limits(1):
        said = called("train", "moons", "--seed", seed, "-o", "out", folder=tmp_path).stdout
    saved = read(tmp_path / "out" / "model.safetensors")
    losses, (accuracy, weight_sum, last_bias) = REFERENCE[seed]
    np.testing.assert_allclose([1000 * saved.history["loss"][update - 1] for update in UPDATES], losses, rtol=1e-9)
    assert f"Training accuracy {accuracy:.1%} ({1000 * accuracy:.0f} of 1,000 rows right;" in said
    assert saved.model.params[0]["W"].sum() == pytest.approx(weight_sum, rel=1e-9)
    assert saved.model.params[6]["b"][0] == pytest.approx(last_bias, rel=1e-9)

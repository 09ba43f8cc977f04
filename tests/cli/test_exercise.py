"""The course exercise's numbers, from the command line's own path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from exercise_figures import REFERENCE, UPDATES, quick_environment
from halfmoon.training.checkpoint import read


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Train every seed, each in a process of its own; return what was said and saved."""
    folder = tmp_path_factory.mktemp("exercise")
    command = str(Path(sys.executable).parent / "halfmoon")
    processes = {}
    for seed in REFERENCE:
        arguments = [command, "train", "moons", "--seed", f"{seed}", "-o", f"{seed}"]
        processes[seed] = subprocess.Popen(arguments, cwd=folder, env=quick_environment(), stdout=subprocess.PIPE, text=True)
    said = {seed: process.communicate()[0] for seed, process in processes.items()}
    assert not any(process.returncode for process in processes.values())
    return {seed: (said[seed], read(folder / f"{seed}" / "model.safetensors")) for seed in REFERENCE}


@pytest.mark.parametrize("seed", REFERENCE)
def test_every_number_of_the_exercise(seed, trained):
    said, saved = trained[seed]
    losses, (accuracy, weight_sum, last_bias) = REFERENCE[seed]
    np.testing.assert_allclose([1000 * saved.history["loss"][update - 1] for update in UPDATES], losses, rtol=1e-9)
    assert f"Training accuracy {accuracy:.1%} ({1000 * accuracy:.0f} of 1,000 rows right;" in said
    assert saved.model.params[0]["W"].sum() == pytest.approx(weight_sum, rel=1e-9)
    assert saved.model.params[6]["b"][0] == pytest.approx(last_bias, rel=1e-9)

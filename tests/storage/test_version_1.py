"""Files of the first version of the format load for ever, and give the numbers that they gave then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.record import decode
from halfmoon.tabular import TableModel
from storage.kept_files import ANSWERS, records

pytestmark = pytest.mark.filterwarnings("ignore::halfmoon.tabular.table_model.TableWarning")  # of a level that training never saw

FOLDER = Path(__file__).with_name("version_1")
KEPT = json.loads((FOLDER / "answers.json").read_text())
RECORDS = json.loads((FOLDER / "records.json").read_text())

TYPES = {
    "model": hm.Model, "own": hm.Model, "trainer": hm.Trainer, "classifier": hm.MLPClassifier, "regressor": hm.MLPRegressor,
    "table": TableModel, "recording": hm.Recording, "network": hm.Network,
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_a_file_gives_the_numbers_that_it_gave(name):
    load, ask = ANSWERS[name]
    found = np.asarray(ask(load(FOLDER / f"{name}.safetensors")), float)
    np.testing.assert_allclose(found, np.array(KEPT[name]), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("name", TYPES)
def test_load_gives_what_the_file_holds(name):
    assert type(hm.load(FOLDER / f"{name}.safetensors")) is TYPES[name]


@pytest.mark.parametrize("name", TYPES)
def test_it_can_be_saved_anew(name, tmp_path):
    once = hm.load(FOLDER / f"{name}.safetensors")
    hm.save(tmp_path / "again", once)
    again = hm.load(tmp_path / "again")
    if name in ANSWERS:
        ask = ANSWERS[name][1]
        assert np.array_equal(ask(again), ask(once))
    else:
        assert again == once == hm.Network([hm.Dense(5, hm.Normal(0.1)), hm.LeakyReLU(alpha=0.2), hm.Dense(1)], hm.Huber(delta=2.0))


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_reads_as_it_was(name):
    assert decode(RECORDS[name]) == records()[name]


def test_every_file_is_asked():
    assert (
        {path.stem for path in FOLDER.glob("*.safetensors")}
        == KEPT.keys() | {"network"}
        == TYPES.keys() | {"run"}
        == ANSWERS.keys() | {"network"}
    )


def test_the_run_of_a_comparison_is_named(tmp_path):
    shutil.copy(FOLDER / "run.safetensors", tmp_path / "run")
    with pytest.raises(hm.InputError, match="it holds a run of a comparison, which is one of a folder"):
        hm.load(tmp_path / "run")

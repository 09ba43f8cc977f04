"""What training recorded."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfmoon.base.errors import InputError
from halfmoon.training.ending import Ending, Reason
from halfmoon.training.history import History

ROWS = [{"epoch": 1, "loss": 0.5, "rate": 0.1}, {"epoch": 2, "loss": 0.25, "rate": 0.05}]


def filled(**options):
    history = History(**options)
    for row in ROWS:
        history.add(row)
    return history


@pytest.mark.smoke
def test_columns_of_numbers():
    history = filled(ending=Ending(Reason.CALLBACK, {"text": "after 2 epochs"}), best_epoch=2)
    assert list(history) == ["epoch", "loss", "rate"]
    assert len(history) == 3
    assert history.epochs == 2
    assert history["loss"].tolist() == [0.5, 0.25]
    assert history["epoch"].dtype == np.float64
    assert history.last() == {"epoch": 2.0, "loss": 0.25, "rate": 0.05}
    assert repr(history) == "History(2 epochs: epoch, loss, rate; after 2 epochs)"
    assert history.best_epoch == 2
    assert {name: column.tolist() for name, column in history.items()} == {"epoch": [1, 2], "loss": [0.5, 0.25], "rate": [0.1, 0.05]}


def test_empty():
    history = History()
    assert history.epochs == 0
    assert list(history) == []
    assert history.last() == {}
    assert repr(history) == "History(0 epochs: ; not finished)"
    with pytest.raises(InputError, match=r"^column must be one of"):
        history["loss"]


def test_columns_without_rows():
    history = History({"epoch": [], "loss": []})
    assert history.epochs == 0
    assert history["loss"].shape == (0,)
    assert history.last() == {}


def test_an_array_is_a_copy():
    history = filled()
    history["loss"][0] = 9
    assert history["loss"][0] == 0.5


@given(st.lists(st.lists(st.floats(allow_nan=False), min_size=3, max_size=3), max_size=5))
def test_from_columns_as_by_rows(rows):
    history = History()
    for row in rows:
        history.add(dict(zip("abc", row, strict=True)))
    again = History({name: history[name] for name in history}, ending=history.ending)
    assert again.epochs == history.epochs == len(rows)
    for i, name in enumerate("abc" if rows else ""):
        assert again[name].tolist() == history[name].tolist() == [row[i] for row in rows]


def test_an_unknown_column_is_named():
    with pytest.raises(InputError, match=r"^column must be one of epoch, loss, rate \(did you mean 'loss'\?\), got 'los'$"):
        filled()["los"]


def test_asking_for_a_column_that_may_be_missing():
    """A mapping says False to ``in`` and gives the default to ``get``, as for ``val_loss`` without a validation set."""
    history = filled()
    assert "loss" in history
    assert "val_loss" not in history
    assert history.get("val_loss") is None
    assert history.get("val_loss", 3) == 3


def test_equal_histories():
    assert filled() == filled()
    assert filled() != History({"epoch": [1, 2], "loss": [0.5, 0.3], "rate": [0.1, 0.05]})


def test_copies():
    history = filled(ending=Ending(Reason.CALLBACK, {"text": "done"}), best_epoch=1)
    for other in (copy.deepcopy(history), pickle.loads(pickle.dumps(history))):
        assert other.last() == history.last()
        assert (other.stopped, other.best_epoch) == ("done", 1)
        other.add(ROWS[0])
        assert history.epochs == 2


def test_the_first_row_decides_the_columns():
    history = filled()
    history.add({"epoch": 3, "loss": 0.1, "rate": 0.1, "extra": 2.0})
    assert list(history) == ["epoch", "loss", "rate"]
    assert history.epochs == 3


@pytest.mark.parametrize("row", [{"epoch": 3, "loss": 1.0}, {}])
def test_a_row_without_a_column_changes_nothing(row):
    history = filled()
    with pytest.raises((InputError, KeyError)):
        history.add(row)
    assert {name: len(history[name]) for name in history} == {"epoch": 2, "loss": 2, "rate": 2}


def test_columns_are_joined():
    history = filled()
    history.join({"val_loss": [0.5, 0.25], "val_score": range(2)})
    assert list(history) == ["epoch", "loss", "rate", "val_loss", "val_score"]
    assert history.last()["val_loss"] == 0.25
    assert history["val_score"].tolist() == [0.0, 1.0]


def test_a_column_of_another_length_changes_nothing():
    history = filled()
    with pytest.raises(InputError, match="val_loss must have 2 numbers, one a row, got 3"):
        history.join({"val_loss": [1, 2, 3]})
    assert list(history) == ["epoch", "loss", "rate"]


def test_a_history_is_equal_to_histories_only():
    assert filled() == filled()
    assert filled() != History()
    assert filled() != dict(filled())

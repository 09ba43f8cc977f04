"""A comparison as tables, files and a sentence."""

import numpy as np
import polars as pl
import pytest

import halfmoon as hm


@pytest.fixture
def found(moons, grid, tmp_path):
    return hm.compare(grid, *moons, seeds=3, epochs=5, folder=tmp_path)


def test_a_frame_has_a_row_for_each_run(found):
    frame = found.frame()
    assert frame.height == 12
    assert frame.columns[:4] == ["hidden_layer_sizes", "learning_rate_init", "seed", "status"]
    assert frame["score"].to_list() == [run.score for run in found.runs]
    assert frame["train_loss"].to_list() == [run.loss for run in found.runs]
    assert frame["hidden_layer_sizes"].to_list() == ["4"] * 6 + ["6, 3"] * 6
    assert frame["key"].n_unique() == 12


def test_a_table_has_a_row_for_each_setting(found):
    table, frame = found.table(), found.frame()
    groups = frame.group_by("hidden_layer_sizes", "learning_rate_init", maintain_order=True)
    expected = groups.agg(pl.col("score").mean().alias("mean"), pl.col("score").std().alias("std"), pl.col("seconds").mean())
    for name in ("mean", "std", "seconds"):
        np.testing.assert_allclose(table[name], expected[name])
    assert table["n"].to_list() == [3] * 4
    assert table["best"].sum() == 1
    assert table["mean"][table["best"].arg_max()] == table["mean"].max()
    assert found.scores.shape == (4, 3)


def test_files_hold_the_same_numbers(found, tmp_path):
    found.save_csv(tmp_path / "a.csv")
    found.save_parquet(tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").equals(found.frame())
    assert pl.read_csv(tmp_path / "a.csv")["score"].to_list() == found.frame()["score"].to_list()
    with pytest.raises(hm.InputError, match="folder that exists"):
        found.save_csv(tmp_path / "nowhere" / "a.csv")


def test_values_of_several_kinds_are_text(moons):
    found = hm.compare({"loss": ["log_loss", hm.SquaredError], "batch_size": ["auto", 20]}, *moons, seeds=1, epochs=2)
    assert found.frame()["batch_size"].to_list() == ["auto", "20"] * 2
    assert found.frame()["loss"].to_list()[0] == "log_loss"
    found = hm.compare([{"alpha": 1}, {"alpha": 0.5}, {}], *moons, seeds=1, epochs=2)
    assert found.table()["alpha"].to_list() == [1.0, 0.5, None]


SENTENCES = {
    "one seed": ({"alpha": [0.0, 1.0]}, 1, "with one seed nothing says whether the others are worse"),
    "one setting": ({"alpha": [0.0]}, 2, "Best: alpha 0.0."),
    "the estimator as it is": ({}, 2, "Best: the estimator as it is."),
}


@pytest.mark.parametrize("what", SENTENCES)
def test_the_sentence(what, moons):
    grid, seeds, words = SENTENCES[what]
    assert words in hm.compare(grid, *moons, seeds=seeds, epochs=2).summary()


def test_a_clear_winner_is_named(moons):
    X, y = moons
    found = hm.compare({"learning_rate_init": [1e-7, 0.05]}, X, y, seeds=5, epochs=60)
    assert found.best == {"learning_rate_init": 0.05}
    assert found.summary().startswith("Best: learning_rate_init 0.05; better than every other setting, beyond what seeds do (paired t-test")

"""Progress of a training: a bar on a terminal, lines elsewhere, the same numbers as without."""

from __future__ import annotations

import os
import re
import sys

import numpy as np
import pytest

import halfmoon as hm
from terminals import in_a_terminal

X = np.random.RandomState(0).standard_normal((60, 2))
Y = (X[:, 0] > 0).astype(int)
NETWORK = hm.Network([hm.Dense(4), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic())


def trained(**options):
    model = NETWORK.init(2, seed=0)
    history = hm.train(model, X, Y, batch_size=20, **{"epochs": 50} | options)
    return model.theta.tobytes(), history


@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_lines_are_printed_where_there_is_no_terminal(engine, capsys):
    before, _ = trained(engine=engine)
    assert capsys.readouterr().out == ""
    after, history = trained(engine=engine, verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert after == before
    epochs = [int(re.match(r"epoch (\d+) of 50, loss \d", line)[1]) for line in lines[:-1]]
    assert epochs[-1] == 50
    assert set(range(2, 51, 2)) <= set(epochs)
    assert f"loss {history['loss'][-1]:.4g}" in lines[-2]
    assert lines[-1].startswith("ended after 50 epochs: ")


def test_metrics_and_the_validation_loss_are_shown(capsys):
    trained(verbose=True, validation=(X, Y), metrics=["accuracy"], epochs=3)
    assert re.match(r"epoch 1 of 3, loss \S+, val loss \S+, val accuracy \S+\n", capsys.readouterr().out)


@pytest.mark.parametrize("engine", ["fused", "reference"])
def test_lines_are_chinese(engine, capsys, monkeypatch):
    monkeypatch.setenv("HALFMOON_LANG", "zh")
    trained(engine=engine, verbose=True, validation=(X, Y), metrics=["accuracy"], epochs=3)
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"第 1 / 3 轮，损失 \S+, 验证损失 \S+, 验证准确率 \S+", lines[0])
    assert lines[-1] == "训练了 3 轮后结束：3 轮全部完成"


@pytest.mark.parametrize("optimizer", [hm.LBFGS(), hm.SGD(0.1)], ids=repr)
def test_any_optimiser_and_a_few_epochs(optimizer, capsys):
    model = NETWORK.init(2, seed=0)
    hm.train(model, X, Y, optimizer=optimizer, epochs=3, verbose=True)
    assert capsys.readouterr().out.count("epoch ") == 3


def test_a_training_that_diverges_says_so(capsys):
    with pytest.raises(hm.DivergenceError):
        hm.train(hm.Network([hm.Dense(1)], hm.SquaredError).init(2), X, Y, optimizer=hm.SGD(1e9), epochs=100, verbose=True)
    assert "ended after" in capsys.readouterr().out


@pytest.mark.parametrize("verbose", ["yes", 2, None])
def test_what_is_no_truth_value_is_refused(verbose):
    with pytest.raises(hm.InputError, match=r"^verbose must be True or False"):
        trained(verbose=verbose)


SCRIPT = """
import numpy as np
import halfmoon as hm
X = np.random.RandomState(0).standard_normal((60, 2))
model = hm.Network([hm.Dense(4), hm.Tanh(), hm.Dense(1)], loss=hm.Logistic()).init(2)
hm.train(model, X, X[:, 0] > 0, epochs=300, engine="reference", verbose=True)
"""


def test_a_terminal_has_a_bar():
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100"}
    status, shown = in_a_terminal([sys.executable, "-c", SCRIPT], env=environment)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert status == 0, text
    assert re.search(r"epoch +0/300 ", text)
    assert re.search(r"epoch 300/300 ━+ loss 0\.\d+", text)
    assert "ended after 300 epochs" in text
    assert "epoch 15 of 300" not in text

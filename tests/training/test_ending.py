"""Why a training ended: reasons with figures, sentences made from them, and files that hold them."""

import math

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.record import decode, encode
from halfmoon.training.checkpoint import HISTORY, pack_history, unpack_history
from halfmoon.training.ending import INTERRUPTED, SENTENCES, Ending, Reason

DIVERGED = {"loss": "NaN", "epoch": 4, "update": 9, "rate": 0.5, "gradient": 1234.5, "parameter": "2.1.W"}
ENDINGS = {
    "all 6 epochs done": Ending(Reason.ALL_EPOCHS, {"epochs": 6}),
    "val_loss has not got better for 3 epochs": Ending(Reason.EARLY_STOPPING, {"monitor": "val_loss", "patience": 3}),
    "the time limit of 0.5 s is reached": Ending(Reason.TIME_LIMIT, {"seconds": 0.5}),
    "L-BFGS: it is small": Ending(Reason.CONVERGED, {"text": "L-BFGS: it is small"}),
    "L-BFGS: too many": Ending(Reason.SOLVER_LIMIT, {"text": "L-BFGS: too many"}),
    "enough": Ending(Reason.CALLBACK, {"text": "enough"}),
    "interrupted": INTERRUPTED,
    "something else": Ending(Reason.UNKNOWN, {"text": "something else"}),
    "loss became NaN at epoch 4, update 9; the rate 0.5 is likely too high, try 0.05; largest gradient 1.2e+03 in layer 2.1 W": Ending(
        Reason.DIVERGED, DIVERGED
    ),
    "loss became NaN at update 9; largest gradient 1.2e+03 in layer 2.1 W": Ending(
        Reason.DIVERGED, DIVERGED | {"epoch": None, "rate": None}
    ),
    "loss is infinite before the first update; X or the first weights are too large (largest entry of X 1e+20): standardise X": Ending(
        Reason.DIVERGED, {"loss": "infinite", "largest_input": 1e20}
    ),
}


def test_every_reason_has_a_sentence():
    assert SENTENCES.keys() == set(Reason)
    assert {each.reason for each in ENDINGS.values()} == set(Reason)


@pytest.mark.parametrize("sentence", ENDINGS)
def test_the_sentence_is_made_from_the_figures(sentence):
    assert str(ENDINGS[sentence]) == sentence
    assert hm.History(ending=ENDINGS[sentence]).stopped == sentence


@pytest.mark.parametrize("sentence", ENDINGS)
def test_a_file_holds_reason_and_figures(sentence):
    history = hm.History({"epoch": [1], "loss": [math.pi]}, ending=ENDINGS[sentence], best_epoch=1)
    assert decode(encode(ENDINGS[sentence])) == ENDINGS[sentence]
    head, arrays = pack_history(history)
    assert unpack_history(HISTORY("history", head), arrays) == history


@pytest.mark.parametrize(("stopped", "ending"), [("", None), ("all 2 epochs done", Ending(Reason.UNKNOWN, {"text": "all 2 epochs done"}))])
def test_a_file_that_holds_the_sentence_alone_loads(stopped, ending):
    head, arrays = pack_history(hm.History({"epoch": [1, 2], "loss": [2, 1]}))
    del head["ending"]
    found = unpack_history(HISTORY("history", head | {"stopped": stopped}), arrays)
    assert (found.ending, found.stopped) == (ending, stopped)


@pytest.mark.parametrize(
    ("reason", "options"),
    {
        Reason.ALL_EPOCHS: {"epochs": 2},
        Reason.EARLY_STOPPING: {"stopping": hm.EarlyStopping(patience=1, tolerance=9)},
        Reason.TIME_LIMIT: {"max_seconds": 1e-9},
        Reason.CALLBACK: {"callbacks": type("Stops", (hm.Callback,), {"on_epoch": lambda _, run: run.stop("enough")})()},
        Reason.CONVERGED: {"optimizer": hm.LBFGS()},
        Reason.SOLVER_LIMIT: {"optimizer": hm.LBFGS(), "epochs": 1},
    }.items(),
)
def test_training_says_why_it_ended(reason, options):
    X = np.linspace(-1, 1, 20)[:, None]
    model = hm.Network([hm.Dense(1)]).init(1, 0, "float64")
    history = hm.train(model, X, 2 * X, **options)
    assert history.ending.reason is reason

"""A description's plain operations compute what the model does, whatever the layers, losses, links and labels."""

from __future__ import annotations

import warnings

import polars as pl
import pytest

import halfmoon as hm
from exports import tables
from exports.networks import CASES, DTYPES, OWN, cases, check, random_model
from halfmoon.base.errors import InputError
from halfmoon.exports.columns import CategoryColumn, DateColumn, NumberColumn
from halfmoon.exports.conversion import predictor_of
from halfmoon.expressions.vocabulary import MEANING
from halfmoon.layers.activations import ACTIVATIONS, Tanh
from halfmoon.layers.dense import Dense
from halfmoon.layers.residual import Residual
from halfmoon.losses import LOSSES
from halfmoon.losses.links import LINKS
from halfmoon.losses.softmax import SoftmaxCrossEntropy
from halfmoon.network.inference import OPERATIONS
from halfmoon.network.network import Network
from operations import outcome

KINDS_OF_COLUMNS = (NumberColumn, CategoryColumn, DateColumn)


@pytest.mark.parametrize("kind", CASES)
def test_operations_predict_as_the_model_does(kind):
    for case in cases(kind):
        predictor = predictor_of(case.model)
        check(case, outcome(predictor, case.X.astype(predictor.dtype)))


def test_operations_predict_as_the_models_of_tables_do():
    for case in tables.cases():
        X = case.model.features(case.model.read(pl.DataFrame(case.columns, strict=False)).frame)
        predictor = predictor_of(case.model)
        assert predictor.inputs.width == X.shape[1]
        check(case, outcome(predictor, X))


def test_there_are_tables_of_everything():
    columns = [column for case in tables.cases() for column in predictor_of(case.model).inputs.columns]
    assert {type(each) for each in columns} == set(KINDS_OF_COLUMNS)
    assert {each.kind for each in columns if isinstance(each, NumberColumn)} == {"number", "truth", "duration"}
    categories = [each for each in columns if isinstance(each, CategoryColumn)]
    assert {(each.has_missing, each.cut) for each in categories} == {(missing, cut) for missing in (False, True) for cut in (False, True)}
    dates = [each for each in columns if isinstance(each, DateColumn)]
    assert {part for each in dates for part, _ in each.parts} == {"season", "weekday", "hour"}
    assert {each.clock for each in dates} == {False, True}


def test_there_are_ensembles_of_everything():
    columns = [column for case in tables.ensembles() for column in predictor_of(case.model).inputs.columns]
    categories = [each for each in columns if isinstance(each, CategoryColumn)]
    others = [each for each in columns if not isinstance(each, CategoryColumn)]
    assert {(type(each), each.gaps) for each in others} == {(kind, gaps) for kind in (NumberColumn, DateColumn) for gaps in (False, True)}
    assert {each.gaps for each in others if isinstance(each, NumberColumn) and each.kind == "truth"} == {False, True}
    assert {each.bound for each in others} == {None, 3.0}
    kinds = {(each.values is not None, each.zeros > 0, each.has_missing) for each in categories}
    assert kinds >= {(True, False, False), (True, True, False), (True, True, True), (False, True, False), (False, True, True)}
    parts = [part for case in tables.ensembles() for part in tables.ensemble_of(case.model).parts]
    assert len(parts) > len(tables.ensembles())
    assert {part.temperature == 1 for part in parts} == {False, True}
    assert {tables.ensemble_of(case.model).temperature == 1 for case in tables.ensembles()} == {False, True}


def test_an_ensemble_that_had_nothing_to_learn_from_is_told():
    with warnings.catch_warnings(action="ignore"):
        model = hm.TabularRegressor(max_epochs=1).fit({"a": [None] * 8}, range(8))
    with pytest.raises(InputError, match="model must have networks to be exported, the TabularRegressor had nothing to learn from"):
        predictor_of(model)


def test_there_are_cases_of_everything():
    networks = [case.model for kind in ("layers", "losses", "own activations", "nests", "random networks") for case in cases(kind)]
    assert len(networks) >= 200
    activations = {step.layer.name for model in networks for step in model.program.steps if hasattr(step.layer, "slope")}
    assert activations >= {*ACTIVATIONS, *OWN}
    losses = {model.network.loss for model in networks}
    assert {loss.name for loss in losses} >= {each.name for each in LOSSES.values()}
    assert {loss.link.name for loss in losses} >= LINKS.keys()
    assert {model.dtype.name for model in networks} == set(DTYPES)
    written = [predictor_of(case.model) for kind in CASES for case in cases(kind)]
    assert {word for each in OWN.values() for word, *_ in each.value.steps} >= MEANING.keys() - {"exp", "expm1", "log1p", "sin", "tanh"}
    found = {type(operation) for predictor in written for operation in predictor.operations}
    assert found == set(OPERATIONS), "each kind of operation is in some case"


def test_a_writer_can_ask_what_a_value_needs_and_how_long_it_lives():
    predictor = predictor_of(random_model(Network([Dense(4), Residual(Dense(4), Tanh), Dense(2)], SoftmaxCrossEntropy()), 3, "float32"))
    # x1 = x0 W1, x2 = x1 W2, x3 = tanh x2, x4 = x3 + x1, x5 = x4 W3, x6 = softmax x5
    assert predictor.widths == (3, 4, 4, 4, 4, 2, 2)
    assert predictor.outputs == (5, 6)
    assert predictor.needed([3]) == (0, 1, 2)
    assert predictor.needed([5]) == (0, 1, 2, 3, 4)

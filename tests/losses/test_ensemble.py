"""The loss of an ensemble is the mean of its members', and what is predicted is the mean of their means."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.base.errors import InputError
from halfmoon.base.record import decode, encode
from halfmoon.gradcheck.report import check_gradients
from twins import LOSS_CASES

MEMBERS = 3
CASES = [pytest.param(case, id=str(case)) for case in LOSS_CASES]


def scores_and_targets(case, rows=8):
    random = np.random.RandomState(3)
    y = case.loss.targets(case.draw(random, rows, case.outputs), case.outputs, np.dtype("float64"))
    return 2 * random.standard_normal((rows, MEMBERS * case.outputs)), y


@pytest.mark.parametrize("case", CASES)
def test_each_member_has_its_own_loss(case):
    scores, y = scores_and_targets(case)
    ensemble, members = hm.EnsembleLoss(case.loss, MEMBERS), np.split(scores, MEMBERS, axis=1)
    np.testing.assert_allclose(ensemble.each(scores, y), np.mean([case.loss.each(each, y) for each in members], axis=0), rtol=1e-13)
    slopes = np.hstack([case.loss.gradient(each, y) for each in members]) / MEMBERS
    np.testing.assert_allclose(ensemble.gradient(scores, y), slopes, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("case", CASES)
def test_predictions_are_the_means_of_the_members(case):
    scores, _ = scores_and_targets(case)
    link, own = hm.EnsembleLoss(case.loss, MEMBERS).link, case.loss.link
    members = np.split(scores, MEMBERS, axis=1)
    mean = np.mean([own.mean(each) for each in members], axis=0)
    np.testing.assert_allclose(link.mean(scores), mean, rtol=1e-12)
    assert (link.decide(scores) == own.classes(mean)).all()
    assert (link.name, link.classifies) == (own.name, own.classifies)
    np.testing.assert_allclose(link.probabilities(scores), np.mean([own.probabilities(each) for each in members], axis=0), rtol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_gradients_of_a_network(case):
    layers = [hm.Repeat(MEMBERS), hm.BatchEnsemble(4, MEMBERS, "normal", "normal"), hm.Tanh, hm.GroupedDense(case.outputs, MEMBERS)]
    network = hm.Network(layers, hm.EnsembleLoss(case.loss, MEMBERS))
    model, random = network.init(2, seed=4, dtype="float64"), np.random.RandomState(5)
    X, y = random.standard_normal((9, 2)), case.draw(random, 9, case.outputs)
    assert check_gradients(model, X, y, random.uniform(0, 3, 9)).ok


def test_an_ensemble_is_its_members_side_by_side():
    """Of members that share nothing, each is trained as if it were alone but for the rate: the mean divides its gradient."""
    random = np.random.RandomState(0)
    X, y = random.standard_normal((30, 4)), random.randint(0, 3, 30)
    ensemble = hm.Network([hm.Repeat(2), hm.GroupedDense(3, 2)], hm.EnsembleLoss(hm.SoftmaxCrossEntropy(), 2)).init(4, 1, "float64")
    members = [hm.Network([hm.Dense(3)], hm.SoftmaxCrossEntropy()).init(4, dtype="float64") for _ in range(2)]
    for place, member in enumerate(members):
        member.params[0]["W"][...] = ensemble.params[1]["W"][4 * place : 4 * place + 4]
    options = {"epochs": 3, "batch_size": 7, "seed": 3}
    hm.train(ensemble, X, y, optimizer=hm.SGD(0.2), **options)
    for member in members:
        hm.train(member, X, y, optimizer=hm.SGD(0.1), **options)
    np.testing.assert_allclose(ensemble.predict_proba(X), np.mean([each.predict_proba(X) for each in members], axis=0), rtol=1e-12)
    assert ensemble.predict(X).shape == (30,)


def test_regression_predicts_the_mean():
    model = hm.Network([hm.Repeat(4), hm.GroupedDense(1, 4)], hm.EnsembleLoss(hm.SquaredError, 4)).init(2, dtype="float64")
    X = np.random.RandomState(0).standard_normal((5, 2))
    np.testing.assert_allclose(model.predict(X), model.scores(X).mean(axis=1), rtol=1e-13)


@pytest.mark.parametrize("engine", ["reference", "fused"])
def test_the_gradient_of_this_batch_is_clipped(engine):
    """And not what was there before it: a step of plain gradient descent is exactly as long as the norm allows."""
    random = np.random.RandomState(0)
    X, y = random.standard_normal((40, 4)), random.randint(0, 3, 40)
    layers = [hm.Repeat(2), hm.BatchEnsemble(5, 2, inputs="random_signs"), hm.Tanh, hm.GroupedDense(3, 2)]
    model = hm.Network(layers, hm.EnsembleLoss(hm.SoftmaxCrossEntropy(), 2)).init(4, 1, "float64")
    _, gradients = model.gradients(X, y)
    longest, before = 0.3 * float(np.linalg.norm(gradients.vector)), model.theta.copy()
    hm.train(model, X, y, optimizer=hm.SGD(1.0, clip_norm=longest), epochs=1, batch_size=None, engine=engine)
    np.testing.assert_allclose(model.theta, before - 0.3 * gradients.vector, rtol=1e-10, atol=1e-14)


def test_it_is_a_record():
    loss = hm.EnsembleLoss(hm.Quantile(level=0.3), 5)
    for each in (copy.deepcopy(loss), pickle.loads(pickle.dumps(loss)), decode(json.loads(json.dumps(encode(loss))))):
        assert each == loss
        assert each.link == loss.link


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: hm.EnsembleLoss("logistic"), "of must be a loss such as SoftmaxCrossEntropy"),
        (lambda: hm.EnsembleLoss(hm.Logistic, 0), "members must be a whole number from 1 to 65536"),
        (lambda: hm.EnsembleLoss(hm.EnsembleLoss(hm.Logistic)), "of must be the loss of one member, and no ensemble's"),
        (
            lambda: hm.Network([hm.Dense(4)], hm.EnsembleLoss(hm.Logistic, 3)).program(2),
            "members must divide the 4 outputs of the network, got 3",
        ),
        (
            lambda: hm.Network([hm.Dense(3)], hm.EnsembleLoss(hm.SoftmaxCrossEntropy(), 3)).program(2),
            "SoftmaxCrossEntropy must have a network",
        ),
    ],
)
def test_what_does_not_fit_is_said(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()

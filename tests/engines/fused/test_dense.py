"""Dense layers of every width that fills squares and vectors otherwise: the fused engine's gradient against the reference's."""

import numpy as np
import pytest

import halfmoon as hm
from halfmoon.engines import ENGINES, engine
from halfmoon.engines.contract import Data
from halfmoon.engines.state import TrainingState
from halfmoon.layers.contract import Pass
from halfmoon.penalty import NO_PENALTY

CLOSE = {"float32": 1e-5, "float64": 1e-12}


@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 5, 8, 9, 17])
@pytest.mark.parametrize("units", [1, 7, 8, 9, 16, 25, 50])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_any_width(dtype, units, outputs):
    random = np.random.RandomState(0)
    for rows in (1, 3, 6, 300):  # the last in two tiles
        data = Data(random.normal(size=(rows, 11)).astype(dtype), random.normal(size=(rows, outputs)).astype(dtype), None)
        found = []
        for name in ENGINES:
            model = hm.Network([hm.Dense(units), hm.Tanh, hm.Dense(outputs), hm.Sigmoid], hm.SquaredError).init(11, 1, dtype)
            state = TrainingState(model, hm.SGD(0.1), NO_PENALTY, 0)
            loss = engine(name, state, threads=1).gradient(data, Pass(training=True))
            found.append((loss, state.gradient.copy()))
        (loss, gradient), (expected, reference) = found
        assert loss == pytest.approx(expected, rel=CLOSE[dtype])
        np.testing.assert_allclose(gradient, reference, rtol=0, atol=CLOSE[dtype] * np.linalg.norm(reference))

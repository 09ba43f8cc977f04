"""A sparse X: the numbers of the same rows in an array, and never all of them made dense."""

import numpy as np
import pytest
from scipy import sparse

import halfmoon as hm
from halfmoon.engines import ENGINES

ROWS, COLUMNS = 300, 40
RANDOM = np.random.RandomState(0)
DENSE = RANDOM.normal(size=(ROWS, COLUMNS)) * (RANDOM.uniform(size=(ROWS, COLUMNS)) < 0.1)
Y = RANDOM.normal(size=(ROWS, 2))
VALIDATION = 40
LAYERS = {
    "dense": [hm.Dense(60), hm.ReLU, hm.Dense(2)],
    "one output of few": [hm.Dense(3), hm.Tanh, hm.Dense(2)],
    "dropout first": [hm.Dropout(0.2), hm.Dense(20), hm.ReLU, hm.Dense(2)],
    "batch norm": [hm.Dense(30), hm.BatchNorm(), hm.ReLU, hm.Dense(2)],
    "residual": [hm.Residual(hm.Dense(COLUMNS)), hm.Dense(2)],
}


@pytest.fixture
def never_dense(monkeypatch):
    """Let no sparse matrix of all rows, or of those held out, become an array."""
    for kind in (sparse.csr_array, sparse.csr_matrix):

        def toarray(self, *args, before=kind.toarray, **options):
            assert self.shape[0] < VALIDATION
            return before(self, *args, **options)

        monkeypatch.setattr(kind, "toarray", toarray)
        monkeypatch.setattr(kind, "todense", toarray)


def trained(X, layers, engine="fused", dtype="float64", optimizer=None, batch_size=32, **options):
    """Return a model after two epochs, and the history."""
    model = hm.Network(layers, hm.SquaredError).init(COLUMNS, 1, dtype)
    options |= {"epochs": 2, "batch_size": batch_size, "optimizer": optimizer or hm.Adam(0.01)}
    return model, hm.train(model, X, Y, engine=engine, validation=(X[:VALIDATION], Y[:VALIDATION]), **options)


def same(found, expected):
    assert (found[0].theta == expected[0].theta).all()
    assert all(found[1].last()[name] == expected[1].last()[name] for name in ("loss", "val_loss"))


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_same_bits(dtype, layers, never_dense):
    for threads in (1, 2):
        found = trained(sparse.csr_matrix(DENSE), LAYERS[layers], dtype=dtype, threads=threads)
        same(found, trained(DENSE, LAYERS[layers], dtype=dtype))
        scores = [found[0].scores(rows) for rows in (DENSE, sparse.csr_array(DENSE), sparse.csr_array(DENSE)[:3].tocsc())]
        assert (scores[0] == scores[1]).all()
        assert (scores[0][:3] == scores[2]).all()


def test_the_reference_engine_makes_a_batch_dense(never_dense):
    same(trained(sparse.csr_array(DENSE), LAYERS["dense"], "reference"), trained(DENSE, LAYERS["dense"], "reference"))


@pytest.mark.parametrize("engine", ENGINES)
def test_all_rows_at_once(engine):
    for optimizer in (hm.LBFGS(), hm.SGD(0.1)):
        X = sparse.csc_array(DENSE).tocsr()
        same(*(trained(rows, LAYERS["dense"], engine, optimizer=optimizer, batch_size=None) for rows in (X, DENSE)))


def test_some_rows_weights_and_many_models():
    options = {"rows": np.arange(0, ROWS, 3), "sample_weight": np.linspace(0, 2, ROWS)}
    same(*(trained(rows, LAYERS["dense"], **options) for rows in (sparse.csr_array(DENSE), DENSE)))
    found = []
    for X in (sparse.coo_array(DENSE), DENSE):
        models = [hm.Network(LAYERS["dense"], hm.SquaredError).init(COLUMNS, seed) for seed in range(3)]
        hm.train_many([hm.Job(model, X, Y, epochs=1, batch_size=50) for model in models])
        found.append([model.loss(X, Y) for model in models])
    assert found[0] == found[1]


def test_entries_told_in_parts_and_out_of_order():
    rows, columns = (np.repeat(each, 2) for each in np.nonzero(DENSE))
    parts = np.repeat(DENSE[np.nonzero(DENSE)] / 2, 2)
    order = np.lexsort((-columns, rows))
    starts = np.searchsorted(rows, np.arange(ROWS + 1))
    X = sparse.csr_array((parts[order], columns[order], starts.astype(np.int64)), DENSE.shape)
    same(trained(X, LAYERS["dense"]), trained(DENSE, LAYERS["dense"]))


def test_an_x_that_is_too_large_is_told():
    with pytest.raises(hm.DivergenceError, match=r"largest entry of X 1e\+300"):
        trained(sparse.csr_array(1e300 * (DENSE > 2)), [hm.Dense(2)], optimizer=hm.SGD(0.1))

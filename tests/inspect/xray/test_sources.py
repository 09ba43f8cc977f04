"""Sources are read where they are written."""

from __future__ import annotations

from halfmoon.inspect.xray.sources import Source, definition, sources
from halfmoon.layers.activations import LeakyReLU, Tanh
from halfmoon.layers.dense import Dense
from halfmoon.layers.dropout import Dropout
from halfmoon.layers.normalise import BatchNorm


def test_a_method_and_the_functions_that_it_calls():
    titles = [source.title.split(",")[0] for source in sources(BatchNorm(), "backward")]
    assert titles == ["BatchNorm.backward", "BatchNorm._normalise", "_standardise", "_backward"]
    assert [source.title.split(",")[0] for source in sources(Dropout(), "forward")] == ["Dropout.forward", "Dropout._scale"]
    (source,) = sources(Dense(1), "forward")
    assert source.title.split(", ")[1].startswith("dense.py:")
    assert source.text.startswith("def forward(self, p")


def test_comments_that_are_equations():
    text = "# Y = X W\ny = x @ w  # fast\n    # a remark\n# θ ← θ - g"
    assert Source("f", text).equations == ["Y = X W", "θ ← θ - g"]


def test_what_cannot_be_read_is_left_out():
    space = {}
    exec("class Typed:\n    def forward(self):\n        return 1", space)  # noqa: S102 - as if it were typed at a prompt
    assert sources(space["Typed"](), "forward") == []


def test_definitions_are_told_as_traced():
    assert definition(Tanh) == ["value(z) = tanh(z)", "slope by z = 1 - a * a"]
    assert definition(LeakyReLU(alpha=0.2))[-1] == "alpha = 0.2"
    assert definition(Dense(1)) == []

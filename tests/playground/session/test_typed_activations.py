"""Formulas that are typed: so many are compiled, later ones train too, to the bits of the Python that is copied, and hold no memory."""

from __future__ import annotations

import pytest

from halfmoon.engines.compiler.cache import kernel
from halfmoon.playground.session.typed_activations import Compiled, compiled, is_interpreted
from playground_sessions import check_code, step


def typed(session, formula, **training):
    layers = [{"width": 5, "activation": {"formula": formula}}, {"width": 3}]
    return session.handle({"type": "settings", "settings": {"network": {"layers": layers}, "training": training}})


@pytest.fixture
def full(monkeypatch):
    """Let no further formula be compiled."""
    monkeypatch.setattr(compiled, "most", len(compiled._known))


def test_what_was_compiled_is_compiled_again_and_no_more():
    of_two = Compiled(2)
    first = [type(of_two.activation(text)).__name__ for text in ("z*z", "z + 1", "z - 1", "z * z", "2*z")]
    assert first == ["Activation", "Activation", "Interpreted", "Activation", "Interpreted"]
    assert of_two.activation("z - 1") == of_two.activation("z-1")


@pytest.mark.parametrize("training", [{}, {"batch": 16, "optimizer": "adam"}, {"optimizer": "lbfgs"}], ids=str)
@pytest.mark.usefixtures("full")
def test_a_formula_beyond_them_trains_to_the_bits_of_its_python(small, training):
    reply = typed(small, "z * cos(0.375 * z)", **training)
    assert "yours is not compiled" in " ".join(reply["said"])
    lane = small.runner.lanes[0]
    assert is_interpreted(lane.model.network)
    first = lane.loss
    step(small, 8)
    step(small, 2, "batch")
    step(small, 2)
    assert lane.loss < first
    check_code(small)
    small.handle({"type": "settings", "settings": {"training": {"l2": 0.01}}})
    step(small, 2)
    check_code(small)
    assert small.frame(0) is not None
    assert "z * cos(0.375 * z)" in str(small.handle({"type": "xray", "unit": [0, 1]})["card"])
    assert small.handle({"type": "lanes", "copy": 0})["lanes"] == 2
    saved = small.handle({"type": "document"})["document"]
    assert "error" not in small.handle({"type": "load", "document": saved})
    step(small, 1)


@pytest.mark.usefixtures("full")
def test_formulas_beyond_them_leave_nothing_behind(small):
    typed(small, "z + sin(z) / 3")
    step(small, 1)
    before = kernel.cache_info().currsize
    for number in range(10):
        typed(small, f"z + sin({number} * z) / 7")
        step(small, 1)
        assert small.frame(0) is not None
    assert kernel.cache_info().currsize == before

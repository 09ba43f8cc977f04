"""The C file predicts as the model does, compiled by strict compilers."""

from __future__ import annotations

import pytest

from exports.c_files import answers, built, needs_compiler
from exports.networks import CASES, cases, check
from halfmoon.exports.c_operations import WRITERS
from halfmoon.exports.evaluation import EVALUATORS
from halfmoon.network.inference import OPERATIONS


def test_every_operation_has_a_writer():
    assert WRITERS.keys() == EVALUATORS.keys() == set(OPERATIONS)


@needs_compiler
@pytest.mark.parametrize("kind", CASES)
def test_the_file_predicts_as_the_model_does(kind, tmp_path):
    library = built(tmp_path, [case.model for case in cases(kind)])
    for place, case in enumerate(cases(kind)):
        check(case, answers(library, place, case.model, case.X))

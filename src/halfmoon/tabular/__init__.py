"""From a table to a trained network or ensemble and back: the recipe, the model that takes raw tables, and how good it is."""

from __future__ import annotations

from halfmoon.tabular.ensemble_fit import EnsembleRecipe, PreparedEnsemble, fit_ensemble, prepare_ensemble
from halfmoon.tabular.fit import PreparedTable, fit, prepare
from halfmoon.tabular.recipe import EXERCISE, RECIPES, Recipe
from halfmoon.tabular.score import Score, score
from halfmoon.tabular.table_ensemble import TableEnsemble
from halfmoon.tabular.table_model import TableModel, TableWarning

__all__ = [
    "EXERCISE",
    "RECIPES",
    "EnsembleRecipe",
    "PreparedEnsemble",
    "PreparedTable",
    "Recipe",
    "Score",
    "TableEnsemble",
    "TableModel",
    "TableWarning",
    "fit",
    "fit_ensemble",
    "prepare",
    "prepare_ensemble",
    "score",
]

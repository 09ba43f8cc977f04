"""From a table to a trained network and back: the recipe, the model that takes raw tables, and how good it is."""

from __future__ import annotations

from halfmoon.tabular.fit import PreparedTable, fit, prepare
from halfmoon.tabular.recipe import EXERCISE, RECIPES, Recipe
from halfmoon.tabular.score import Score, score
from halfmoon.tabular.table_model import TableModel, TableWarning

__all__ = ["EXERCISE", "RECIPES", "PreparedTable", "Recipe", "Score", "TableModel", "TableWarning", "fit", "prepare", "score"]

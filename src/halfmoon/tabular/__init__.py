"""From a table to a trained network and back: the recipe, the model that takes raw tables, and how good it is."""

from __future__ import annotations

from halfmoon.tabular.fitting import Outcome, fit
from halfmoon.tabular.recipe import EXERCISE, RECIPES, Recipe
from halfmoon.tabular.scoring import Score, score
from halfmoon.tabular.tablemodel import TableModel

__all__ = ["EXERCISE", "RECIPES", "Outcome", "Recipe", "Score", "TableModel", "fit", "score"]

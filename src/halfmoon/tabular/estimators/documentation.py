"""What the documentation of the two estimators has in common, written once."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from halfmoon.estimators.documentation import filled

PARAMETERS = """
effort : {"low", "medium", "high"}, default="medium"
    One network, with a fifth of the rows held out; a bag of cross-validated networks; or a portfolio of diverse configurations, each
    cross-validated.
max_seconds : float, optional
    Training ends by then, with the best ensemble so far.
metric : str or callable, optional
    What decides how members are weighted: {metrics}; or one of scikit-learn's scorers or their names.
cv : int, "time", splitter or iterable of pairs, optional
    Folds: how many; "time" for rows in the order of time, of which later ones are held out from members that know earlier ones; one of
    scikit-learn's splitters; or pairs of the rows to train on and those held out. By default as many as the effort has. There are
    never more than rows, or groups.
candidates : sequence of Candidate, optional
    Configurations instead of the effort's.
max_epochs : int, optional
    No member goes through its rows more often.
random_state : int, RandomState or None, default=0
    For folds, first weights, the order of rows, and dropout.
threads : int, optional
    Most threads; by default ``HALFMOON_THREADS`` or all cores. The numbers do not depend on it.
callbacks : list of Callback, optional
    Called by every member's training, from the thread that it runs in.
verbose : bool, default=False
    Whether to print a line after each configuration.
"""

ATTRIBUTES = """
encoder_ : Encoder
    How a table becomes the inputs of networks.
ensemble_ : Ensemble
    Members, their shares, and the temperature.
leaderboard_ : polars.DataFrame
    Each configuration at the end of a cycle of its learning rate: epochs, members, its cost on held-out rows, its weight, and seconds
    of its whole training, which all its cycles share. The cost is lower for better: log-loss, share of errors with a fiftieth of the
    log-loss, 1 - AUC; of numbers in deviations of the target; of a scorer minus its score.
oof_predictions_ : ndarray
    What members predict for the rows that they were not trained on, in the order of the rows; NaN of rows that were never held out.
notes_ : tuple of str
    What was guessed, left out or counts as missing.
n_features_in_ : int
    Columns of the table.
feature_names_in_ : ndarray of str
    Of tables whose columns have names.
"""


def documented(metrics: str, own: str, attributes: str) -> Any:
    """Return a decorator that fills {parameters} and {attributes} in the documentation of a class."""
    return filled(PARAMETERS.replace("{metrics}", metrics) + cleandoc(own), ATTRIBUTES + cleandoc(attributes))

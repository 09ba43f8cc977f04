"""What the two estimators' documentation has in common, written once."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

PARAMETERS = """
hidden_layer_sizes : int or array-like of int, default=(100,)
    Units of each hidden layer; ``()`` for none: a linear model.
activation : str, Activation or list of these, default="relu"
    Of all hidden layers, or one for each: "identity", "logistic", "tanh", "relu", any other name of
    ``halfmoon.ACTIVATIONS``, or a record, also one of your own.
solver : str or Optimizer, default="adam"
    "lbfgs", "sgd" and "adam" are scikit-learn's; any other name of ``halfmoon.OPTIMIZERS`` or a record, which has its own
    rate, is the library's.
alpha : float, default=0.0001
    L2 penalty on the weights, divided by the weight of each batch, as in scikit-learn.
batch_size : int, "auto" or None, default="auto"
    Rows an update; "auto" is ``min(200, n_samples)``, None all rows. Not for L-BFGS.
learning_rate : str or Schedule, default="constant"
    How the rate changes: "constant", "invscaling" and "adaptive" are scikit-learn's, and not for "adam"; a name of
    ``halfmoon.SCHEDULES`` that needs no argument, or a record, is for every solver that has a rate.
learning_rate_init : float, default=0.001
    The first rate.
power_t : float, default=0.5
    Exponent of "invscaling".
max_iter : int, default=200
    Most epochs; for L-BFGS iterations.
shuffle : bool, default=True
    Whether each epoch takes the rows in a new order.
random_state : int, RandomState or None, default=None
    For the first weights, the rows that are set aside, the order of the rows, and dropout.
tol : float, default=1e-4
    How much better an epoch must be to count as an improvement.
verbose : bool or int, default=False
    Whether to show how the fit goes: a progress bar on a terminal, scikit-learn's lines elsewhere.
warm_start : bool, default=False
    Whether ``fit`` begins with the weights of the fit before.
momentum : float, default=0.9
    Of "sgd": the share of the velocity that stays at an update.
nesterovs_momentum : bool, default=True
    Of "sgd": whether the gradient is taken where the velocity is about to lead.
early_stopping : bool, default=False
    Whether the validation score decides when it is enough, and the weights with the best one are kept; of L-BFGS only where
    ``scoring`` is given, since scikit-learn's stops by its own rule.
validation_fraction : float, default=0.1
    Share of the rows that is set aside for that, unless ``fit`` is given ``X_val`` and ``y_val``.
beta_1, beta_2, epsilon : float, default=0.9, 0.999, 1e-8
    Of "adam".
n_iter_no_change : int, default=10
    More epochs than this in a row without an improvement are enough.
max_fun : int, default=15000
    Most evaluations of the loss by L-BFGS.
{own}
dtype : {"auto", "float32", "float64"}, default="auto"
    Of the network; "auto" is that of X. "float32" is the fast choice, whatever comes in.
layers : list of layers, optional
    Any hidden part of a network instead of ``hidden_layer_sizes``; the layer of the scores is added.
initializer : str or Initializer, default="auto"
    How weights start: "auto" as in scikit-learn, or a name of ``halfmoon.INITIALIZERS`` or a record, with biases of zero.
dropout : float or list of float, default=0.0
    Share of each hidden layer's outputs that is dropped in training.
batch_norm, layer_norm : bool, default=False
    Whether each hidden layer is normalised before its activation.
weight_decay : float, default=0.0
    Decoupled weight decay, the same for any batch size (unlike ``alpha``).
l1 : float, default=0.0
    L1 penalty on the weights, divided as ``alpha`` is.
clip_norm : float, optional
    Longest gradient.
scoring : str or callable, optional
    What is read on the validation set instead of ``score``: a name or a scorer of scikit-learn's, or "loss".
max_seconds : float, optional
    Ends the fit after the update that passes this time.
callbacks : list of Callback, optional
    The library's own; scikit-learn's are set by ``set_callbacks``.
n_ensemble : int, default=1
    How many networks that differ in their seed alone are trained at once; predictions are averaged.
engine : {"fused", "reference"}, default="fused"
    Compiled, or NumPy to read.
threads : int, optional
    Most threads; by default ``HALFMOON_THREADS`` or all cores. The numbers do not depend on it.
"""

ATTRIBUTES = """
model_ : Model
    The network with its numbers.
history_ : History
    What the newest fit recorded, with rates and times, and ``val_score`` and ``val_loss`` of the rows that were held out.
coefs_, intercepts_ : list of ndarray
    Weights and biases of each dense layer, views of the model's.
n_iter_ : int
    Epochs of the newest fit.
loss_ : float
    The loss of its last epoch.
loss_curve_ : list of float
    The loss of each epoch.
best_loss_ : float or None
    The smallest; None with ``early_stopping``.
validation_scores_ : list of float or None
    The score on the validation set after each epoch, where there is one.
validation_loss_curve_ : list of float
    The loss there, where ``fit`` was given ``X_val``.
best_validation_score_ : float or None
    The highest score on the validation rows; None without them.
t_ : int
    Rows seen in all.
n_features_in_, n_layers_, n_outputs_ : int
    How many columns of X, layers of units (input and output included) and outputs there are.
feature_names_in_ : ndarray of str
    The names of X's columns, where it had names.
out_activation_ : str
    "softmax", "logistic", "identity" or "exp".
estimators_ : list
    The members of an ensemble.
fit_state_ : FitState
    What ``partial_fit``, ``resume`` and a warm start go on from.
"""


def documented(own: str, attributes: str = "") -> Any:
    """Return a decorator that fills {parameters} and {attributes} in the documentation of a class."""
    return filled(PARAMETERS.replace("{own}", cleandoc(own)), ATTRIBUTES + cleandoc(attributes))


def filled(parameters: str, attributes: str) -> Any:
    """Return a decorator that puts texts in the places of {parameters} and {attributes} in the documentation of a class."""

    def fill(cls: type) -> type:
        text = cleandoc(cls.__doc__ or "").replace("{parameters}", parameters.strip())
        cls.__doc__ = text.replace("{attributes}", attributes.strip())
        return cls

    return fill

"""Examples of the names whose files are to be read as mathematics, so that their docstrings there stay short.

``halfmoon`` puts them into the docstrings that ``help``, an editor and the reference show. There, as in every example, ``hm`` is
Halfmoon and ``np`` NumPy, and ``model`` a network of two inputs and one score for the points ``X`` (200, 2) and their classes ``y``.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from inspect import cleandoc
from typing import Any

EXAMPLES = {
    "ReLU": """
>>> hm.ReLU.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([0., 0., 0., 2.])
""",
    "Sigmoid": """
>>> hm.Sigmoid.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([0.119, 0.378, 0.5  , 0.881])
""",
    "Tanh": """
>>> hm.Tanh.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-0.964, -0.462,  0.   ,  0.964])
""",
    "Identity": """
>>> hm.Identity.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-2. , -0.5,  0. ,  2. ])
""",
    "LeakyReLU": """
>>> hm.LeakyReLU(alpha=0.2).forward({}, np.array([[-2.0, 0.0, 2.0]]), hm.Pass())
array([[-0.4,  0. ,  2. ]])
""",
    "ELU": """
>>> hm.ELU(alpha=0.5).forward({}, np.array([[-2.0, 0.0, 2.0]]), hm.Pass()).round(3)
array([[-0.432,  0.   ,  2.   ]])
""",
    "SELU": """
>>> hm.SELU.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-1.52 , -0.692,  0.   ,  2.101])
""",
    "GELU": """
>>> hm.GELU.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-0.046, -0.154,  0.   ,  1.954])
""",
    "SiLU": """
>>> hm.SiLU.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-0.238, -0.189,  0.   ,  1.762])
""",
    "Mish": """
>>> hm.Mish.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-0.253, -0.221,  0.   ,  1.944])
""",
    "Softplus": """
>>> hm.Softplus.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([0.127, 0.474, 0.693, 2.127])
""",
    "Softsign": """
>>> hm.Softsign.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-0.667, -0.333,  0.   ,  0.667])
""",
    "HardTanh": """
>>> hm.HardTanh.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-1. , -0.5,  0. ,  1. ])
""",
    "Gaussian": """
>>> hm.Gaussian.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([0.018, 0.779, 1.   , 0.018])
""",
    "Sine": """
>>> hm.Sine.value(np.array([-2.0, -0.5, 0.0, 2.0])).round(3)
array([-0.909, -0.479,  0.   ,  0.909])
""",
    "Activation": """
>>> cube = hm.Activation("cube", lambda z: z**3)
>>> print(cube.slope)
3 * (z * z)
>>> cube.value(np.array([-1.0, 2.0]))
array([-1.,  8.])
""",
    "ACTIVATIONS": """
>>> hm.ACTIVATIONS["relu"] is hm.ReLU
True
""",
    "SquaredError": """
>>> hm.SquaredError.each(np.array([[0.0], [3.0]]), np.array([[1.0], [1.0]])).round(3)
array([1., 4.])
""",
    "AbsoluteError": """
>>> hm.AbsoluteError.each(np.array([[0.0], [3.0]]), np.array([[1.0], [1.0]])).round(3)
array([1., 2.])
""",
    "Huber": """
>>> hm.Huber(delta=1.0).each(np.array([[0.0], [3.0]]), np.array([[1.0], [1.0]])).round(3)
array([0.5, 1.5])
""",
    "Quantile": """
>>> hm.Quantile(level=0.9).each(np.array([[0.0], [3.0]]), np.array([[1.0], [1.0]])).round(3)
array([0.9, 0.2])
""",
    "Poisson": """
>>> hm.Poisson.each(np.array([[0.0], [3.0]]), np.array([[1.0], [1.0]])).round(3)
array([ 1.   , 17.086])
""",
    "Logistic": """
>>> hm.Logistic().each(np.array([[0.0], [3.0]]), np.array([[1.0], [1.0]])).round(3)
array([0.693, 0.049])
""",
    "PointwiseLoss": """
>>> quartic = hm.PointwiseLoss("quartic", lambda s, y: (s - y) ** 4)
>>> print(quartic.slope)
4 * (s - y) ** 3
>>> quartic.each(np.array([[2.0]]), np.array([[1.0]]))
array([1.])
""",
    "Loss": """
>>> isinstance(hm.Huber, hm.Loss)
True
>>> hm.SquaredError.gradient(np.array([[2.0]]), np.array([[1.0]]))
array([[2.]])
""",
    "Dense": """
>>> dense = hm.Dense(1)
>>> p = {"W": np.array([[1.0], [2.0]]), "b": np.array([0.5])}
>>> x = np.array([[1.0, 1.0], [2.0, 0.0]])
>>> y = dense.forward(p, x, hm.Pass())
>>> y
array([[3.5],
       [2.5]])
>>> dx, gradients = dense.backward(p, x, y, np.ones((2, 1)), hm.Pass())
>>> gradients["W"]
array([[3.],
       [1.]])
""",
    "Layer": """
>>> class Double(hm.Layer):
...     def forward(self, p, x, pass_):
...         return 2 * x
...     def backward(self, p, x, y, dy, pass_):
...         return 2 * dy, {}
...
>>> print(hm.check_gradients(hm.Network([hm.Dense(1), Double()]).init(n_inputs=2), X, y).ok)
True
""",
    "Param": """
>>> hm.Dense(3).parameters(n_in=2)["W"].shape
(2, 3)
""",
    "Pass": """
>>> x = np.ones((1, 4))
>>> hm.Dropout(0.5).forward({}, x, hm.Pass(training=True, seed=3))
array([[0., 2., 0., 0.]])
>>> hm.Dropout(0.5).forward({}, x, hm.Pass(training=False))
array([[1., 1., 1., 1.]])
""",
    "Model": """
>>> model = hm.Network([hm.Dense(1)], loss=hm.Logistic()).init(n_inputs=2, seed=0)
>>> model.params["0.W"].shape, model.predict_proba(X[:3]).shape
((2, 1), (3, 2))
>>> loss, gradients = model.gradients(X, y)
>>> gradients["0.b"].shape
(1,)
""",
    "Optimizer": """
>>> sorted(hm.OPTIMIZERS)
['adagrad', 'adam', 'adamw', 'lbfgs', 'lion', 'momentum', 'rmsprop', 'sgd']
>>> isinstance(hm.Adam(0.01), hm.Optimizer)
True
""",
    "SGD": """
>>> trainer = hm.Trainer(model, hm.SGD(0.1))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.596, 0.584]
""",
    "Momentum": """
>>> trainer = hm.Trainer(model, hm.Momentum(0.1, momentum=0.9))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.596, 0.573]
""",
    "Adagrad": """
>>> trainer = hm.Trainer(model, hm.Adagrad(0.1))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.486, 0.442]
""",
    "RMSprop": """
>>> trainer = hm.Trainer(model, hm.RMSprop(0.01))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.486, 0.442]
""",
    "Adam": """
>>> trainer = hm.Trainer(model, hm.Adam(0.01))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.592, 0.577]
""",
    "AdamW": """
>>> trainer = hm.Trainer(model, hm.AdamW(0.01, weight_decay=0.1))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.593, 0.577]
""",
    "Lion": """
>>> trainer = hm.Trainer(model, hm.Lion(0.01))
>>> [round(trainer.step(X, y), 3) for _ in range(3)]
[0.609, 0.592, 0.577]
""",
    "OPTIMIZERS": """
>>> hm.OPTIMIZERS["adam"](rate=0.01).rate
0.01
""",
    "vocabulary": """
>>> from halfmoon import vocabulary as v
>>> softplus = hm.Activation("my softplus", lambda z: v.log1p(v.exp(z)))
>>> softplus.value(np.zeros(1)).round(3)
array([0.693])
""",
    "INITIALIZERS": """
>>> hm.INITIALIZERS["zeros"]
Zeros()
""",
    "LOSSES": """
>>> sorted(hm.LOSSES)
['absolute_error', 'huber', 'logistic', 'poisson', 'quantile', 'softmax_cross_entropy', 'squared_error']
""",
    "METRICS": """
>>> sorted(hm.METRICS)
['accuracy', 'mean_absolute_error', 'r2']
""",
    "SCHEDULES": """
>>> sorted(hm.SCHEDULES)
['cosine', 'cosine_log', 'exponential', 'fixed', 'flat_cosine', 'inverse_scaling', 'one_cycle', 'plateau', 'step', 'warm_up']
""",
}
"""By the name in ``halfmoon``."""


def add_examples(names: dict[str, Any]) -> None:
    """Put each example at the end of the docstring of what has its name."""
    for name, example in EXAMPLES.items():
        thing = names[name]
        if thing.__doc__:  # python -OO has none
            text = f"{cleandoc(thing.__doc__)}\n\nExamples\n--------\n{example.strip()}\n"
            frozen = is_dataclass(thing) and not isinstance(thing, type)
            (object.__setattr__ if frozen else setattr)(thing, "__doc__", text)

"""
A search with Optuna
====================

``hm.search`` has Optuna propose settings, trains each with several seeds, and keeps a study that can be gone on with.
Each dot is a setting: the later ones (darker) crowd where earlier ones did well. What comes of it is a comparison
like any other, with the same tables, the same test of what is better beyond the seeds' noise, and the same report.
"""

import matplotlib.pyplot as plt
import optuna
from sklearn.datasets import load_digits

import halfmoon as hm

X, y = load_digits(return_X_y=True)
space = {
    "hidden_layer_sizes": [(8,), (32,), (16, 16)],
    "learning_rate_init": optuna.distributions.FloatDistribution(1e-4, 0.3, log=True),
    "dropout": optuna.distributions.FloatDistribution(0, 0.6),
}
optuna.logging.set_verbosity(optuna.logging.WARNING)
sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=10)
search = hm.search(space, X[:600] / 16, y[:600], trials=36, seeds=2, epochs=12, sampler=sampler, at_once=1)
print("best:", search.study.best_params, f"with a mean score of {search.study.best_value:.4f}")

trials = search.study.trials
figure, ax = plt.subplots(figsize=(8, 5), layout="constrained")
dots = ax.scatter(
    [trial.params["learning_rate_init"] for trial in trials],
    [trial.value for trial in trials],
    c=[trial.number for trial in trials], cmap="viridis_r", s=60,
)  # fmt: skip
figure.colorbar(dots, label="trial")
ax.set(xscale="log", xlabel="learning rate", ylabel="mean score on rows held out", title="Thirty-six settings, as Optuna proposed them")
plt.show()

"""
Against overfitting: early stopping, dropout, a penalty
=======================================================

A network with far more weights than it needs, and few and noisy rows. Without a remedy its training loss goes to zero
while the loss on rows that it does not see rises. Early stopping keeps the weights of the best epoch (the dot),
dropout makes units work without each other, and decay of the weights keeps them small. Solid lines are losses on the
validation rows, dashed ones on the training rows.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_moons

import halfmoon as hm

X, y = make_moons(n_samples=120, noise=0.35, random_state=0)
validation = make_moons(n_samples=1000, noise=0.35, random_state=1)


def hidden(dropout):
    """Return two hidden layers, each with dropout after it."""
    return [layer for _ in range(2) for layer in (hm.Dense(100), hm.ReLU(), hm.Dropout(dropout))]


remedies = {
    "none": (0.0, hm.Adam(0.005), None),
    "early stopping": (0.0, hm.Adam(0.005), hm.EarlyStopping("loss", patience=30)),
    "dropout 0.5": (0.5, hm.Adam(0.005), None),
    "weight decay 1": (0.0, hm.AdamW(0.005, weight_decay=1), None),
}
figure, ax = plt.subplots(figsize=(9, 5), layout="constrained")
for colour, (name, (dropout, optimizer, stopping)) in enumerate(remedies.items()):
    model = hm.Network([*hidden(dropout), hm.Dense(1)], loss=hm.Logistic()).init(n_inputs=2, seed=0)
    history = hm.train(model, X, y, optimizer=optimizer, epochs=300, batch_size=30, validation=validation, stopping=stopping)
    label = f"{name}: {model.loss(*validation):.3f} in the end"
    ax.plot(history["val_loss"], color=f"C{colour}", label=label)
    ax.plot(history["loss"], "--", color=f"C{colour}", alpha=0.4)
    if stopping:
        ax.plot(history.best_epoch - 1, history["val_loss"].min(), "o", color=f"C{colour}", markersize=9)
    print(name, hm.health(model, X, y, history=history) or "all is well")
ax.set(xlabel="epoch", ylabel="loss", title="Solid: rows that it does not see; dashed: rows that it learns from", ylim=(0, 0.75))
ax.legend(title="loss on the validation rows", loc="upper left", ncols=2)
plt.show()

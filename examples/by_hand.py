"""The course exercise by hand, in plain NumPy: python by_hand.py trains it, and draws its loss and its boundary in by_hand.png."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons


class Layer:  # x (n, in) goes forward, y (n, out) comes out; dy, the slope of the loss by y, goes backward, dx comes out
    def update(self):  # most layers have nothing to learn
        pass


class Dense(Layer):
    def __init__(self, n_in, n_out, learning_rate, random):
        self.W, self.b, self.learning_rate = random.randn(n_in, n_out), np.zeros(n_out), learning_rate

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dy):
        self.dW, self.db = self.x.T @ dy, dy.sum(axis=0)
        return dy @ self.W.T

    def update(self):
        self.W -= self.learning_rate * self.dW
        self.b -= self.learning_rate * self.db


class ReLU(Layer):
    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, dy):
        return dy * (self.y > 0)


class Sigmoid(Layer):
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dy):
        return dy * self.y * (1 - self.y)


class MLPClassifier:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def predict_proba(self, x):
        p = self.forward(x)
        return np.hstack([1 - p, p])

    def predict(self, x):
        return (self.forward(x)[:, 0] > 0.5).astype(int)

    def train(self, x, y):  # one update; returns the loss before it
        error = self.forward(x) - y[:, None]
        dy = 2 * error / len(x)
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        for layer in self.layers:
            layer.update()
        return np.mean(error**2)


def network(seed, rate):
    random = np.random.RandomState(seed)
    shapes = [(2, 64, ReLU), (64, 32, Sigmoid), (32, 16, Sigmoid), (16, 1, Sigmoid)]
    return MLPClassifier([layer for n_in, n_out, activation in shapes for layer in (Dense(n_in, n_out, rate, random), activation())])


if __name__ == "__main__":
    X, y = make_moons(n_samples=1000, noise=0.2, random_state=666)
    model = network(seed=0, rate=0.8)
    losses = [model.train(X, y) for update in range(3000)]
    print("loss", losses[0], "->", losses[-1], "training accuracy", np.mean(model.predict(X) == y))
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 5))
    left.plot(losses)
    x1, x2 = np.mgrid[-2:3:200j, -1.5:2:200j]
    right.contourf(x1, x2, model.forward(np.column_stack([x1.ravel(), x2.ravel()])).reshape(200, 200), levels=[0, 0.5, 1])
    right.scatter(*X.T, c=y, s=5, cmap="gray")
    plt.savefig("by_hand.png")

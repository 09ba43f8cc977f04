"""
An activation of your own, from definition to C
===============================================

An activation is one line. Its derivative is worked out and shown, it trains at full speed, and it is saved with the
model as data; exported to C it is one more line of a file that needs ``math.h`` alone. Where there is a C compiler,
the file is compiled here and asked: the dots are C's answers.
"""

import ctypes
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

import halfmoon as hm

bump = hm.Activation("bump", lambda z: np.exp(-z * z) * np.sin(3 * z))
print(bump)

X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
y = np.sin(6 * X[:, 0]) * X[:, 0]
model = hm.Network([hm.Dense(24), bump, hm.Dense(1)], loss=hm.SquaredError()).init(n_inputs=1, seed=0)
print(hm.check_gradients(model, X, y))
hm.train(model, X, y, optimizer=hm.Adam(0.02), epochs=1000, batch_size=50)

with TemporaryDirectory() as folder:
    source, library = Path(folder) / "model.c", Path(folder) / "model.so"
    hm.export(model, source)
    print(*(line for line in source.read_text().splitlines() if "sinf" in line), sep="\n")
    answers = None
    if compiler := shutil.which("cc"):
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", source, "-o", library, "-lm"], check=True)
        predict = ctypes.CDLL(str(library)).model_predict
        predict.restype = ctypes.c_float
        answers = [predict(row.ctypes.data_as(ctypes.c_void_p)) for row in X[::8]]

z = np.linspace(-3, 3, 300)
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
left.plot(z, bump.value(z), label="value")
left.plot(z, bump.slope(z, bump.value(z)), "--", label="slope, worked out")
left.set(xlabel="z", title="exp(-z²) sin(3z)")
right.plot(X, y, color="lightgrey", linewidth=5, label="target")
right.plot(X, model.predict(X), label="model")
if answers:
    right.plot(X[::8], answers, "o", color="black", markersize=4, label="model.c")
right.set(xlabel="x", title="What a network of 24 of them learns")
left.legend()
right.legend()
plt.show()

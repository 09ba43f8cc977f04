"""
A table as people write it
==========================

Dates, units, a currency, categories, gaps: the table is read as it is, what is guessed or left out is said, and what
turns it into numbers is fitted on the training rows alone and saved with the model, so ``predict`` takes a raw table
again. The picture has the rows that were held out. Below, the beginning of the model's card, which is made from its
file.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

import halfmoon as hm
from halfmoon.data import read_table
from halfmoon.tabular import Recipe, fit, prepare, score

random = np.random.RandomState(0)
lines = ["day,weather,temperature,price,cones sold"]
for day in np.arange("2022-01-01", "2024-01-01", dtype="datetime64[D]"):
    turn = 2 * np.pi * (day - np.datetime64("2022-01-01")).astype(int) / 365.25
    weather, price = random.choice(["sun", "cloud", "rain"]), random.uniform(1, 3)
    degrees = 12 - 10 * np.cos(turn) + random.normal(0, 4)
    weekend = (day.astype(int) + 3) % 7 >= 5
    sold = {"sun": 60, "cloud": 30, "rain": 10}[weather] + 6 * max(degrees, 0) * (1 + weekend) - 15 * price + random.normal(0, 8)
    temperature = "n/a" if random.uniform() < 0.1 else f"{degrees:.1f} °C"
    lines.append(f"{day},{weather},{temperature},{price:.2f} €,{max(sold, 0):.0f}")

with TemporaryDirectory() as folder:
    path = Path(folder) / "cones.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    table = prepare(read_table(path).frame, "cones sold", Recipe().changed({"max_iter": 60}))
    print(*table.notes, sep="\n")
    model = fit(table)
    hm.save(path.with_suffix(".safetensors"), model)
    print(score(model, table.test).text, hm.describe(path.with_suffix(".safetensors")).markdown().split("## Scores")[0], sep="\n\n")

predicted = model.predict(table.test)["cones sold"]
figure, ax = plt.subplots(figsize=(10, 4.2), layout="constrained")
ax.plot(table.test["day"], table.test["cones sold"], "o", color="tab:grey", label="sold")
ax.plot(table.test["day"], predicted, "x", color="tab:orange", label="predicted")
ax.vlines(table.test["day"], table.test["cones sold"], predicted, color="tab:orange", linewidth=0.8)
ax.set(ylabel="cones", title="Days that were held out")
ax.legend()
plt.show()

"""The page of ``benchmarks.tabular``: each figure by table and contender, and geometric means beside one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.tabular_data import Table

Result = dict[str, float]
Results = dict[tuple[str, str, int], Result]

BESIDE = 0.005
"""Added to errors before they are compared: where nobody errs, one row more is not endlessly worse."""

FIGURES = {
    "error": "Share of wrong classes; of a quantity the root mean squared error in deviations of the training targets.",
    "log_loss": "Mean of minus the logarithm of the probability of the true class.",
    "seconds": "Of a fit, on both cores.",
}

PAGE = """# How good the ensembles for tables are

[`TabularClassifier` and `TabularRegressor`](tabular.md) of each effort beside others as they come, on the same rows: means over {splits}
splits of each table. scikit-learn's MLP has standardised and one-hot columns; RealMLP-TD is that of
[pytabkit](https://github.com/dholzmueller/pytabkit). Four tables are scikit-learn's; eight are made, each with one difficulty. {machine}

{tables}

A geometric mean is over the tables, of each contender's figure by that of the one that is named; with it stands how far it may be off,
one standard error over tables. {beside:g} is added to errors first.

```
make bench-tables
```

repeats it.
"""


def page(results: Results, names: Sequence[str], tables: Sequence[Table], splits: int, beside: Sequence[str], machine: str) -> str:
    """Return the page as Markdown; ``beside`` are the contenders that the others are compared with."""
    parts = [_figure(figure, results, names, tables, splits, beside) for figure in FIGURES]
    return PAGE.format(splits=splits, machine=machine, tables="\n\n".join(parts), beside=BESIDE)


def means(figure: str, results: Results, names: Sequence[str], tables: Sequence[Table], splits: int) -> dict[str, list[float]]:
    """Return the mean of a figure over splits for each table that has it of all contenders."""
    found = {}
    for table in tables:
        cells = [[results.get((name, table.name, seed), {}).get(figure) for seed in range(splits)] for name in names]
        if all(cell is not None for each in cells for cell in each):
            found[table.name] = [float(np.mean([cell for cell in each if cell is not None])) for each in cells]
    return found


def _figure(figure: str, results: Results, names: Sequence[str], tables: Sequence[Table], splits: int, beside: Sequence[str]) -> str:
    rows = means(figure, results, names, tables, splits)
    lines = [
        f"## {figure.replace('_', '-').capitalize()}",
        "",
        FIGURES[figure],
        "",
        _row(["table", *names]),
        _row(["---"] * (len(names) + 1)),
    ]
    lines += [_row([name, *(f"{value:.4g}" for value in row)]) for name, row in rows.items()]
    if rows:
        logs = np.log(np.array(list(rows.values())) + (BESIDE if figure == "error" else 0))
        lines += [
            _row([f"geometric mean by {other}", *_ratios(logs - logs[:, [names.index(other)]])]) for other in beside if other in names
        ]
    return "\n".join(lines)


def _ratios(logs: np.ndarray) -> list[str]:
    deviations = logs.std(axis=0, ddof=1) / np.sqrt(len(logs)) if len(logs) > 1 else np.zeros(logs.shape[1])
    ratios = np.exp(logs.mean(axis=0))
    return [
        f"{ratio:.3f} ± {ratio * deviation:.3f}" if deviation else f"{ratio:.3f}"
        for ratio, deviation in zip(ratios, deviations, strict=True)
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"

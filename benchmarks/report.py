"""The pages: one for people, a table and a picture that fit a screen, and one of all measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.contenders import NOTHING, OURS
from benchmarks.jobs import FLOOR, FRONT, LIMIT, PEERS, Job, Kind
from benchmarks.measure import Result, Samples
from benchmarks.verdict import Verdict, best, ratio, unequal, verdicts

FRONT_PAGE = """# How fast it is

The same jobs on Halfmoon, scikit-learn, PyTorch and JAX, and on the bare matrix products, in one run. {machine}

{summary}

Times are medians of {repeats} runs. A peer's column says how many times as long it takes: above 1, Halfmoon is faster. The last column is
Halfmoon's time by that of the bare matrix products of forward and backward at the same shapes: 1 would be perfect. ≈ marks the nearest
job that scikit-learn has. Equal work is checked: updates, rows seen, dtype and the last loss.

![Each peer's time by Halfmoon's](images/benchmarks.png)

```
make bench-engine
```

repeats all of it; [all measurements](benchmarks-all.md) has every job and contender, the spread, the goals, and how it is measured.
"""

FULL_PAGE = """# All measurements

What [How fast it is](benchmarks.md) sums up. {machine} {engine}

## Every job, and its goals

A peer's ratio is its median by Halfmoon's, of {repeats} runs each: above 1, Halfmoon is faster. The floor's is Halfmoon's
median by that of the bare matrix products of forward and backward at the same shapes, half the batch on each of two threads:
1 would be perfect.

{summary}

## How it is measured

- Each contender has a process of its own that sleeps until its turn, and {rest:g} s longer, for threads of others that still spin.
  After one run to warm up they run in turn, A B C A B C,
  each time from the same first weights. Compiling, reading data and building networks are off the clock.
- Equal work is checked: updates, rows seen, dtype, and a last epoch's mean loss within {tolerance:.0%} of Halfmoon's. All see the
  same rows in the same batches. What differs is marked UNEQUAL WORK, and the command fails.
- PyTorch counts with the fastest of eager and `torch.compile`, on one and on two threads, with its fused optimisers. JAX runs
  a whole epoch (a whole training where the batch is full) in one compiled scan. Many networks: scikit-learn in two processes
  of joblib with one BLAS thread each, PyTorch and JAX stacked under `vmap`.
- The estimators' rows are the whole of ``fit`` and ``predict_proba``, scikit-learn's validation of the input included; updates and the
  last loss must be scikit-learn's.
- scikit-learn knows neither the exercise's layers nor its squared error, and gives two classes one column of scores instead
  of two. There it runs the nearest job of the same shape (for the exercise: sigmoids everywhere, cross-entropy), marked ≈,
  and its loss is not compared.
- The two cores of a virtual machine are for seconds at a time two halves of one: then whatever uses both takes up to twice as
  long, the bare products too, and what uses one does not. Least and greatest tell how often that was so.
- Fresh processes are new for every run, with Halfmoon as its wheel installs it, and an empty kernel cache where it says so. What a
  process holds is its resident memory in MB. Training's memory is the peak above what a process holds that has the data and
  has trained on 512 rows, in sizes of the data.

## Every measurement

{details}

## To repeat it

```
make bench-engine                                           # all of it, some {minutes} minutes on this machine
.venv/bin/python -m benchmarks --only exercise --repeats 5  # one job, shown and not written
.venv/bin/python -m benchmarks --quick                      # whether it runs at all
```
"""


MEMORY_UNITS = {"memory": "sizes", "resident": "MB"}
"""Of the jobs that measure no time."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def number(value: float, job: Job) -> str:
    """Return seconds in a fitting unit, or an amount of memory."""
    if job.kind in MEMORY_UNITS:
        return f"{value:.3g} {MEMORY_UNITS[job.kind]}"
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} µs"


def spread(samples: Samples, job: Job) -> str:
    """Return the median with the least and the greatest value."""
    return f"{number(samples.median, job)} ({number(min(samples.values), job)} to {number(max(samples.values), job)})"


def verdict(each: Verdict, kind: Kind) -> str:
    """Return a goal in words, and whether it is reached."""
    goal = each.goal
    unit = f" {MEMORY_UNITS.get(kind, 's')}"
    wanted = {FLOOR: f"{goal.bound:g}x the floor", LIMIT: f"at most {goal.bound:g}{unit}"}.get(
        goal.against, f"{goal.bound:g}x {goal.against}"
    )
    if each.ratio is None:
        return f"{wanted}: not measured"
    return f"{wanted}: {'reached' if each.reached else f'**missed** ({each.ratio:.3g})'}"


def cell(result: Result, against: str) -> str:
    """Return the ratio against a peer or the floor, or why there is none."""
    found, value = best(result, against), ratio(result, against)
    if found is None or value is None:
        return "n/a"
    name, samples = found
    near = "≈ " if against in PEERS and samples.outcome and samples.outcome.loss is None else ""
    return f"{near}{value:.3g}{' UNEQUAL WORK' if name in unequal(result) else ''}"


def front(results: Iterable[Result]) -> str:
    """Return the table of the page for people: the jobs of FRONT, one number a cell."""
    rows = []
    for result in results:
        if result.job.key in FRONT:
            ours = number(result.ours.median, result.job) if result.ours else "n/a"
            rows.append([result.job.title, ours, *(cell(result, against) for against in (*PEERS, FLOOR))])
    return table(["job", OURS, *PEERS, "by the products"], rows)


def summary(results: Iterable[Result]) -> str:
    """Return the table of ratios and goals, of every job."""
    rows = []
    for result in results:
        ours = spread(result.ours, result.job) if result.ours else "n/a"
        judged = "; ".join(verdict(each, result.job.kind) for each in verdicts(result))
        rows.append([result.job.title, ours, *(cell(result, against) for against in (*PEERS, FLOOR)), judged])
    return table(["job", OURS, *(f"{peer} / {OURS}" for peer in PEERS), f"{OURS} / floor", "goals"], rows)


def details(results: Iterable[Result]) -> str:
    """Return the table of all contenders: median and spread, last loss, and what differs or is missing."""
    rows = []
    for result in results:
        differs = {name: f"UNEQUAL WORK: {what}" for name, what in unequal(result).items()}
        for name, samples in result.samples.items():
            loss = samples.outcome.loss if samples.outcome else None
            rows.append([result.job.key, name, spread(samples, result.job), "" if loss is None else f"{loss:.4g}", differs.get(name, "")])
        reasons = {name: why.rpartition("NotPossibleError: ")[2] for name, why in result.missing.items()}
        rows += [[result.job.key, name, "n/a", "", why[:100]] for name, why in reasons.items() if not why.endswith(NOTHING)]
    return table(["job", "contender", "median (least to greatest)", "last loss", "note"], rows)

"""From samples to ratios: was the work equal, who is the fastest of each peer, are the goals reached."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.contenders import OURS, find
from benchmarks.jobs import LIMIT, PEERS, Goal
from benchmarks.measure import Result, Samples

TOLERANCE = 0.02  # between two losses


def unequal(result: Result) -> dict[str, str]:
    """Return, for each contender whose work is not Halfmoon's, what differs."""
    ours, found = result.ours, {}
    if ours is None or ours.outcome is None:
        return found
    for name, samples in result.samples.items():
        for what in ("updates", "rows", "dtype"):
            expected, got = getattr(ours.outcome, what), getattr(samples.outcome, what)
            if got != expected:
                found[name] = f"{what} {got}, not {expected}"
        expected, got = ours.outcome.loss, samples.outcome.loss
        if got is not None and not abs(got - expected) <= TOLERANCE * abs(expected):
            found[name] = f"loss {got:.4g}, not {expected:.4g}"
    return found


def best(result: Result, peer: str) -> tuple[str, Samples] | None:
    """Return the fastest contender of a peer, or None."""
    entries = [(samples.median, name) for name, samples in result.samples.items() if find(name).peer == peer]
    return (min(entries)[1], result.samples[min(entries)[1]]) if entries else None


def ratio(result: Result, against: str) -> float | None:
    """Return the peer's median by ours, ours by the floor's, or ours itself against a limit; None where either is missing."""
    if result.ours is None:
        return None
    if against == LIMIT:
        return result.ours.median
    other = best(result, against)
    if other is None:
        return None
    return other[1].median / result.ours.median if against in PEERS else result.ours.median / other[1].median


@dataclass(frozen=True)
class Verdict:
    """A goal, and what came of it.

    Attributes
    ----------
    goal : Goal
    ratio : float or None
        None where it could not be measured.
    """

    goal: Goal
    ratio: float | None

    @property
    def reached(self) -> bool:
        """Whether the goal is measured and met."""
        return self.ratio is not None and self.goal.reached(self.ratio)


def verdicts(result: Result) -> list[Verdict]:
    """Return each goal of a job with its ratio."""
    return [Verdict(goal, ratio(result, goal.against)) for goal in result.job.goals]


def failures(result: Result) -> list[str]:
    """Return what makes the whole comparison fail: unequal work, or no number of our own."""
    title = result.job.title
    found = [f"{title}: UNEQUAL WORK: {name}: {what}" for name, what in unequal(result).items()]
    if OURS in result.missing:
        found.append(f"{title}: {OURS}: {result.missing[OURS]}")
    return found

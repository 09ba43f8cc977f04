"""How much a session may ask for."""

from __future__ import annotations

from halfmoon.base import checks
from halfmoon.base.record import Record, checked, record


@record
class Limits(Record):
    """What a session may have at most, whatever its messages say.

    Parameters
    ----------
    layers, units : int
        Hidden layers, and units of one.
    rows : int
        To train and to test on.
    classes, columns : int
        Classes of the data, and columns of a table to learn from.
    lanes : int
        Networks side by side.
    parameters : int
        Weights and biases of all networks together.
    grid : int
        Places along one side of the boundary's map.
    unit_grid : int
        Places along one side of a unit's map.
    health_seconds : float
        Between two looks at the health of a network that trains.
    shown_points : int
        Points that the state carries.
    message_bytes, upload_bytes : int
        Of a message's texts and documents, and of an uploaded file.
    upload_rows, upload_columns : int
        Of a table in an uploaded file.
    checkpoints, checkpoint_bytes : int
        Of the timeline of one session.
    step_epochs : int
        That one message may ask for.
    threads : int
        That a training runs on; the bits do not depend on it.
    """

    layers: int = checked(checks.whole, default=8, kw_only=True)
    units: int = checked(checks.whole, default=64, kw_only=True)
    rows: int = checked(checks.whole, default=5_000, kw_only=True)
    classes: int = checked(checks.from_to(2, 255), default=6, kw_only=True)
    columns: int = checked(checks.whole, default=20, kw_only=True)
    lanes: int = checked(checks.whole, default=4, kw_only=True)
    parameters: int = checked(checks.whole, default=200_000, kw_only=True)
    grid: int = checked(checks.whole, default=200, kw_only=True)
    unit_grid: int = checked(checks.whole, default=28, kw_only=True)
    health_seconds: float = checked(checks.positive, default=2.0, kw_only=True)
    shown_points: int = checked(checks.whole, default=5_000, kw_only=True)
    message_bytes: int = checked(checks.whole, default=4 << 20, kw_only=True)
    upload_bytes: int = checked(checks.whole, default=20_000_000, kw_only=True)
    upload_rows: int = checked(checks.whole, default=100_000, kw_only=True)
    upload_columns: int = checked(checks.whole, default=100, kw_only=True)
    checkpoints: int = checked(checks.from_to(2, 1000), default=100, kw_only=True)
    checkpoint_bytes: int = checked(checks.whole, default=8 << 20, kw_only=True)
    step_epochs: int = checked(checks.whole, default=100_000, kw_only=True)
    threads: int = checked(checks.whole, default=1, kw_only=True)


LOCAL = Limits()
"""Of a person on the own machine."""

CLASSROOM = Limits(
    rows=2_000, parameters=40_000, grid=100, unit_grid=16, health_seconds=8.0, shown_points=2_000, checkpoints=40,
    checkpoint_bytes=2 << 20, upload_rows=20_000,
)  # fmt: skip
"""Of one of many people on one machine."""

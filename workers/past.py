"""Read verbs that answer as of a day that has passed (R104), on a connection that may read the log."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, date, datetime, time
from typing import TypeVar

from events import database, registry
from events.reader import LogReader
from projections.past import past
from turnabout.errors import InvalidInput
from turnabout.reads import Reads
from workers.settings import EngineSettings

T = TypeVar("T")


def moment(text: str) -> datetime:
    """The moment that a text names; a day stands for its last one in UTC. Raises InvalidInput for anything
    else, and for what is still to come."""
    at: datetime | None = None
    with contextlib.suppress(ValueError):
        if "T" in text:
            at = datetime.fromisoformat(text)
        else:
            at = datetime.combine(date.fromisoformat(text), time.max, UTC)
    if at is None or at.tzinfo is None:
        raise InvalidInput(
            f"{text!r} is no day and no moment with a zone (R104).",
            hint="Write --as-of 2026-05-01, or 2026-05-01T12:00:00+02:00.",
        )
    if at.date() > datetime.now(UTC).date():
        raise InvalidInput(f"{text} is still to come.", hint="Leave --as-of out for what holds now.")
    return at


async def reading(
    work: Callable[[Reads], Awaitable[T]], text: str, names: Collection[str], cohort: str | None
) -> tuple[T, datetime, int]:
    """What a piece of work makes of the read models of these names as of then; with the moment, and the last
    log position that was recorded by it."""
    at = moment(text)
    async with (
        database.pool(EngineSettings().dsn(), name="past", role=database.PROJECTOR, size=2) as pool,
        past(pool, LogReader(pool, registry.standard()), at, names, cohort) as found,
    ):
        return await work(found.reads), at, found.position

"""Reads of the versioned views in the schema `read`: plain SELECTs, so the client alone can read.

What a command has changed shows when the projector has come so far: `wait_for(receipt.position)`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from turnabout import sql
from turnabout.errors import ProjectionStopped, ReadsLagging, Rejected, Unreachable
from turnabout.messages import Receipt
from turnabout.outages import DOWN
from turnabout.results import (
    PROJECTIONS,
    Adherence,
    ChecklistItem,
    CohortBoard,
    EmploymentLine,
    KpiReport,
    LoggedEvent,
    MatchingReport,
    MessageLine,
    NotificationLine,
    NotificationState,
    OpenAnswer,
    PairCard,
    PairWork,
    ProjectionName,
    ProjectionStatus,
    ReminderLine,
    Result,
    StreamStatus,
    SurveyLine,
    TimelineLine,
)

__all__ = [
    "PROJECTIONS",
    "Adherence",
    "ChecklistItem",
    "CohortBoard",
    "EmploymentLine",
    "KpiReport",
    "LoggedEvent",
    "MatchingReport",
    "MessageLine",
    "NotificationLine",
    "OpenAnswer",
    "PairCard",
    "PairWork",
    "ProjectionName",
    "ProjectionStatus",
    "Reads",
    "ReminderLine",
    "StreamStatus",
    "SurveyLine",
    "TimelineLine",
]

R = TypeVar("R", bound=Result)

STATEMENTS: Mapping[str, str] = sql.load(__file__, "reads.sql")
"""The statements by name; of views in the schema `read` alone."""
_FIRST_LOOK, _LAST_LOOK = 0.005, 0.05
"""Seconds between two looks at the checkpoints: short at first, for most waits are short."""


class Reads:
    """The read models. Needs SELECT on the schema `read` and nothing more.

    Every method raises Unreachable when PostgreSQL does not answer, or when no projector has been there yet.
    """

    def __init__(
        self,
        pool: asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy,
        statements: Mapping[str, str] = STATEMENTS,
    ) -> None:
        self._pool = pool
        self._sql = statements

    def now(self) -> datetime:
        """The moment that answers hold for."""
        return datetime.now(UTC)

    async def board(self, cohort: str) -> CohortBoard | None:
        """One cohort's board, by its id; None when no such cohort is known."""
        return await self._one(CohortBoard, "board", cohort)

    async def boards(self) -> tuple[CohortBoard, ...]:
        """All cohorts, by their start."""
        return await self._many(CohortBoard, "boards")

    async def pair(self, pair: str, now: datetime | None = None) -> PairCard | None:
        """One pair's card, by its id such as `q3-07`; None when no such pair is known. `next_session` is the
        first planned one after `now` (default: the clock)."""
        card = await self._one(PairCard, "pair", pair)
        return None if card is None else _with_next(card, now or self.now())

    async def pairs(self, cohort: str, now: datetime | None = None) -> tuple[PairCard, ...]:
        """The cards of a cohort's pairs, by number."""
        return tuple(
            _with_next(card, now or self.now()) for card in await self._many(PairCard, "pairs", cohort)
        )

    async def work(self, pair: str) -> PairWork | None:
        """What one pair did, by its id such as `q3-07`; None when no such pair is known."""
        return await self._one(PairWork, "work", pair)

    async def works(self, cohort: str) -> tuple[PairWork, ...]:
        """What the pairs of a cohort did, by number."""
        return await self._many(PairWork, "works", cohort)

    async def checklist(self, cohort: str) -> tuple[ChecklistItem, ...]:
        """A cohort's launch checklist, in its order."""
        return await self._many(ChecklistItem, "checklist", cohort)

    async def matching(self, cohort: str) -> MatchingReport | None:
        """How a cohort's matching went, and who waits; None when no such cohort is known. For the lead."""
        return await self._one(MatchingReport, "matching", cohort)

    async def open_answers(self, cohort: str) -> tuple[OpenAnswer, ...]:
        """Whose answer is open, by when it closes. For the lead."""
        return await self._many(OpenAnswer, "open_answers", cohort)

    async def reminders(self, cohort: str) -> tuple[ReminderLine, ...]:
        """Every nudge of a cohort and its pairs, oldest first."""
        return await self._many(ReminderLine, "reminders", cohort)

    async def surveys(self, cohort: str) -> tuple[SurveyLine, ...]:
        """Who was asked in each wave of a cohort, the silent first."""
        return await self._many(SurveyLine, "surveys", cohort)

    async def employment(self, cohort: str) -> tuple[EmploymentLine, ...]:
        """What HR told of the people of a cohort and holds, by person and day. For members of
        `turnabout_auditor`."""
        return await self._many(EmploymentLine, "employment", cohort)

    async def kpis(self, cohort: str) -> KpiReport | None:
        """The latest publication of a cohort's KPIs; None where there is none. For the lead and the
        analyst."""
        return await self._one(KpiReport, "kpis", cohort)

    async def publications(self, cohort: str) -> tuple[KpiReport, ...]:
        """All publications of a cohort's KPIs, the oldest first. For the lead and the analyst."""
        return await self._many(KpiReport, "publications", cohort)

    async def program_kpis(self, program: str) -> tuple[KpiReport, ...]:
        """The latest publication of each cohort of a program, by cohort."""
        return await self._many(KpiReport, "program_kpis", program)

    async def messages(self, cohort: str) -> tuple[MessageLine, ...]:
        """Every message of a cohort and its pairs with what became of it, oldest first; never its text, and
        none that only the steward may know of."""
        return await self._many(MessageLine, "messages", cohort)

    async def notifications(
        self, *, state: NotificationState | None = None, cohort: str | None = None, last: int = 100
    ) -> tuple[NotificationLine, ...]:
        """The last messages in a state, of a cohort, oldest first; never their text. One that only a steward
        may know of is among them where it did not arrive, without its pair."""
        return await self._many(NotificationLine, "notifications", state, cohort, last)

    async def adherence(self, cohort: str, now: datetime | None = None) -> Adherence | None:
        """How far a cohort's pairs keep their sessions, as of `now` (default: the clock)."""
        return await self._one(Adherence, "adherence", cohort, now or self.now())

    async def timeline(self, cohort: str, after: int = 0, limit: int = 10_000) -> tuple[TimelineLine, ...]:
        """What happened in a cohort, oldest first, from after a log position."""
        return await self._many(TimelineLine, "timeline", cohort, after, limit)

    async def projections(self) -> tuple[ProjectionStatus, ...]:
        """Every build of every read model, with its lag."""
        return await self._many(ProjectionStatus, "projections")

    async def events(
        self, stream: str | None = None, after: int = 0, limit: int = 100
    ) -> tuple[LoggedEvent, ...]:
        """The log, or one stream of it, from after a position; for members of `turnabout_auditor`.

        For looking at, not for keeping up with: an event of the whole log that commits late may appear before
        the last one seen."""
        if stream is None:
            return await self._many(LoggedEvent, "events", after, limit)
        return await self._many(LoggedEvent, "stream_events", stream, after, limit)

    async def latest_events(self, stream: str | None = None, limit: int = 20) -> tuple[LoggedEvent, ...]:
        """The newest events of the log or of one stream, oldest of them first."""
        if stream is None:
            newest = await self._many(LoggedEvent, "latest_events", limit)
        else:
            newest = await self._many(LoggedEvent, "latest_stream_events", stream, limit)
        return newest[::-1]

    async def stream(self, name: str) -> StreamStatus | None:
        """What the log knows of a stream; None when there is none of that name."""
        return await self._one(StreamStatus, "stream", name)

    async def receipt(self, stream: str, command_id: str) -> Receipt | None:
        """What a caller's command came to, without its digest, which readers do not see; None if the stream
        never took it."""
        async with _reachable():
            row = await self._pool.fetchval(self._sql["receipt"], stream, command_id)
        return None if row is None else Receipt.model_validate_json(row)

    async def unknown_people(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Those of these ids that the people directory lacks, so that nobody can write to them."""
        async with _reachable():
            rows = await self._pool.fetch(self._sql["unknown_people"], sorted(set(ids)))
        return tuple(row["id"] for row in rows)

    async def wait_for(
        self,
        position: int,
        projections: Collection[ProjectionName] | None = None,
        timeout: float = 10.0,
    ) -> None:
        """Return when these read models (all, where None) hold everything up to a log position.

        Raises ProjectionStopped at once when one of them stands still before it, ReadsLagging after `timeout`
        seconds; both name it.
        """
        wanted = tuple(PROJECTIONS if projections is None else projections)
        clock = asyncio.get_running_loop()
        deadline, look = clock.time() + timeout, _FIRST_LOOK
        while True:
            behind = await self._behind(position, wanted)
            if not behind:
                return
            if clock.time() >= deadline:
                names = ", ".join(f"{name} (at {reached})" for name, reached in behind.items())
                raise ReadsLagging(
                    f"Not yet at position {position} after {timeout:g} s: {names}.",
                    behind,
                    hint="Does a projector run? See `turnabout projection lag`.",
                )
            await asyncio.sleep(min(look, max(0.0, deadline - clock.time())))
            look = min(look * 2, _LAST_LOOK)

    async def _behind(self, position: int, wanted: Collection[str]) -> dict[str, int]:
        async with _reachable():
            rows = {row["projection"]: row for row in await self._pool.fetch(self._sql["positions"])}
        behind = {}
        for name in wanted:
            row = rows.get(name)
            if row is None:
                behind[name] = 0
            elif row["position"] < position:
                if row["error"] is not None:
                    raise ProjectionStopped(
                        f"{name} stands still at position {row['position']}: {row['error']}",
                        hint="Mend the cause, then rebuild it.",
                    )
                behind[name] = row["position"]
        return behind

    async def _one(self, result: type[R], block: str, *arguments: Any) -> R | None:
        found = await self._many(result, block, *arguments)
        return found[0] if found else None

    async def _many(self, result: type[R], block: str, *arguments: Any) -> tuple[R, ...]:
        async with _reachable():
            rows = await self._pool.fetch(self._sql[block], *arguments)
        return tuple(result.model_validate_json(row[0]) for row in rows)


def _with_next(card: PairCard, after: datetime) -> PairCard:
    ahead = [one for one in card.sessions if one.state == "planned" and one.starts_at > after]
    return card.model_copy(update={"next_session": min(ahead, key=lambda one: one.starts_at, default=None)})


@asynccontextmanager
async def _reachable() -> AsyncIterator[None]:
    try:
        yield
    except DOWN as error:
        raise Unreachable(
            f"PostgreSQL does not answer: {str(error) or type(error).__name__}.",
            hint="Check that it runs and that TURNABOUT_DATABASE_URL is right.",
        ) from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise Rejected(
            "G21",
            "this database login may not read that.",
            hint="The log and the outbox are for members of turnabout_auditor.",
        ) from error
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError) as error:
        raise Unreachable(
            "The read models are not there yet.",
            hint="Run `turnabout db migrate`, then start a projector: `turnabout projector`.",
        ) from error

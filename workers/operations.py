"""The operators' one-off jobs, each on connections of its own made by the settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from activities.documents.page import Document
from events import database, registry
from events import migrate as migrations
from events.contracts import Load
from events.people import People
from events.reader import LogReader
from events.sealing import Vault
from events.store import EventStore
from projections.rebuild import collect_seldom
from projections.rebuild import rebuild as rebuild_projection
from projections.rebuild_all import Rebuilt
from projections.rebuild_all import rebuild_all as rebuild_all_projections
from turnabout.cells import person_id
from turnabout.client import connect_temporal
from turnabout.contact import Contact
from turnabout.document import read_document
from turnabout.errors import InvalidInput, NotFound, Rejected
from turnabout.faults import count
from turnabout.model import Model, PersonId
from turnabout.roster import BadRow, read_roster
from workers import calendars, certificates, doctor, logs, retention, steward, streams
from workers.reconciler import Reconciler
from workers.settings import EngineSettings

T = TypeVar("T")


class MigrationLine(Model):
    """One migration; `applied_at` is None while it is pending."""

    number: int
    name: str
    applied_at: datetime | None


class Erasure(Model):
    """Somebody whose key is destroyed, and since when."""

    person: PersonId
    erased_at: datetime


_ERASURES = TypeAdapter(list[Erasure])


class StartedStream(Model):
    """A stream whose workflow was started again."""

    stream: str


class MadeId(Model):
    """The id that was made from the address in a row without one. The same address always gives the same."""

    row: int
    id: PersonId


class ImportReport(Model):
    """What an import of people did: counts, the ids that it made, and every row that was not loaded.
    `running` of the changed are in cohorts that are not over."""

    added: int
    changed: int
    running: int
    unchanged: int
    made_ids: tuple[MadeId, ...]
    rejected: tuple[BadRow, ...]
    notices: tuple[str, ...]


def run(job: Coroutine[Any, Any, T]) -> T:
    """What a job of this module returns. Its log lines go to stderr, from warnings on: stdout is for data."""
    logs.configure("auto", "warning")
    return asyncio.run(job)


async def examine() -> list[doctor.Check]:
    """Look at everything that the engine needs."""
    return await doctor.examine()


async def migrate() -> Sequence[MigrationLine]:
    """Bring the schema up to this release and return what was applied."""
    return _lines(await migrations.migrate(EngineSettings().dsn()))


async def migration_status() -> Sequence[MigrationLine]:
    """Every migration of this release and when it was applied."""
    return _lines(await migrations.status(EngineSettings().dsn()))


async def import_people(file: Path, mapping: Path | None) -> ImportReport:
    """Load the contacts of a roster into the directory; rows that cannot be read are reported, not loaded."""
    roster = read_roster(file, _mapping(mapping))
    async with _people() as people:
        done = await people.import_people(roster.contacts)
        running = await people.taking_part(done.changed) if done.changed else 0
    forgotten = len(done.erased)
    erased = (
        (f"{count(forgotten, 'person', 'people')} asked to be forgotten; left out.",) if forgotten else ()
    )
    return ImportReport(
        added=len(done.added),
        changed=len(done.changed),
        running=running,
        unchanged=len(done.unchanged),
        made_ids=tuple(
            MadeId(row=row, id=contact.id)
            for row, contact in zip(roster.contact_rows, roster.contacts, strict=True)
            if contact.email and contact.id == person_id(contact.email) and contact.id not in done.erased
        ),
        rejected=roster.rejected,
        notices=(*roster.notices, *erased),
    )


async def list_people() -> list[Contact]:
    """Everybody in the directory, by id; erased people are not there any more."""
    async with _people() as people:
        return await people.everybody()


async def change_person(
    person: str, name: str | None, email: str | None, timezone: str | None, language: str | None
) -> None:
    """Change what is given of one person's entry in the directory."""
    given = {"name": name, "email": email, "timezone": timezone, "language": language}
    changes = {field: value for field, value in given.items() if value is not None}
    if not changes:
        raise InvalidInput("Nothing to change.", hint="Give --name, --email, --timezone or --language.")
    async with _people() as people:
        await people.change(person, **changes)


async def erase_person(person: str) -> bool:
    """Destroy a person's key and forget their name; False if that was done before. Raises NotFound."""
    async with streams.opened() as (vault, _):
        return await vault.erase(person)


async def erasures() -> list[Erasure]:
    """Who is erased, and since when."""
    async with streams.opened() as (vault, _):
        return [Erasure(person=person, erased_at=at) for person, at in await vault.erasures()]


async def repeat_erasures(file: Path) -> list[str]:
    """Erase everybody of a list of `erasures`, as after a restore; the ids of those who were not erased here.
    Raises InvalidInput for a file that is no such list."""
    try:
        listed = _ERASURES.validate_json(await asyncio.to_thread(file.read_bytes))
    except (OSError, ValidationError) as error:
        raise InvalidInput(
            f"{file} is not a list of erasures.", hint="Make it with `turnabout people erasures -o json`."
        ) from error
    async with streams.opened() as (vault, _):
        return [one.person for one in listed if await vault.erase(one.person, unknown_too=True)]


async def due_for_erasure(on: date) -> list[retention.Retained]:
    """Whose retention period is over by that day and whose key is still there."""
    return await retention.due(on)


async def read_concerns(pair: str, actor: str | None) -> Sequence[steward.ConcernLine]:
    """What was said to the steward of a pair."""
    return await steward.concerns_of_pair(pair, actor or EngineSettings().actor)


async def read_cohort_concerns(cohort: str, actor: str | None) -> Sequence[steward.ConcernLine]:
    """What people of a cohort told its steward beside their pairs, or without one."""
    return await steward.concerns_of_cohort(cohort, actor or EngineSettings().actor)


async def read_queue(cohort: str, actor: str | None) -> Sequence[steward.WaitingLine]:
    """Who of a cohort waits for its safety steward."""
    return await steward.waiting(cohort, actor or EngineSettings().actor)


async def read_career_outcome(pair: str, actor: str | None) -> str:
    """What the junior of a pair hopes for. Raises NotFound for an unknown pair or where nothing is said,
    Rejected (G21) for anybody but the two partners."""
    events, reader = await streams.of_pair(pair), actor or EngineSettings().actor
    terms = events[0].data["terms"]
    if reader not in {terms["mentor"], terms["mentee"]}:
        raise Rejected("G21", "only the two partners may read that.", hint="Say who you are with --actor.")
    said = [event.data["outcome"] for event in events if event.type == "pair.career_outcome_stated"]
    if not said or said[-1] is None:
        raise NotFound(f"The mentor of pair {pair!r} has said nothing.", hint="See state-career-outcome.")
    return str(said[-1])


async def pair_calendar(pair: str) -> str:
    """The sessions of a pair as a calendar file. Raises NotFound for an unknown pair, Rejected (R45) for one
    without sessions."""
    return calendars.of_pair(await streams.of_pair(pair))


async def pair_certificate(pair: str, person: str) -> Document:
    """The certificate of one partner. Raises NotFound for an unknown pair, Rejected (R92) for anybody who did
    not graduate in it."""
    events = await streams.of_pair(pair)
    cohort = events[0].data["terms"]["cohort"]
    async with streams.opened() as (vault, pool):
        planned = await EventStore(pool, registry.standard(), vault).load(Load(stream=f"cohort-{cohort}"))
    name = planned.events[0].data["spec"]["name"] if planned.events else cohort
    async with _people() as people:
        contact = (await people.find([person])).get(person)
    return certificates.of_pair(events, person, cohort_name=name, contact=contact)


async def rebuild(name: str, fresh: bool) -> None:
    """Build a read model anew beside the live one and swap them."""
    collect_seldom()
    async with database.pool(EngineSettings().dsn(), name="rebuild", role=database.PROJECTOR) as pool:
        await rebuild_projection(pool, registry.standard(), name, fresh=fresh)


async def rebuild_all(fresh: bool) -> Rebuilt:
    """Build all read models anew, or go on with a run that died."""
    collect_seldom()
    async with database.pool(EngineSettings().dsn(), name="rebuild", role=database.PROJECTOR) as pool:
        return await rebuild_all_projections(pool, LogReader(pool, registry.standard()), fresh=fresh)


async def recover() -> Sequence[StartedStream]:
    """Start every unfinished stream whose workflow does not run, and return them."""
    settings = EngineSettings()
    async with database.pool(settings.dsn(), name="recover", role=database.WRITER) as pool:
        store = EventStore(pool, registry.standard(), Vault(pool, settings.master()))
        started = await Reconciler(await connect_temporal(settings), store, pool).recover()
    return [StartedStream(stream=name) for name in started]


def _lines(states: Sequence[migrations.State]) -> Sequence[MigrationLine]:
    return [MigrationLine(number=one.number, name=one.name, applied_at=one.applied_at) for one in states]


@asynccontextmanager
async def _people() -> AsyncIterator[People]:
    async with database.pool(EngineSettings().dsn(), name="people", role=database.WRITER, size=2) as pool:
        yield People(pool)


def _mapping(path: Path | None) -> dict[str, object] | None:
    if path is None:
        return None
    document, _ = read_document(path)
    if document.problems:
        raise InvalidInput(
            f"{path} cannot be used.",
            tuple(f"{path.name}:{document.line(place)}: {text}" for place, text in document.problems),
        )
    if not isinstance(document.value, dict):
        raise InvalidInput(
            f"{path} must map our fields to columns.", hint="Write `columns: {name: Full name}`."
        )
    return document.value

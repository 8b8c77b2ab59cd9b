"""Computes the KPIs of a cohort where the persons' keys are, and publishes them through its workflow
(G19)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from events.cohort_kpis import KpisPublished
from events.contracts import StoredEvent
from projections.kpi.facts import Facts
from projections.kpi.folds import facts
from projections.kpi.report import falls_due, publication
from turnabout.client import Turnabout
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.document import read_document
from turnabout.errors import InternalError, InvalidInput, NotFound
from turnabout.faults import told
from turnabout.kpi import Disclosed, Figure, Publication, ReturnInputs
from turnabout.messages import CommandEnvelope, Receipt
from turnabout.model import SYSTEM
from workers import streams
from workers.settings import EngineSettings


async def publish(
    cohort: str, asked_by: str | None, inputs: Path | None = None, now: datetime | None = None
) -> Receipt:
    """Publish the KPIs of a cohort as of now. Raises InvalidInput without somebody who asks or for inputs
    that cannot be used, NotFound for an unknown cohort, Rejected (G19, G21)."""
    settings = EngineSettings()
    who = asked_by or settings.actor
    if who is None:
        raise InvalidInput("Nobody asks for the KPIs.", hint="Name the lead: --actor ID, or TURNABOUT_ACTOR.")
    costs = None if inputs is None else await asyncio.to_thread(read_inputs, inputs)
    made = await compute(cohort, who, costs, now or datetime.now(UTC))
    envelope = CommandEnvelope(command=PublishKpis(publication=made).wire(), actor=SYSTEM)
    async with Turnabout.connect(settings) as turnabout:
        return await turnabout.deliver(f"cohort-{cohort}", f"publish-kpis-{uuid.uuid4().hex}", envelope)


async def compute(cohort: str, who: str, inputs: ReturnInputs | None, now: datetime) -> Publication:
    """What would be published now: held against all that was published before."""
    found, earlier = _counted(cohort, await _whole(cohort))
    before = [one for each in earlier for one in _told(each)]
    old: tuple[Figure, ...] = earlier[-1].publication.figures if earlier else ()
    return publication(found, now, who, previous=len(earlier), before=before, old=old, inputs=inputs)


class Due(NamedTuple):
    """The cohort's day today, and the first from which a publication tells more than the last one did; None
    where none will."""

    today: date
    on: date | None


async def due(cohort: str, now: datetime | None = None) -> Due:
    """When to publish next, for whoever leaves that to a scheduler. Raises NotFound for an unknown cohort."""
    events = await _whole(cohort)
    found, earlier = _counted(cohort, events)
    today = found.day(now or datetime.now(UTC))
    if not earlier:
        return Due(today, falls_due(found, today, ()))
    last = earlier[-1].publication
    then = facts(one for one in events if one.position <= last.position)
    return Due(today, falls_due(found, today, last.figures, then))


_PUBLISHED = "cohort.kpis_published"


def _counted(cohort: str, events: list[StoredEvent]) -> tuple[Facts, list[KpisPublished]]:
    """What the KPIs count of a cohort, and all that was published of it."""
    found = facts(events)
    if found is None:
        raise NotFound(f"There is no cohort {cohort!r}.", hint="See `turnabout cohort list`.")
    return found, [KpisPublished.model_validate(one.data) for one in events if one.type == _PUBLISHED]


def _told(earlier: KpisPublished) -> Iterable[Disclosed]:
    if earlier.disclosed is None:
        raise InternalError(
            f"What publication {earlier.number} told can be read no more, so nothing can be held against it.",
            hint="Restore the key of `system` from a backup: without it no KPI can be published.",
        )
    return earlier.disclosed


async def _whole(cohort: str) -> list[StoredEvent]:
    """A cohort's stream and those of its pairs, unsealed, in the order of the log."""
    planned, pairs = await streams.of_cohort(cohort)
    return sorted((one for each in (planned, *pairs) for one in each), key=lambda one: one.position)


def read_inputs(path: Path) -> ReturnInputs:
    """What K16 counts with, from YAML or JSON. Raises InvalidInput with every problem."""
    document, _ = read_document(path)
    if document.problems:
        problems = tuple(f"{path.name}:{document.line(place)}: {text}" for place, text in document.problems)
        raise InvalidInput(f"{path} cannot be used.", problems)
    try:
        return ReturnInputs.model_validate(document.value)
    except ValidationError as error:
        raise InvalidInput(f"{path} cannot be used.", told(error), hint="See docs/kpis.md, K16.") from error

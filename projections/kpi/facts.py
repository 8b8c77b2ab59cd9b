"""What a cohort's streams say that the KPIs count: people, pairs, duties, dates. Pure fold.

It reads nothing sealed. Corrections replace what they correct.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from events.cohort_corrections import DutyCorrected
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    DutyRescheduled,
    SponsorshipCommitted,
)
from events.cohort_measurement import ComparisonRefused, ControlGroupFrozen, EmploymentObserved
from events.cohort_running import KickoffHeld
from events.contracts import StoredEvent
from events.pair_closing import MemoFiled, MemoWaived, OutcomeRecorded, PairEnded
from events.pair_corrections import OutcomeCorrected
from events.pair_practice import DecisionImplemented, DecisionMeasured, InsightRecorded
from events.pair_preparation import GoalAccepted, PairActivated, PairFormed
from projections.kpi.employment import Seen, Watched
from projections.projection import place, wire
from turnabout import calendar
from turnabout.spec import CohortSpec


@dataclass
class Insight:
    """An insight and what became of it."""

    implemented: bool = False
    outcome: str | None = None


@dataclass
class Pair:
    """A pair. `attainment` is the level that its goal reached; days are those of the cohort's clock."""

    pair: str
    mentor: str
    mentee: str
    assigned: bool
    holidays: frozenset[date]
    activated_on: date | None = None
    goal: bool = False
    attainment: int | None = None
    ended_on: date | None = None
    state: str | None = None
    memo_on: date | None = None
    waived: bool = False
    insights: dict[int, Insight] = field(default_factory=dict)


@dataclass
class Duty:
    """A duty of the sponsor: due, fulfilled (in time), late or missed."""

    due_on: date
    state: str = "due"


@dataclass
class Facts:
    """All that is counted of one cohort."""

    cohort: str
    spec: CohortSpec
    k: int
    charter_on: date | None = None
    kickoff_on: date | None = None
    days_since_charter: int | None = None
    refused: bool = False
    controls: tuple[str, ...] = ()
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)

    def day(self, at: datetime) -> date:
        """The day of an instant on the cohort's clock."""
        return calendar.local(at, self.spec.timezone).date()

    def worked(self) -> list[Pair]:
        """Every pair that was ever active: the population of all KPIs (intention to treat)."""
        return [pair for pair in self.pairs.values() if pair.activated_on is not None]

    def watched(self) -> list[Watched]:
        """The people of both arms at t0. Somebody of several pairs is one person, from the first on."""
        levels = {one.id: one.level for one in self.spec.people}
        began: dict[str, date] = {}
        for pair in self.worked():
            for person in (pair.mentor, pair.mentee):
                began[person] = min(
                    began.get(person, pair.activated_on or date.max), pair.activated_on or date.max
                )
        found = [
            Watched(person, "program", t0, levels[person], tuple(self.seen.get(person, ())))
            for person, t0 in began.items()
        ]
        if self.kickoff_on is None:
            return found
        return found + [
            Watched(person, "control", self.kickoff_on, levels[person], tuple(self.seen.get(person, ())))
            for person in self.controls
            if person not in began
        ]


def facts(events: Iterable[StoredEvent]) -> Facts | None:
    """What the events of a cohort and its pairs say, the cohort's own first; None without a cohort."""
    found: Facts | None = None
    for event in events:
        if event.type == wire(CohortPlanned):
            spec = CohortSpec.model_validate(event.data["spec"])
            k = event.data["policy"]["confidential_k"]
            found = Facts(place(event.stream).cohort, spec, k)
        elif found is not None:
            _fold(found, event, event.data)
    return found


def _fold(found: Facts, event: StoredEvent, data: dict[str, Any]) -> None:
    name = place(event.stream).pair
    if name is None:
        _fold_cohort(found, event, data)
    elif event.type == wire(PairFormed):
        terms = data["terms"]
        held = frozenset(map(date.fromisoformat, terms["holidays"]))
        found.pairs[name] = Pair(name, terms["mentor"], terms["mentee"], terms["assigned"], held)
    elif name in found.pairs:
        _fold_pair(found, found.pairs[name], event, data)


def _fold_cohort(found: Facts, event: StoredEvent, data: dict[str, Any]) -> None:
    day = found.day(event.occurred_at)
    if event.type == wire(CharterSigned):
        found.charter_on = found.charter_on or day
    elif event.type == wire(SponsorshipCommitted):
        found.duties = {duty: Duty(_day(found, due)) for duty, due in data["duties"].items()}
    elif event.type == wire(DutyRescheduled):
        due = _day(found, data["due_at"])
        found.duties.setdefault(data["duty"], Duty(due)).due_on = due
    elif event.type == wire(DutyFulfilled):
        found.duties[data["duty"]].state = "fulfilled" if data["on_time"] else "late"
    elif event.type == wire(DutyMissed):
        found.duties[data["duty"]].state = "missed"
    elif event.type == wire(DutyCorrected):
        found.duties[data["duty"]].state = data["state"]
    elif event.type == wire(KickoffHeld):
        found.kickoff_on = date.fromisoformat(data["held_on"])
        found.days_since_charter = data["days_since_charter"]
    elif event.type == wire(ControlGroupFrozen):
        found.controls = tuple(data["people"])
    elif event.type == wire(ComparisonRefused):
        found.refused = True
    elif event.type == wire(EmploymentObserved):
        seen = Seen(date.fromisoformat(data["on"]), data["what"], data["level"])
        found.seen.setdefault(data["person"], []).append(seen)


def _fold_pair(found: Facts, pair: Pair, event: StoredEvent, data: dict[str, Any]) -> None:
    day = found.day(event.occurred_at)
    if event.type == wire(PairActivated):
        pair.activated_on = day
    elif event.type == wire(GoalAccepted):
        pair.goal = True
    elif event.type in {wire(OutcomeRecorded), wire(OutcomeCorrected)}:
        pair.attainment = data["attainment"]
    elif event.type == wire(PairEnded):
        pair.ended_on, pair.state = day, data["state"]
    elif event.type == wire(MemoFiled):
        pair.memo_on = day
    elif event.type == wire(MemoWaived):
        pair.waived = True
    elif event.type == wire(InsightRecorded):
        pair.insights[data["number"]] = Insight()
    elif event.type == wire(DecisionImplemented):
        pair.insights[data["insight"]].implemented = True
    elif event.type == wire(DecisionMeasured):
        pair.insights[data["insight"]].outcome = data["outcome"]


def _day(found: Facts, text: str) -> date:
    return found.day(datetime.fromisoformat(text))

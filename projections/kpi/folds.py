"""From the events of a cohort and its pairs to what the KPIs count. Pure. Corrections replace what they
correct, also after a window has closed; what else comes after that changes nothing of what it says.

What is not announced (a pause that only its steward knows of) is not here either (G6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from events.base import Event
from events.cohort_corrections import AttendanceCorrected, DutyCorrected, EmploymentCorrected
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    DutyRescheduled,
    SponsorshipCommitted,
)
from events.cohort_measurement import (
    ComparisonRefused,
    ControlGroupFrozen,
    EmploymentObserved,
    MetricObserved,
)
from events.cohort_people import IntakeAnswered
from events.cohort_rounds import MatchProposed
from events.cohort_running import KickoffHeld, MakeUpAttended
from events.contracts import StoredEvent
from events.pair_closing import MemoFiled, MemoWaived, OutcomeRecorded, PairEnded
from events.pair_corrections import OutcomeCorrected
from events.pair_practice import DecisionImplemented, DecisionMeasured, InsightRecorded
from events.pair_preparation import GoalAccepted, PairActivated, PairFormed
from events.pair_reshuffle import PairExtended
from projections.kpi.answers import ANSWERS
from projections.kpi.facts import Duty, Facts, Insight, Meeting, Pair, Reading
from projections.kpi.watched import Seen
from projections.kpi.work import INSIGHTS_UNTIL, OUTCOMES_UNTIL
from projections.projection import place, wire
from projections.sessions import SESSION_EVENTS, session_changes
from turnabout.spec import CohortSpec

Fold = Callable[[Facts, StoredEvent], None]


def facts(events: Iterable[StoredEvent]) -> Facts | None:
    """What the events of a cohort and its pairs say, the cohort's first one before all others; None without a
    cohort. Raises InternalError for answers that were read without their keys."""
    found: Facts | None = None
    for event in events:
        if event.type == wire(CohortPlanned):
            found = _planned(event)
        elif found is not None:
            fold = FOLDS.get(event.type)
            if fold is not None:
                fold(found, event)
            found.position = max(found.position, event.position)
    return found


def _planned(event: StoredEvent) -> Facts:
    spec = CohortSpec.model_validate(event.data["spec"])
    k = event.data["policy"]["confidential_k"]
    targets = {one.id: one.gaps[0].target for one in spec.people if one.gaps}
    return Facts(place(event.stream).cohort, spec, k, event.position, targets=targets)


def _signed(found: Facts, event: StoredEvent) -> None:
    found.charter_on = found.charter_on or found.day(event.occurred_at)


def _committed(found: Facts, event: StoredEvent) -> None:
    found.duties = {duty: Duty(_day(found, due)) for duty, due in event.data["duties"].items()}


def _rescheduled(found: Facts, event: StoredEvent) -> None:
    due = _day(found, event.data["due_at"])
    found.duties.setdefault(event.data["duty"], Duty(due)).due_on = due


def _fulfilled(found: Facts, event: StoredEvent) -> None:
    found.duties[event.data["duty"]].state = "fulfilled" if event.data["on_time"] else "late"


def _missed(found: Facts, event: StoredEvent) -> None:
    found.duties[event.data["duty"]].state = "missed"


def _duty_corrected(found: Facts, event: StoredEvent) -> None:
    found.duties[event.data["duty"]].state = event.data["state"]


def _kickoff(found: Facts, event: StoredEvent) -> None:
    found.kickoff_on = date.fromisoformat(event.data["held_on"])
    found.days_since_charter = event.data["days_since_charter"]
    found.attended = set(event.data["attended"])


def _caught_up(found: Facts, event: StoredEvent) -> None:
    found.attended.add(event.data["person"])


def _attendance_corrected(found: Facts, event: StoredEvent) -> None:
    change = found.attended.add if event.data["attended"] else found.attended.discard
    change(event.data["person"])


def _frozen(found: Facts, event: StoredEvent) -> None:
    found.controls = tuple(event.data["people"])


def _refused(found: Facts, _: StoredEvent) -> None:
    found.refused = True


def _employment(found: Facts, event: StoredEvent) -> None:
    data = event.data
    told = found.seen.setdefault(data["person"], {})
    told[event.version] = Seen(date.fromisoformat(data["on"]), data["what"], data["level"])


def _employment_corrected(found: Facts, event: StoredEvent) -> None:
    found.seen[event.data["person"]].pop(event.data["corrects"], None)
    if event.data["what"] is not None:
        _employment(found, event)


def _metric(found: Facts, event: StoredEvent) -> None:
    data, on = event.data, date.fromisoformat(event.data["on"])
    key = (data["pair"] or "").removeprefix("pair-"), data["metric"], on, data["source"]
    found.readings[key] = Reading(on, data["value"], data["exposures"])


def _intake(found: Facts, event: StoredEvent) -> None:
    if event.data["gaps"]:
        found.targets[event.data["person"]] = event.data["gaps"][0]["target"]


def _proposed(found: Facts, event: StoredEvent) -> None:
    for edge in event.data["edges"]:
        found.ranks[edge["mentor"], edge["mentee"]] = edge["rank"]
    if event.data["quality"]:
        found.blocking[event.data["round"]] = event.data["quality"]["blocking_pairs"]


def _formed(found: Facts, event: StoredEvent) -> None:
    terms = event.data["terms"]
    name = str(place(event.stream).pair)
    held = frozenset(map(date.fromisoformat, terms["holidays"]))
    ends_on = date.fromisoformat(terms["ends_on"])
    found.pairs[name] = Pair(name, terms["mentor"], terms["mentee"], terms["assigned"], held, ends_on)


def _pair(found: Facts, event: StoredEvent) -> Pair:
    return found.pairs[str(place(event.stream).pair)]


def _activated(found: Facts, event: StoredEvent) -> None:
    _pair(found, event).activated_on = found.day(event.occurred_at)
    _sessions(found, event)


def _extended(found: Facts, event: StoredEvent) -> None:
    _pair(found, event).ends_on = date.fromisoformat(event.data["ends_on"])
    _sessions(found, event)


def _in_time(found: Facts, event: StoredEvent, days: int) -> bool:
    """Whether a window is open that closes so many days after the end of the event's pair."""
    return found.day(event.occurred_at) <= found.end_of(_pair(found, event)) + timedelta(days=days)


def _goal(found: Facts, event: StoredEvent) -> None:
    _pair(found, event).goal = True


def _outcome(found: Facts, event: StoredEvent) -> None:
    if _in_time(found, event, OUTCOMES_UNTIL):
        _pair(found, event).attainment = event.data["attainment"]


def _outcome_corrected(found: Facts, event: StoredEvent) -> None:
    """What came too late to count is not made to count by a correction."""
    if _pair(found, event).attainment is not None or _in_time(found, event, OUTCOMES_UNTIL):
        _pair(found, event).attainment = event.data["attainment"]


def _ended(found: Facts, event: StoredEvent) -> None:
    """What was still ahead is off."""
    pair = _pair(found, event)
    pair.ended_on, pair.state = found.day(event.occurred_at), event.data["state"]
    for one in pair.sessions.values():
        if one.state == "planned" and one.starts_at > event.occurred_at:
            one.state = "cancelled"


def _memo(found: Facts, event: StoredEvent) -> None:
    _pair(found, event).memo_on = found.day(event.occurred_at)


def _waived(found: Facts, event: StoredEvent) -> None:
    _pair(found, event).waived = True


def _insight(found: Facts, event: StoredEvent) -> None:
    if _in_time(found, event, INSIGHTS_UNTIL):
        _pair(found, event).insights[event.data["number"]] = Insight()


def _implemented(found: Facts, event: StoredEvent) -> None:
    if _in_time(found, event, INSIGHTS_UNTIL):
        _pair(found, event).insights[event.data["insight"]].implemented = True


def _measured(found: Facts, event: StoredEvent) -> None:
    if _in_time(found, event, INSIGHTS_UNTIL):
        _pair(found, event).insights[event.data["insight"]].outcome = event.data["outcome"]


def _sessions(found: Facts, event: StoredEvent) -> None:
    sessions = _pair(found, event).sessions
    for number, values in session_changes(event):
        if "starts_at" in values:
            begin, end = (datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at"))
            sessions[number] = Meeting(begin, (end - begin).total_seconds() / 60, values["state"])
        else:
            sessions[number].state = values["state"]


def _day(found: Facts, text: str) -> date:
    return found.day(datetime.fromisoformat(text))


_BY_CLASS: Mapping[type[Event], Fold] = {
    CharterSigned: _signed,
    SponsorshipCommitted: _committed,
    DutyRescheduled: _rescheduled,
    DutyFulfilled: _fulfilled,
    DutyMissed: _missed,
    DutyCorrected: _duty_corrected,
    KickoffHeld: _kickoff,
    MakeUpAttended: _caught_up,
    AttendanceCorrected: _attendance_corrected,
    ControlGroupFrozen: _frozen,
    ComparisonRefused: _refused,
    EmploymentObserved: _employment,
    EmploymentCorrected: _employment_corrected,
    MetricObserved: _metric,
    IntakeAnswered: _intake,
    MatchProposed: _proposed,
    PairFormed: _formed,
    GoalAccepted: _goal,
    OutcomeRecorded: _outcome,
    OutcomeCorrected: _outcome_corrected,
    PairEnded: _ended,
    MemoFiled: _memo,
    MemoWaived: _waived,
    InsightRecorded: _insight,
    DecisionImplemented: _implemented,
    DecisionMeasured: _measured,
    **dict.fromkeys(SESSION_EVENTS, _sessions),
    PairActivated: _activated,
    PairExtended: _extended,
    **ANSWERS,
}
FOLDS: Mapping[str, Fold] = {wire(event): fold for event, fold in _BY_CLASS.items()}
"""By wire name, what an event changes."""

"""The read models counted again from the whole log: slow, by looking back from the end, and sharing nothing
with the folds but the meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from events.contracts import StoredEvent

Log = Sequence[StoredEvent]
Row = dict[str, Any]

SILENT = {
    "cohort.holidays_requested",
    "pair.absence_noted",
    "pair.career_outcome_stated",
    "pair.days_off_noted",
    *("pair.kickoff_attended", "pair.goal_rated", "pair.preparation_opened", "pair.pulse_answered"),
    *("pair.safety_assessed", "pair.concern_raised", "pair.steward_contact_recorded"),
    "pair.attendance_withdrawn",
    *("pair.paused", "pair.lot_drawn", "pair.steward_changed"),
    *("pair.reshuffle_proposed", "pair.reshuffle_agreed", "pair.reshuffle_declined"),
    *("pair.resumption_consented", "pair.midpoint_opened", "pair.endpoint_answered", "pair.lead_changed"),
    *("cohort.consent_published", "cohort.consent_given", "cohort.intake_answered"),
    *(
        "cohort.duty_rescheduled",
        "cohort.solve_requested",
        "cohort.steward_replaced",
        "cohort.pair_activation_noted",
        "cohort.pair_pause_noted",
    ),
    *("cohort.pair_resumption_noted", "cohort.pair_end_noted", "cohort.pair_memo_noted"),
    *("cohort.survey_extended", "cohort.survey_answered", "cohort.first_session_noted"),
    *("cohort.employment_observed", "cohort.employment_corrected"),
    *("cohort.concern_raised", "cohort.steward_contact_recorded"),
    *("pair.reminded", "pair.reminder_suppressed", "pair.reminder_postponed", "pair.escalated"),
    *("cohort.reminded", "cohort.reminder_suppressed", "cohort.reminder_postponed", "cohort.escalated"),
    *("pair.item_expired", "cohort.item_expired"),
}
"""Event types that the timeline leaves out."""


def streams(log: Log, kind: str) -> list[str]:
    return sorted({event.stream for event in log if event.stream.startswith(f"{kind}-")})


def cohort_of(stream: str) -> str:
    kind, _, rest = stream.partition("-")
    return rest if kind == "cohort" else rest.rsplit("-", 1)[0]


def of(log: Log, stream: str, *types: str) -> list[StoredEvent]:
    return [event for event in log if event.stream == stream and (not types or event.type in types)]


def last(events: Collection[StoredEvent]) -> StoredEvent | None:
    return max(events, key=lambda event: event.position, default=None)


def first_at(events: Sequence[StoredEvent]) -> str | None:
    return events[0].occurred_at.isoformat() if events else None


def last_at(events: Sequence[StoredEvent]) -> str | None:
    return events[-1].occurred_at.isoformat() if events else None


def spec_of(log: Log, cohort: str) -> Row:
    return dict(of(log, f"cohort-{cohort}", "cohort.planned")[0].data["spec"])


def week(log: Log, cohort: str, at: datetime) -> int:
    spec = spec_of(log, cohort)
    kickoff = date.fromisoformat(spec["kickoff_on"])
    day = at.astimezone(ZoneInfo(spec["timezone"])).date()
    return (day - (kickoff - timedelta(days=kickoff.weekday()))).days // 7 + 1


def pair_state(log: Log, pair: str) -> str:
    end = last(of(log, pair, "pair.ended"))
    if end is not None:
        state = str(end.data["state"])
        return "ended" if state in {"ended_by_choice", "ended_for_safety"} else state
    pause = last(of(log, pair, "pair.pause_announced", "pair.resumed"))
    if pause is not None and pause.type == "pair.pause_announced":
        return "paused"
    return "active" if of(log, pair, "pair.activated") else "forming"


_MARKS = {
    "pair.session_held": "",
    "pair.session_missed": "",
    "pair.session_corrected": "",
    "pair.sessions_cancelled": "numbers",
    "pair.pause_announced": "sessions",
}
"""What changes a session's state, and the field that names several of them."""


def sessions(log: Log, pair: str) -> list[Row]:
    """Every session of a pair, from the last event that names it."""
    planning = ("pair.activated", "pair.resumed", "pair.extended")
    found: dict[int, Row] = {}
    end = last(of(log, pair, "pair.ended"))
    for event in of(log, pair, *planning):
        for session in event.data["sessions"]:
            found.setdefault(session["number"], {})
    for number in found:
        times = [
            (event.position, session)
            for event in of(log, pair, *planning)
            for session in event.data["sessions"]
            if session["number"] == number
        ]
        moves = of(log, pair, "pair.session_rescheduled")
        times += [(event.position, event.data) for event in moves if event.data["number"] == number]
        times += [
            (event.position, session)
            for event in of(log, pair, "pair.sessions_moved")
            for session in event.data["sessions"]
            if session["number"] == number
        ]
        marks = [
            event
            for event in of(log, pair, *_MARKS)
            if number in event.data.get(_MARKS[event.type], [event.data.get("number")])
        ]
        planned_at, planned = max(times, key=lambda one: one[0])
        mark = last([event for event in marks if event.position > planned_at])
        state = mark.type.rpartition("_")[2] if mark else "planned"
        if mark and state == "corrected":
            state = "held" if mark.data["held"] else "missed"
        state = {"announced": "cancelled"}.get(state, state)
        if state == "planned" and end and datetime.fromisoformat(planned["starts_at"]) > end.occurred_at:
            state = "cancelled"
        found[number] = {
            "number": number,
            "starts_at": planned["starts_at"],
            "ends_at": planned["ends_at"],
            "state": state,
            "unlogged": bool(mark and mark.data.get("unlogged")),
        }
    return [found[number] for number in sorted(found)]

"""The cohort board and the launch checklist counted again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from events.contracts import StoredEvent
from tests.projections.recount import (
    Log,
    Row,
    cohort_of,
    first_at,
    last,
    last_at,
    of,
    pair_state,
    spec_of,
    streams,
)

_COHORT_STATES = {
    "cohort.enrolment_opened": "enrolling",
    "cohort.enrolment_closed": "matching",
    "cohort.enrolment_reopened": "enrolling",
    "cohort.ready": "ready",
    "cohort.kickoff_held": "running",
    "cohort.endpoint_reached": "endpoint",
    "cohort.closing_began": "closing",
    "cohort.closed": "closed",
    "cohort.archived": "archived",
    "cohort.cancelled": "cancelled",
}
_BOARD_IGNORES = {
    *("cohort.concern_raised", "cohort.steward_contact_recorded"),
    "cohort.steward_replaced",
    *("cohort.consent_published", "cohort.consent_given", "cohort.intake_answered"),
    *("cohort.shortlists_prepared", "cohort.shortlist_ranked", "cohort.solve_requested"),
    *("cohort.match_proposed", "cohort.match_accepted", "cohort.match_declined", "cohort.pair_assigned"),
    *("cohort.make_up_attended", "cohort.pair_activation_noted", "cohort.pair_pause_noted"),
    *("cohort.pair_resumption_noted", "cohort.pair_memo_noted", "cohort.reminded", "cohort.escalated"),
    *(
        "cohort.small_cohort_approved",
        "cohort.reminder_suppressed",
        "cohort.reminder_postponed",
        "cohort.item_expired",
    ),
    *("cohort.survey_opened", "cohort.survey_extended", "cohort.survey_answered", "cohort.survey_closed"),
    *("cohort.control_group_frozen", "cohort.comparison_refused", "cohort.first_session_noted"),
    *("cohort.baseline_flagged_late", "cohort.employment_observed", "cohort.metric_observed"),
    *("cohort.employment_corrected", "cohort.kpis_published"),
}
_BOARD_PAIR_EVENTS = {
    *(
        "pair.formed",
        "pair.activated",
        "pair.pause_announced",
        "pair.resumed",
        "pair.ended",
        "pair.session_held",
        "pair.session_corrected",
    ),
    *("pair.inactivity_flagged", "pair.midpoint_opened", "pair.midpoint_decided"),
    *("pair.memo_filed", "pair.memo_waived"),
}


def cohort_board(log: Log) -> list[Row]:
    return [_board(log, cohort_of(stream)) for stream in streams(log, "cohort")]


def _board(log: Log, cohort: str) -> Row:
    stream, spec = f"cohort-{cohort}", spec_of(log, cohort)
    pairs = [pair for pair in streams(log, "pair") if cohort_of(pair) == cohort]
    signed, committed = (
        of(log, stream, "cohort.charter_signed"),
        of(log, stream, "cohort.sponsorship_committed"),
    )
    move = last(of(log, stream, *_COHORT_STATES))
    state = _COHORT_STATES[move.type] if move else "chartered" if signed and committed else "planned"
    states = [pair_state(log, pair) for pair in pairs]
    seen = last(
        [event for event in of(log, stream) if event.type not in _BOARD_IGNORES]
        + [event for pair in pairs for event in of(log, pair, *_BOARD_PAIR_EVENTS)]
    )
    assert seen is not None
    handed = last(of(log, stream, "cohort.lead_handed_over"))
    joined = [_joined(log, stream, person["id"]) for person in spec["people"]]
    roles = [person["role"] for person in spec["people"]]
    memos = [last(of(log, pair, "pair.memo_filed", "pair.memo_waived")) for pair in pairs]
    duties = _duties(log, stream)
    sponsors = of(log, stream, "cohort.sponsor_replaced")
    following = last(of(log, stream, "cohort.next_planned"))

    def when(name: str) -> str | None:
        return last_at(of(log, stream, f"cohort.{name}"))

    opened = of(log, stream, "cohort.enrolment_opened")
    window = last(of(log, stream, "cohort.enrolment_opened", "cohort.enrolment_reopened"))
    weeks = 12
    attention = {
        "launch_overdue": bool(when("launch_overdue")) and not when("kickoff_held"),
        "duty_missed": "missed" in [duty["state"] for duty in duties.values()],
        "pairs_paused": "paused" in states,
        "pairs_inactive": any(_inactive(log, pair) for pair in pairs),
        "decisions_due": any(_open_decision(log, pair) for pair in pairs),
        "decisions_defaulted": any(_defaulted(log, pair) for pair in pairs),
    }
    return {
        "cohort": cohort,
        "program": spec["program"],
        "name": spec["name"],
        "kind": spec["kind"],
        "preset": spec["preset"],
        "weeks": weeks,
        "state": state,
        "timezone": spec["timezone"],
        "starts_on": spec["starts_on"],
        "kickoff_on": spec["kickoff_on"],
        "ends_on": (date.fromisoformat(spec["kickoff_on"]) + timedelta(weeks=weeks)).isoformat(),
        "lead": handed.data["to"]["id"] if handed else spec["lead"]["id"],
        "sponsor": sponsors[-1].data["to"]["id"] if sponsors else spec["sponsor"]["id"],
        "policy_version": of(log, stream)[0].policy_version,
        "charter_signed_at": first_at(signed),
        "sponsorship_committed_at": first_at(committed),
        "enrolment_opened_at": last_at(opened),
        "enrolment_closes_at": window.data["closes_at"] if window else None,
        "kickoff_held_on": next((e.data["held_on"] for e in of(log, stream, "cohort.kickoff_held")), None),
        **{
            f"{name}_at": when(name)
            for name in ("kickoff_held", "memo_filed", "closed", "archived", "cancelled")
        },
        "endpoint_at": when("endpoint_reached"),
        "next_cohort": following.data["cohort"] if following else None,
        "next_cohort_on": following.data["starts_on"] if following else None,
        "duties": duties,
        "people": len(joined),
        "mentors_joined": sum(j is True and r == "mentor" for j, r in zip(joined, roles, strict=True)),
        "mentees_joined": sum(j is True and r == "mentee" for j, r in zip(joined, roles, strict=True)),
        "declined": joined.count(False),
        "waiting": sum(_waits(log, stream, person["id"]) for person in spec["people"]),
        "pairs": len(pairs),
        "pairs_assigned": sum(of(log, pair)[0].data["terms"]["assigned"] for pair in pairs),
        "pairs_by_state": {state: states.count(state) for state in states},
        "memos_filed": sum(memo is not None and memo.type == "pair.memo_filed" for memo in memos),
        "memos_waived": sum(memo is not None and memo.type == "pair.memo_waived" for memo in memos),
        "attention": []
        if state in {"closed", "archived", "cancelled"}
        else [name for name, is_on in attention.items() if is_on],
        "last_event": seen.type,
        "last_event_at": seen.occurred_at.isoformat(),
        "last_position": seen.position,
    }


def _joined(log: Log, stream: str, person: str) -> bool | None:
    left = ("cohort.person_withdrew", "cohort.pair_end_noted", "cohort.person_exited")
    answers = of(log, stream, "cohort.person_joined", "cohort.person_declined", *left)
    answer = last(
        [event for event in answers if person in (event.data.get("person"), *event.data.get("left", ()))]
    )
    if answer is None or answer.type in left:
        return None
    return answer.type == "cohort.person_joined"


def _waits(log: Log, stream: str, person: str) -> bool:
    def says(event: StoredEvent) -> bool | None:
        data = event.data
        match event.type:
            case "cohort.round_closed":
                return True if person in [entry["person"] for entry in data["unmatched"]] else None
            case "cohort.pair_end_noted":
                return True if person in data["waiting"] else False if person in data["left"] else None
            case "cohort.pair_arranged":
                return False if person in (data["terms"]["mentor"], data["terms"]["mentee"]) else None
            case "cohort.round_opened":
                return False if person in data["mentees"] else None
            case "cohort.person_declined" | "cohort.person_withdrew" | "cohort.person_exited":
                return False if person == data["person"] else None
        return None

    words = [word for event in of(log, stream) if (word := says(event)) is not None]
    return bool(words) and words[-1]


def _duties(log: Log, stream: str) -> Row:
    committed = last(of(log, stream, "cohort.sponsorship_committed"))
    if committed is None:
        return {}
    duties = {}
    for duty, due_at in committed.data["duties"].items():
        word = last(
            [
                event
                for event in of(
                    log, stream, "cohort.duty_fulfilled", "cohort.duty_missed", "cohort.duty_corrected"
                )
                if event.data["duty"] == duty
            ]
        )
        state = "due"
        if word is not None:
            in_time = "fulfilled" if word.data.get("on_time") else "late"
            state = "missed" if word.type == "cohort.duty_missed" else in_time
        moves = [e for e in of(log, stream, "cohort.duty_rescheduled") if e.data["duty"] == duty]
        if word is not None and word.type == "cohort.duty_corrected":
            state = word.data["state"]
        if state == "due" and of(log, stream, "cohort.cancelled"):
            state = "off"
        duties[duty] = {"due_at": moves[-1].data["due_at"] if moves else due_at, "state": state}
    return duties


def _inactive(log: Log, pair: str) -> bool:
    back = [event for event in of(log, pair, "pair.session_corrected") if event.data["held"]]
    word = last([*of(log, pair, "pair.inactivity_flagged", "pair.session_held", "pair.ended"), *back])
    return word is not None and word.type == "pair.inactivity_flagged"


def _open_decision(log: Log, pair: str) -> bool:
    word = last(of(log, pair, "pair.midpoint_opened", "pair.midpoint_decided", "pair.ended"))
    return word is not None and word.type == "pair.midpoint_opened"


def _defaulted(log: Log, pair: str) -> bool:
    word = last(of(log, pair, "pair.midpoint_decided", "pair.ended"))
    return word is not None and word.type == "pair.midpoint_decided" and word.data["by_default"]


def launch_checklist(log: Log) -> list[Row]:
    rows = []
    for stream in streams(log, "cohort"):
        cohort = cohort_of(stream)
        mine = [event for event in log if cohort_of(event.stream) == cohort]
        for number, (item, title, ticks) in enumerate(_CHECKLIST, 1):
            tick = min((event for event in mine if ticks(event)), key=lambda one: one.position, default=None)
            rows.append(
                {
                    "cohort": cohort,
                    "number": number,
                    "item": item,
                    "title": title,
                    "done": tick is not None,
                    "done_at": tick.occurred_at.isoformat() if tick else None,
                    "stream": tick.stream if tick and tick.stream == stream else None,
                    "position": tick.position if tick else None,
                }
            )
    return rows


def _is(name: str) -> Callable[[StoredEvent], bool]:
    return lambda event: event.type == name


def _is_baseline(event: StoredEvent) -> bool:
    return event.type == "cohort.survey_opened" and event.data["wave"] == "baseline"


def _is_cheat_sheet(event: StoredEvent) -> bool:
    return event.type == "cohort.reminded" and event.data["template"] == "kickoff_cheat_sheet"


_CHECKLIST: tuple[tuple[str, str, Callable[[StoredEvent], bool]], ...] = (
    ("charter_signed", "The sponsor has signed the charter", _is("cohort.charter_signed")),
    (
        "sponsor_committed",
        "The sponsor has committed to the duties",
        _is("cohort.sponsorship_committed"),
    ),
    ("people_recruited", "Enrolment is closed", _is("cohort.enrolment_closed")),
    ("shortlists_sent", "The mentees have their shortlists", _is("cohort.shortlists_prepared")),
    ("pairs_chosen", "The pairs stand", _is("cohort.ready")),
    ("cheat_sheet_sent", "The cheat sheet has gone out", _is_cheat_sheet),
    ("baseline_sent", "The baseline has gone out", _is_baseline),
    ("kickoff_held", "The kickoff was held", _is("cohort.kickoff_held")),
    ("first_pair_active", "The first pair is at work", _is("pair.activated")),
    ("pulse_sent", "The pulse has gone out", _is("pair.pulse_opened")),
    ("endpoint_reached", "The last week has begun", _is("cohort.endpoint_reached")),
    ("pilot_completed", "Every pair has ended", _is("cohort.closing_began")),
    ("memo_filed", "The closure memo is filed", _is("cohort.memo_filed")),
)

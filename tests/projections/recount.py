"""The read models counted again from the whole log: slow, by looking back from the end, and sharing nothing
with the folds but the meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
    "cohort.employment_observed",
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
    "cohort.kpis_published",
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


def pair_card(log: Log) -> list[Row]:
    return [_card(log, pair) for pair in streams(log, "pair")]


def _card(log: Log, pair: str) -> Row:
    terms = of(log, pair, "pair.formed")[0].data["terms"]
    plan = sessions(log, pair)
    memo = last(of(log, pair, "pair.memo_filed", "pair.memo_waived"))
    filed = memo.data if memo is not None and memo.type == "pair.memo_filed" else {}
    goal, proposal = _goals(log, pair)
    cadence = last(of(log, pair, "pair.cadence_agreed"))
    exchange = last(of(log, pair, "pair.exchange_agreed"))
    decided = last(of(log, pair, "pair.midpoint_decided"))
    outcome = last(of(log, pair, "pair.outcome_recorded", "pair.outcome_corrected"))
    milestones = of(log, pair, "pair.milestone_checked")
    handed = last(of(log, pair, "pair.lead_changed"))
    steward = last(of(log, pair, "pair.steward_changed"))
    names = ("cohort", "program", "number", "mentor", "mentee", "support_contact", "preset", "weeks")
    more = ("interval_weeks", "timezone", "ends_on", "assigned", "replaces")
    states = [session["state"] for session in plan]
    return {
        "pair": pair.removeprefix("pair-"),
        **{name: terms[name] for name in (*names, *more)},
        **_longer(log, pair, terms),
        "state": pair_state(log, pair),
        "lead": handed.data["lead"] if handed else terms["lead"],
        "support_contact": (steward.data if steward else terms)["support_contact"],
        "formed_at": first_at(of(log, pair, "pair.formed")),
        "activated_at": first_at(of(log, pair, "pair.activated")),
        "ended_at": last_at(of(log, pair, "pair.ended")),
        "goal": goal.get("statement"),
        **{f"goal_{name}": goal.get(name) for name in ("metric", "baseline", "target", "unit", "due_on")},
        "goal_proposed": proposal.get("statement"),
        "teaches": exchange.data["teaches"] if exchange else None,
        "gives": exchange.data["gives"] if exchange else None,
        "cadence": {name: cadence.data[name] for name in ("weekday", "at", "timezone", "minutes", "channel")}
        if cadence
        else None,
        "sessions": plan,
        "planned": len([state for state in states if state != "cancelled"]),
        "held": states.count("held"),
        "missed": states.count("missed"),
        "pauses": len(of(log, pair, "pair.pause_announced")),
        "deliverables": len(of(log, pair, "pair.deliverable_recorded"))
        + sum(len(event.data["deliverables"]) for event in of(log, pair, "pair.session_held"))
        - len([event for event in of(log, pair, "pair.deliverable_corrected") if not event.data["what"]]),
        "milestone_checked_at": last_at(milestones),
        "actions": sum(len(event.data["actions"]) for event in milestones),
        "actions_done": len({event.data["number"] for event in of(log, pair, "pair.action_completed")}),
        "decision": decided.data["decision"] if decided else None,
        "decision_by_default": bool(decided and decided.data["by_default"]),
        "outcome": outcome.data["value"] if outcome else None,
        "attainment": outcome.data["attainment"] if outcome else None,
        "memo": None if memo is None else memo.type.removeprefix("pair.memo_"),
        "memo_at": memo.occurred_at.isoformat() if memo else None,
        "summary": filed.get("summary"),
        "lesson": filed.get("lesson"),
        "next_steps": filed.get("next_steps", []),
    }


def _longer(log: Log, pair: str, terms: Row) -> Row:
    more = of(log, pair, "pair.extended")
    weeks = terms["weeks"] + sum(event.data["weeks"] for event in more)
    return {"weeks": weeks, "ends_on": more[-1].data["ends_on"] if more else terms["ends_on"]}


def _goals(log: Log, pair: str) -> tuple[Row, Row]:
    """The accepted goal and the one that awaits acceptance."""
    proposals = {event.data["number"]: event.data for event in of(log, pair, "pair.goal_proposed")}
    accepted = [event.data["number"] for event in of(log, pair, "pair.goal_accepted")]
    newest = max(proposals, default=0)
    return (
        proposals[accepted[-1]] if accepted else {},
        {} if newest in accepted or not proposals else proposals[newest],
    )


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


def reminder_log(log: Log) -> list[Row]:
    outcomes = {"reminded": "reminded", "reminder_suppressed": "suppressed", "escalated": "escalated"}
    rows = []
    for event in log:
        outcome = outcomes.get(event.type.partition(".")[2])
        if outcome is None:
            continue
        chase, openers = _chase(log, event)
        step = chase["steps"][event.data["step"]]
        if step["template"] == "concern_received" or openers & {
            "pair.concern_raised",
            "pair.safety_assessed",
        }:
            continue
        due_at = event.data.get("due_at", step["at"])
        recipients = event.data.get("to", step["to"])
        rows.append(
            {
                "position": event.position,
                "cohort": cohort_of(event.stream),
                "pair": event.stream.removeprefix("pair-") if event.stream.startswith("pair") else None,
                "stream": event.stream,
                **{name: event.data[name] for name in ("item", "kind", "revision", "step")},
                "outcome": outcome,
                "template": event.data.get("template", step["template"]),
                "recipients": recipients,
                "recipient_count": len(recipients),
                "due_at": due_at,
                "issued_at": event.occurred_at.isoformat(),
                "delay_seconds": (event.occurred_at - datetime.fromisoformat(due_at)).total_seconds(),
                "reason": event.data.get("reason"),
            }
        )
    return rows


_LEAVING = (
    "cohort.pair_end_noted",
    "cohort.person_declined",
    "cohort.person_withdrew",
    "cohort.person_exited",
)


def kpi_figures(log: Log) -> list[Row]:
    rows: list[Row] = []
    for one in log:
        if one.type != "cohort.kpis_published":
            continue
        told, cohort = one.data["publication"], cohort_of(one.stream)
        newest = of(log, one.stream, "cohort.kpis_published")[-1]
        for place, line in enumerate(told["figures"], 1):
            row = {name: value for name, value in line.items() if name not in {"window", "parts"}}
            row |= {"cohort": cohort, "program": spec_of(log, cohort)["program"], "period": line["window"]}
            row |= {"number": one.data["number"], "as_of": told["as_of"], "place": place}
            rows.append(row | {"latest": newest.position == one.position})
    return sorted(rows, key=lambda row: (row["cohort"], row["number"], row["place"]))


def survey_status(log: Log) -> list[Row]:
    rows = []
    for event in log:
        if event.type not in {"cohort.survey_opened", "cohort.survey_extended"}:
            continue
        wave, stream = event.data["wave"], event.stream
        frozen = of(log, stream, "cohort.control_group_frozen")
        for person in event.data["people"]:
            answer = last(
                [
                    one
                    for one in of(log, stream, "cohort.survey_answered")
                    if (one.data["wave"], one.data["respondent"]) == (wave, person)
                ]
            )
            flagged = wave == "baseline" and any(
                person in one.data["people"] for one in of(log, stream, "cohort.baseline_flagged_late")
            )
            left = [
                one
                for one in of(log, stream, *_LEAVING)
                if person in one.data.get("left", [one.data.get("person")]) and one.position > event.position
            ]
            gone = any(answer is None or one.position < answer.position for one in left)
            rows.append(
                {
                    "cohort": cohort_of(stream),
                    "wave": wave,
                    "person": person,
                    "control": any(
                        person in one.data["people"] for one in frozen if one.position < event.position
                    ),
                    "asked_at": event.data.get("asks_at", event.occurred_at.isoformat()),
                    "answered_at": answer.occurred_at.isoformat() if answer else None,
                    "late": answer.data["late"] if answer else flagged,
                    "gone": gone,
                    "status": "answered" if answer else "gone" if gone else "silent",
                }
            )
    return sorted(rows, key=lambda row: (row["cohort"], row["wave"], row["person"]))


def _chase(log: Log, nudge: StoredEvent) -> tuple[Row, set[str]]:
    """The item as it was opened for this nudge, and the types of all events that ever opened it before."""
    found = [
        (chase, event.type)
        for event in of(log, nudge.stream)
        for chase in event.data.get("opens", ())
        if chase["item"] == nudge.data["item"] and event.position < nudge.position
    ]
    chase = next(chase for chase, _ in found if chase["revision"] == nudge.data["revision"])
    return chase, {opener for _, opener in found}


def sessions_view(log: Log) -> list[Row]:
    return [
        {
            "cohort": cohort_of(pair),
            "pair": pair.removeprefix("pair-"),
            "number": session["number"],
            "week": week(log, cohort_of(pair), datetime.fromisoformat(session["starts_at"])),
            "starts_at": session["starts_at"],
            "state": session["state"],
            "unlogged": session["unlogged"],
            "lapses_at": (datetime.fromisoformat(session["starts_at"]) + timedelta(days=7)).isoformat(),
        }
        for pair in streams(log, "pair")
        for session in sessions(log, pair)
    ]


def adherence(log: Log, cohort: str, as_of: datetime) -> Row:
    """K10 and what surrounds it, as of an instant."""
    now = week(log, cohort, as_of)
    due = [
        row
        for row in sessions_view(log)
        if row["cohort"] == cohort
        and row["state"] != "cancelled"
        and datetime.fromisoformat(row["starts_at"]) <= as_of
    ]
    pairs = [pair for pair in streams(log, "pair") if cohort_of(pair) == cohort]
    paused = {pair.removeprefix("pair-"): _paused_weeks(log, pair, now) for pair in pairs}
    with_sessions = [pair.removeprefix("pair-") for pair in pairs if sessions(log, pair)]
    weeks = sorted({row["week"] for row in due}.union(*paused.values()))
    return {
        "cohort": cohort,
        "as_of": as_of.isoformat(),
        **_attendance(due, as_of),
        "pairs": [
            {
                "pair": pair,
                "paused_weeks": len(paused[pair]),
                **_attendance([row for row in due if row["pair"] == pair], as_of),
            }
            for pair in with_sessions
        ],
        "weeks": [
            {
                "week": number,
                "paused_pairs": sum(number in weeks for weeks in paused.values()),
                **_attendance([row for row in due if row["week"] == number], as_of),
            }
            for number in weeks
        ],
        "milestones": _milestones(log, pairs),
    }


def _attendance(due: Sequence[Row], as_of: datetime) -> Row:
    held = len([row for row in due if row["state"] == "held"])
    lapsed = [row for row in due if datetime.fromisoformat(row["lapses_at"]) <= as_of]
    missed = len([row for row in due if row["state"] == "missed"])
    missed += len([row for row in lapsed if row["state"] == "planned"])
    return {
        "planned": len(due),
        "held": held,
        "missed": missed,
        "awaiting": len(due) - held - missed,
        "adherence": held / (held + missed) if held + missed else None,
    }


def _paused_weeks(log: Log, pair: str, now: int) -> set[int]:
    found: set[int] = set()
    for pause in of(log, pair, "pair.pause_announced"):
        ends = [
            event for event in of(log, pair, "pair.resumed", "pair.ended") if event.position > pause.position
        ]
        cohort = cohort_of(pair)
        until = week(log, cohort, ends[0].occurred_at) if ends else now
        found |= set(range(week(log, cohort, pause.occurred_at), until + 1))
    return found


def _milestones(log: Log, pairs: Sequence[str]) -> Row:
    checks = [of(log, pair, "pair.milestone_checked")[:1] for pair in pairs]
    told = sorted((check[0] for check in checks if check), key=lambda event: event.position)
    told = told[: len(told) - len(told) % 5]
    progress = [event.data["progress"] for event in told]
    return {
        "k": 5,
        "n": len(told),
        "suppressed": not told,
        "progress": sum(progress) / len(progress) if told else None,
    }


def timeline(log: Log) -> list[Row]:
    """Everything but the words."""
    return [
        {
            "position": event.position,
            "cohort": cohort_of(event.stream),
            "stream": event.stream,
            "occurred_at": event.occurred_at.isoformat(),
            "week": week(log, cohort_of(event.stream), event.occurred_at),
            "phase": _phase(week(log, cohort_of(event.stream), event.occurred_at)),
            "type": event.type,
        }
        for event in log
        if event.type not in SILENT
    ]


def _phase(number: int) -> str:
    ends = ((0, "before kickoff"), (1, "kickoff"), (4, "teach and do"), (8, "iterate"))
    for end, name in (*ends, (12, "scale and hand off")):
        if number <= end:
            return name
    return "after the program"

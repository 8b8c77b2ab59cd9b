"""Pair cards and sessions counted again."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.projections.recount import (
    Log,
    Row,
    cohort_of,
    first_at,
    last,
    last_at,
    of,
    pair_state,
    sessions,
    streams,
    week,
)


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

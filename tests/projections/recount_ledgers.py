"""The ledgers, the scorecard, the waves and the board of phases counted again from the whole log."""

from __future__ import annotations

from typing import Any

from events.contracts import StoredEvent
from tests.projections.recount import Log, Row, cohort_of, last, last_at, of, streams
from tests.projections.recount_work import pair_work

BY_KIND = {
    "feedback": ("pair.feedback_given",),
    "experiments": ("pair.experiment_recorded",),
    "insights": ("pair.insight_recorded",),
    "decisions": ("pair.decision_changed", "pair.decision_implemented", "pair.decision_measured"),
    "actions": ("pair.action_completed",),
}
OWN = {kind for kinds in BY_KIND.values() for kind in kinds} | {
    "pair.session_held",
    "pair.deliverable_recorded",
}


def reciprocity(log: Log) -> list[Row]:
    return [_exchange(log, pair) for pair in streams(log, "pair")]


def _exchange(log: Log, pair: str) -> Row:
    terms = of(log, pair, "pair.formed")[0].data["terms"]
    agreed = last(of(log, pair, "pair.exchange_agreed"))
    mended = of(log, pair, "pair.session_corrected")
    row: Row = {
        "pair": pair.removeprefix("pair-"),
        "cohort": cohort_of(pair),
        **{name: terms[name] for name in ("number", "mentor", "mentee")},
        **{name: agreed.data[name] if agreed else None for name in ("teaches", "gives")},
        "held": len(of(log, pair, "pair.session_held"))
        + sum(1 if event.data["held"] else -1 for event in mended),
        "withdrawn": len(
            [one for one in of(log, pair, "pair.deliverable_corrected") if one.data["what"] is None]
        ),
    }
    for role in ("mentor", "mentee"):
        mine = [event for event in of(log, pair, *OWN) if event.data["by"] == terms[role]]
        in_sessions = sum(len(one.data["deliverables"]) for one in mine if one.type == "pair.session_held")
        row[f"{role}_deliverables"] = in_sessions + _count(mine, "pair.deliverable_recorded")
        row |= {f"{role}_{kind}": _count(mine, *types) for kind, types in BY_KIND.items()}
        row[f"{role}_last_at"] = max((one.occurred_at.isoformat() for one in mine), default=None)
    return row


def _count(events: list[StoredEvent], *types: str) -> int:
    return len([event for event in events if event.type in types])


def sponsor_scorecard(log: Log) -> list[Row]:
    return sorted(
        (row for cohort in streams(log, "cohort") for row in _duties(log, cohort)),
        key=lambda row: (row["cohort"], row["duty"]),
    )


def _duties(log: Log, cohort: str) -> list[Row]:
    """Each duty from its own events; a cancellation or a new sponsor reaches what is due just then."""
    rows = []
    for committed in of(log, cohort, "cohort.sponsorship_committed")[-1:]:
        for duty, due_at in committed.data["duties"].items():
            row: Row = {"cohort": cohort_of(cohort), "duty": duty, "sponsor": committed.data["by"]}
            row |= {"due_at": due_at, "state": "due", "settled_at": None}
            for event in of(log, cohort):
                if event.position > committed.position:
                    _apply(row, event)
            rows.append(row)
    return rows


def _apply(row: Row, event: StoredEvent) -> None:
    mine, settled = event.data.get("duty") == row["duty"], {"settled_at": event.occurred_at.isoformat()}
    match event.type:
        case "cohort.duty_rescheduled" if mine:
            row["due_at"] = event.data["due_at"]
        case "cohort.duty_fulfilled" if mine:
            row |= {"state": "fulfilled" if event.data["on_time"] else "late", **settled}
        case "cohort.duty_missed" if mine:
            row |= {"state": "missed", **settled}
        case "cohort.duty_corrected" if mine:
            row |= {"state": event.data["state"], **settled}
            row["settled_at"] = None if row["state"] == "due" else row["settled_at"]
        case "cohort.sponsor_replaced" if row["state"] == "due":
            row["sponsor"] = event.data["to"]["id"]
        case "cohort.cancelled" if row["state"] == "due":
            row |= {"state": "off", **settled}


def employment(log: Log) -> list[Row]:
    told = [one for one in log if one.type.startswith("cohort.employment_")]
    wrong = {(one.stream, one.data["corrects"]) for one in told if one.type.endswith("corrected")}
    return [
        {
            "position": event.position,
            "cohort": cohort_of(event.stream),
            "number": event.version,
            "on_day": event.data["on"],
            **{name: event.data[name] for name in ("person", "what", "level")},
            "corrects": event.data.get("corrects"),
            "recorded_at": event.recorded_at.isoformat(),
        }
        for event in told
        if (event.stream, event.version) not in wrong and event.data["what"]
    ]


def survey_waves(people: list[Row], log: Log) -> list[Row]:
    """`people` are the recounted lines of `survey_status`."""
    rows = []
    for cohort in streams(log, "cohort"):
        for opened in of(log, cohort, "cohort.survey_opened"):
            wave, data = opened.data["wave"], opened.data
            mine = [one for one in people if (one["cohort"], one["wave"]) == (cohort_of(cohort), wave)]
            closed = [one for one in of(log, cohort, "cohort.survey_closed") if one.data["wave"] == wave]
            rows.append(
                {
                    "cohort": cohort_of(cohort),
                    **{name: data[name] for name in ("wave", "form", "closes_at", "comparable")},
                    "opened_at": opened.occurred_at.isoformat(),
                    "closed_at": last_at(closed),
                    "asked": len(mine),
                    "answered": len([one for one in mine if one["status"] == "answered"]),
                    "late": len([one for one in mine if one["status"] == "answered" and one["late"]]),
                    "gone": len([one for one in mine if one["gone"]]),
                }
            )
    return sorted(rows, key=lambda row: (row["cohort"], row["wave"]))


def sprint_board(log: Log) -> list[Row]:
    return _things(log, "phases")


def insight_ledger(log: Log) -> list[Row]:
    return _things(log, "insights")


def _things(log: Log, kind: str) -> list[Row]:
    rows: list[dict[str, Any]] = []
    for work in pair_work(log):
        about = {"cohort": work["cohort"], "pair": work["pair"], "pair_number": work["number"]}
        rows += [{**about, **one} for one in sorted(work[kind], key=lambda one: int(one["number"]))]
    return rows

"""The work of each pair counted again, each thing from the events that name it."""

from __future__ import annotations

from events.contracts import StoredEvent
from tests.projections.recount import Log, Row, cohort_of, last, last_at, of, streams


def pair_work(log: Log) -> list[Row]:
    return [_work(log, pair) for pair in streams(log, "pair")]


def _work(log: Log, pair: str) -> Row:
    return {
        "pair": pair.removeprefix("pair-"),
        "cohort": cohort_of(pair),
        "number": of(log, pair, "pair.formed")[0].data["terms"]["number"],
        "phases": [_phase(log, pair, event) for event in of(log, pair, "pair.phase_entered")],
        "deliverables": _deliverables(log, pair),
        "experiments": [
            {key: value for key, value in event.data.items() if key not in {"opens", "settles"}}
            | {"at": event.occurred_at.isoformat()}
            for event in of(log, pair, "pair.experiment_recorded")
        ],
        "insights": [_insight(log, pair, event) for event in of(log, pair, "pair.insight_recorded")],
    }


def _phase(log: Log, pair: str, entered: StoredEvent) -> Row:
    number = entered.data["number"]

    def named(name: str) -> list[StoredEvent]:
        return [event for event in of(log, pair, f"pair.phase_{name}") if event.data["number"] == number]

    overdue, completed = named("overdue"), named("completed")
    state = "completed" if completed else "overdue" if overdue else "open"
    lacking = overdue[0].data["missing"] if overdue and not completed else []
    return {
        **{name: entered.data[name] for name in ("number", "name", "until")},
        "entered_at": entered.occurred_at.isoformat(),
        "state": state + ("_late" if completed and completed[0].data["late"] else ""),
        "missing": [{"kind": one["kind"], "count": one["count"]} for one in lacking],
        "completed_at": last_at(completed),
    }


def _deliverables(log: Log, pair: str) -> list[Row]:
    found: list[Row] = []
    for event in of(log, pair, "pair.session_held", "pair.deliverable_recorded"):
        held = event.type == "pair.session_held"
        for what in event.data["deliverables"] if held else [event.data["what"]]:
            number = len(found) + 1
            given = [one for one in of(log, pair, "pair.feedback_given") if one.data["deliverable"] == number]
            mended = last(
                [one for one in of(log, pair, "pair.deliverable_corrected") if one.data["number"] == number]
            )
            found.append(
                {
                    "number": number,
                    "kind": "other" if held else event.data["kind"],
                    "what": mended.data["what"] if mended else what,
                    "by": event.data["by"],
                    "at": event.occurred_at.isoformat(),
                    "feedback_due": None if held else event.data["feedback_due"],
                    "feedback_at": last_at(given),
                    "feedback_in_time": given[0].data["in_time"] if given else None,
                }
            )
    return found


def _insight(log: Log, pair: str, recorded: StoredEvent) -> Row:
    def about(name: str) -> StoredEvent | None:
        events = of(log, pair, f"pair.decision_{name}")
        return last([event for event in events if event.data["insight"] == recorded.data["number"]])

    steps = {name: about(name) for name in ("changed", "implemented", "measured")}
    reached = [name for name, event in steps.items() if event is not None]
    changed, measured = steps["changed"], steps["measured"]
    return {
        **{name: recorded.data[name] for name in ("number", "by", "what")},
        "stage": reached[-1] if reached else "recorded",
        "recorded_at": recorded.occurred_at.isoformat(),
        **{f"{name}_at": event.occurred_at.isoformat() if event else None for name, event in steps.items()},
        "decision": changed.data["what"] if changed else None,
        "outcome": measured.data["outcome"] if measured else None,
        "measure": measured.data["what"] if measured else None,
    }

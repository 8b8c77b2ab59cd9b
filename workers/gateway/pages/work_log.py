"""What a pair has produced, tried and learned, as its log tells it now: a page must show what was just saved,
and read models may be a moment behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from events.contracts import StoredEvent
from turnabout.commands.pair_terms import NextStep
from turnabout.results.work import DeliverableLine, ExperimentLine, InsightLine
from workers.gateway.house import Gateway
from workers.gateway.visit import Visit

L = TypeVar("L", DeliverableLine, InsightLine)


@dataclass
class WorkLog:
    """Everything by its number from 1; `stated` counts how often the mentor said where to go, `stated_at` is
    when last."""

    deliverables: dict[int, DeliverableLine] = field(default_factory=dict)
    experiments: list[ExperimentLine] = field(default_factory=list)
    insights: dict[int, InsightLine] = field(default_factory=dict)
    actions: list[NextStep] = field(default_factory=list)
    done: set[int] = field(default_factory=set)
    stated: int = 0
    stated_at: datetime | None = None


async def known(gateway: Gateway, visit: Visit) -> WorkLog:
    """The work of the visited pair, as far as the visit's state goes. Raises Unreachable."""
    last = visit.pair.record.version
    return told([one async for one in gateway.desk.events(visit.stream) if one.version <= last])


def told(events: Iterable[StoredEvent]) -> WorkLog:
    """The work that these events of a pair tell of."""
    log = WorkLog()
    for event in events:
        data, at = event.data, event.occurred_at
        match event.type:
            case "pair.session_held":
                for what in data["deliverables"]:
                    _made(log, {"what": what, "kind": "other", "by": data["by"]}, at)
            case "pair.deliverable_recorded":
                _made(log, data, at)
            case "pair.deliverable_corrected":
                _change(log.deliverables, data["number"], what=data["what"])
            case "pair.feedback_given":
                given = {"feedback_at": at, "feedback_in_time": data["in_time"]}
                _change(log.deliverables, data["deliverable"], **given)
            case "pair.experiment_recorded":
                log.experiments.append(
                    ExperimentLine.model_validate(_known(ExperimentLine, {**data, "at": at}))
                )
            case "pair.insight_recorded":
                log.insights[data["number"]] = InsightLine(
                    number=data["number"],
                    by=data["by"],
                    what=data["what"],
                    stage="recorded",
                    recorded_at=at,
                    decision=None,
                    changed_at=None,
                    implemented_at=None,
                    outcome=None,
                    measure=None,
                    measured_at=None,
                )
            case "pair.decision_changed":
                changed = {"stage": "changed", "decision": data["what"], "changed_at": at}
                _change(log.insights, data["insight"], **changed)
            case "pair.decision_implemented":
                _change(log.insights, data["insight"], stage="implemented", implemented_at=at)
            case "pair.decision_measured":
                measured = {"outcome": data["outcome"], "measure": data["what"], "measured_at": at}
                _change(log.insights, data["insight"], stage="measured", **measured)
            case "pair.milestone_checked":
                log.actions += [NextStep.model_validate(one) for one in data["actions"]]
            case "pair.action_completed":
                log.done.add(data["number"])
            case "pair.career_outcome_stated":
                log.stated, log.stated_at = log.stated + 1, at
    return log


def _made(log: WorkLog, data: dict[str, object], at: datetime) -> None:
    number = len(log.deliverables) + 1
    log.deliverables[number] = DeliverableLine.model_validate(
        {
            "number": number,
            "kind": data.get("kind", "other"),
            "what": data["what"],
            "by": data["by"],
            "at": at,
            "feedback_due": data.get("feedback_due"),
            "feedback_at": None,
            "feedback_in_time": None,
        }
    )


def _known(kind: type[ExperimentLine], data: dict[str, object]) -> dict[str, object]:
    return {name: data[name] for name in kind.model_fields}


def _change(lines: dict[int, L], number: int, **changes: object) -> None:
    lines[number] = lines[number].model_copy(update=changes)

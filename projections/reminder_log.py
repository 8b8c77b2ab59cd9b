"""Every nudge that was issued, suppressed or passed on to a person, and whether it came on time. Pure fold.

For the lead and the analyst. Messages that only the steward may know of are kept out of the view: the steward
reads the log itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from events.base import Event
from events.chase import Chasing, Escalated, Expired, Reminded, Suppressed
from events.cohort import CohortEvent
from events.contracts import StoredEvent
from events.pair import PairEvent
from projections.privacy import STEWARD_ONLY_EVENTS, STEWARD_ONLY_TEMPLATES
from projections.projection import Batch, Projection, Table, at, place


@dataclass
class OpenItem:
    """What somebody owes, while steps of it are left: a suppressed step names only its number."""

    stream: str
    item: str
    revision: int
    steward_only: bool
    steps: list[dict[str, Any]]


@dataclass
class Line:
    """One nudge. `delay_seconds` lies between when it was due and when it was issued."""

    position: int
    cohort: str
    pair: str | None
    stream: str
    item: str
    kind: str
    revision: int
    step: int
    outcome: str
    template: str
    recipients: list[str]
    due_at: str | None
    issued_at: str
    delay_seconds: float | None
    reason: str | None
    steward_only: bool


OPEN_ITEMS = Table("open_items", OpenItem, key=("stream", "item"), scope="stream")
LINES = Table("lines", Line, key=("position",))

reminder_log = Projection("reminder_log", __file__, version=1, tables=(OPEN_ITEMS, LINES))

_EVENTS: tuple[type[Event], ...] = (*get_args(CohortEvent), *get_args(PairEvent))
_OUTCOMES: dict[type[Event], str] = {Reminded: "reminded", Suppressed: "suppressed", Escalated: "escalated"}
_OUTCOME_OF = {
    str(event.model_fields["type"].default): outcome
    for event in _EVENTS
    for base, outcome in _OUTCOMES.items()
    if issubclass(event, base)
}


@reminder_log.on(*(event for event in _EVENTS if issubclass(event, Chasing)))
def chased(batch: Batch, event: StoredEvent) -> None:
    """Items opened, moved and settled."""
    for chase in event.data["opens"]:
        before = batch[OPEN_ITEMS].find(event.stream, chase["item"])
        hidden = (
            event.type in STEWARD_ONLY_EVENTS
            or not STEWARD_ONLY_TEMPLATES.isdisjoint(step["template"] for step in chase["steps"])
            or (before is not None and before.steward_only)
        )
        batch[OPEN_ITEMS].put(
            OpenItem(event.stream, chase["item"], chase["revision"], hidden, chase["steps"])
        )
    opened = {chase["item"] for chase in event.data["opens"]}
    for item in event.data["settles"]:
        if item not in opened:
            batch[OPEN_ITEMS].drop(event.stream, item)


@reminder_log.on(*(event for event in _EVENTS if issubclass(event, Expired)))
def expired(batch: Batch, event: StoredEvent) -> None:
    """The end of waiting reaches nobody, so it is no line."""
    batch[OPEN_ITEMS].drop(event.stream, event.data["item"])


@reminder_log.on(*(event for event in _EVENTS if issubclass(event, Reminded | Suppressed | Escalated)))
def nudged(batch: Batch, event: StoredEvent) -> None:
    data, where = event.data, place(event.stream)
    known = batch[OPEN_ITEMS].find(event.stream, data["item"])
    planned = known.steps[data["step"]] if known and known.revision == data["revision"] else {}
    template = data.get("template") or planned.get("template", "")
    if known and data["step"] + 1 >= len(known.steps):
        batch[OPEN_ITEMS].drop(event.stream, data["item"])
    due_at = data.get("due_at") or planned.get("at")
    delay = (event.occurred_at - datetime.fromisoformat(due_at)).total_seconds() if due_at else None
    batch[LINES].put(
        Line(
            position=event.position,
            cohort=where.cohort,
            pair=where.pair,
            stream=event.stream,
            item=data["item"],
            kind=data["kind"],
            revision=data["revision"],
            step=data["step"],
            outcome=_OUTCOME_OF[event.type],
            template=template,
            recipients=list(data.get("to") or planned.get("to", ())),
            due_at=due_at,
            issued_at=at(event),
            delay_seconds=delay,
            reason=data.get("reason"),
            steward_only=bool(known and known.steward_only) or template in STEWARD_ONLY_TEMPLATES,
        )
    )

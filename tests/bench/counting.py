"""What a workflow's history cost, in all and by cause: the opening, each command, each due item. Pure.

A workflow task and what it commands belong to the commands that it appended; an activity with all its events,
and the task that only notes its end, belong to the task that scheduled it. Every event is counted once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from temporalio.api.enums.v1 import EventType as E
from temporalio.api.history.v1 import HistoryEvent
from temporalio.converter import default

from events.contracts import APPEND

Trigger = Literal["command", "due item", "rest"]


@dataclass(frozen=True)
class Totals:
    """What one stream took. `actions` is what Temporal Cloud would bill: starts, updates (also refused ones),
    timers, attempts of activities, search attribute upserts, and one for all local activities of a workflow
    task (https://docs.temporal.io/cloud/actions)."""

    history_events: int
    workflow_tasks: int
    activities: int
    local_activities: int
    timers: int
    updates: int
    appends: int
    domain_events: int
    actions: int


@dataclass(frozen=True)
class Appended:
    """A command of a stream, as the log has it: its id and the type of its first event."""

    command_id: str
    event_type: str


@dataclass(frozen=True)
class Cost:
    """The history events of one appended command; of the rest, such as answering a refused update."""

    trigger: Trigger
    event_type: str
    history_events: float


@dataclass
class _Task:
    """One workflow task: its events, how many commands it appended, and whose end it only notes, if so."""

    history_events: int = 0
    appends: int = 0
    notes: _Task | None = None

    def owner(self) -> _Task:
        """The task that this one's events belong to."""
        return self if self.appends or self.notes is None else self.notes.owner()


@dataclass
class _Reading:
    tasks: list[_Task] = field(default_factory=list)
    waiting: _Task = field(default_factory=_Task)
    scheduled_by: dict[int, _Task] = field(default_factory=dict)


def totals(runs: Sequence[Sequence[HistoryEvent]], domain_events: int, refused: int) -> Totals:
    """The sums over a workflow's runs. `refused` updates leave no event, yet are billed."""
    history = [event for run in runs for event in run]
    kinds = Counter(event.event_type for event in history)
    attempts = sum(event.activity_task_started_event_attributes.attempt for event in history)
    tasks_with_local = sum(_tasks_with_local_activities(run) for run in runs)
    updates = kinds[E.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED]
    timers = kinds[E.EVENT_TYPE_TIMER_STARTED]
    upserts = kinds[E.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES]
    return Totals(
        history_events=len(history),
        workflow_tasks=kinds[E.EVENT_TYPE_WORKFLOW_TASK_COMPLETED],
        activities=kinds[E.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED],
        local_activities=kinds[E.EVENT_TYPE_MARKER_RECORDED],
        timers=timers,
        updates=updates,
        appends=sum(_is_append(event) for event in history),
        domain_events=domain_events,
        actions=len(runs) + updates + refused + timers + attempts + upserts + tasks_with_local,
    )


def by_cause(run: Sequence[HistoryEvent], appended: Iterable[Appended]) -> list[Cost]:
    """The cost of each command that a run appended, and of the rest. `appended` is what the log has of that
    run, in order; it is the order in which the run appended. Commands of one task share its cost."""
    commands = iter(appended)
    updates = {
        event.workflow_execution_update_accepted_event_attributes.accepted_request.meta.update_id
        for event in run
    }
    costs = []
    for task in _tasks(run):
        share = task.history_events / max(task.appends, 1)
        for _ in range(task.appends):
            command = next(commands)
            trigger: Trigger = "command" if command.command_id in updates else "due item"
            costs.append(Cost(trigger, command.event_type, share))
        if not task.appends:
            costs.append(Cost("rest", "", share))
    return costs


def _tasks(run: Iterable[HistoryEvent]) -> list[_Task]:
    reading = _Reading()
    for event in run:
        _task_of(reading, event).history_events += 1
    tasks = [*reading.tasks, reading.waiting]
    for task in tasks:
        if task.owner() is not task:
            task.owner().history_events += task.history_events
            task.history_events = 0
    return [task for task in tasks if task.history_events]


def _task_of(reading: _Reading, event: HistoryEvent) -> _Task:
    """The task that an event leads to, or that led to it."""
    match event.event_type:
        case (
            E.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
            | E.EVENT_TYPE_TIMER_FIRED
            | E.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
            | E.EVENT_TYPE_WORKFLOW_TASK_STARTED
        ):
            return reading.waiting
        case E.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            reading.tasks.append(reading.waiting)
            reading.waiting = _Task()
        case E.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            reading.scheduled_by[event.event_id] = reading.tasks[-1]
        case E.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            return reading.scheduled_by[event.activity_task_started_event_attributes.scheduled_event_id]
        case E.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            task = reading.scheduled_by[event.activity_task_completed_event_attributes.scheduled_event_id]
            reading.waiting.notes = task
            return task
        case E.EVENT_TYPE_MARKER_RECORDED:
            reading.tasks[-1].appends += _is_append(event)
        case _:
            pass
    return reading.tasks[-1]


def _tasks_with_local_activities(run: Iterable[HistoryEvent]) -> int:
    found = [event.marker_recorded_event_attributes.workflow_task_completed_event_id for event in run]
    return len({task for task in found if task})


def _is_append(event: HistoryEvent) -> bool:
    return event.event_type == E.EVENT_TYPE_MARKER_RECORDED and _local_activity(event) == APPEND


def _local_activity(event: HistoryEvent) -> str:
    """The type of a local activity, from what the SDK's core notes in its marker."""
    payload = event.marker_recorded_event_attributes.details["data"].payloads[0]
    return str(default().payload_converter.from_payload(payload, dict)["activity_type"])

"""Reminders, and the messages of the outbox. Pure."""

from __future__ import annotations

from typing import Literal

from turnabout.results.base import At, Result


class ReminderLine(Result):
    """A nudge that was issued, suppressed or passed on to a person, for the lead and the analyst. `due_at` is
    when it was planned for, `delay_seconds` how much later it was issued."""

    position: int
    cohort: str
    pair: str | None
    stream: str
    item: str
    kind: str
    revision: int
    step: int
    outcome: Literal["reminded", "suppressed", "escalated"]
    template: str
    recipients: tuple[str, ...]
    recipient_count: int
    due_at: At | None
    issued_at: At
    delay_seconds: float | None
    reason: str | None


class MessageLine(Result):
    """One message to one person by one channel, from the outbox. `delay_seconds` is from due to sent."""

    event_id: str
    recipient: str
    channel: str
    stream: str
    template: str
    due_at: At
    reserved_at: At
    attempts: int
    outcome: str
    outcome_at: At | None
    delay_seconds: float | None
    message_id: str | None
    error: str | None


NotificationState = Literal["sending", "retrying", "sent", "suppressed", "bounced", "unaddressed", "dead"]


class NotificationLine(Result):
    """What became of one message: `bounced` was refused for good, `dead` given up, `retrying` is tried again.
    `stream` is `sealed` where it would tell of which pair a steward hears. `tried_at` is the last attempt."""

    state: NotificationState
    recipient: str
    channel: str
    template: str
    stream: str
    due_at: At
    tried_at: At
    attempts: int
    outcome_at: At | None
    delay_seconds: float | None
    message_id: str | None
    error: str | None

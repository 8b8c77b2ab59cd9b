"""What activities count: appends and messages. Labels come from closed sets; an id or a name is never one."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from events.metrics import OTHER, STREAM_KINDS, kind_of
from events.templates import STEWARD_ONLY, TEMPLATES, shown

EVENTS_APPENDED = Counter(
    "turnabout_events_appended_total", "Events stored, by kind of stream.", ["stream_kind"]
)
APPEND_CONFLICTS = Counter(
    "turnabout_append_conflicts_total",
    "Appends that found others' events at their place and adopted them.",
    ["stream_kind"],
)
APPEND_SECONDS = Histogram(
    "turnabout_append_seconds",
    "Time from asking the store to its acknowledgement.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REMINDERS = Counter(
    "turnabout_reminders_total",
    "Messages by template, channel and outcome; each try that failed counts once.",
    ["kind", "channel", "outcome"],
)
REMINDER_DELAY = Histogram(
    "turnabout_reminder_delay_seconds",
    "Time from the instant a message was due to its sending, by Temporal's clock.",
    buckets=(1, 5, 15, 30, 60, 120, 300, 900, 3600, 14_400, 86_400, 259_200),
)

CHANNEL_ANSWERED = Gauge(
    "turnabout_channel_answered_timestamp_seconds",
    "When this channel last took or refused a message of this process; 0 where it had none.",
    ["channel"],
)
CHANNEL_FAILED = Gauge(
    "turnabout_channel_failed_timestamp_seconds",
    "When this channel as a whole last did not work for this process; 0 where it always did.",
    ["channel"],
)
for _kind in STREAM_KINDS:  # what was never counted is 0, or its first increase goes unseen
    EVENTS_APPENDED.labels(_kind)
    APPEND_CONFLICTS.labels(_kind)


def stored(stream: str, events: int, seconds: float) -> None:
    """An append was acknowledged after `seconds`: `events` of its events are new."""
    EVENTS_APPENDED.labels(kind_of(stream)).inc(events)
    APPEND_SECONDS.observe(seconds)


def conflicted(stream: str) -> None:
    """An append met a conflict."""
    APPEND_CONFLICTS.labels(kind_of(stream)).inc()


def message(template: str, channel: str, outcome: str) -> None:
    """A message got an outcome; the channel and the outcome are ours, so they are bounded. One to a safety
    steward that arrived is not counted: beside somebody's answer it would tell what they said (G6)."""
    if template in STEWARD_ONLY and outcome == "sent":
        return
    REMINDERS.labels(shown(template) if template in TEMPLATES else OTHER, channel, outcome).inc()


def message_delay(template: str, seconds: float) -> None:
    """A message left `seconds` after it was due; of those to a safety steward nothing shows, as above."""
    if template not in STEWARD_ONLY:
        REMINDER_DELAY.observe(max(0.0, seconds))


def channel(name: str) -> None:
    """There is a channel, which has not been asked yet."""
    CHANNEL_ANSWERED.labels(name)
    CHANNEL_FAILED.labels(name)


def channel_asked(name: str, template: str, *, down: bool) -> None:
    """A channel was given a message just now, and is down or not, by the wall clock. That it took one to a
    safety steward does not show."""
    if down or template not in STEWARD_ONLY:
        (CHANNEL_FAILED if down else CHANNEL_ANSWERED).labels(name).set_to_current_time()

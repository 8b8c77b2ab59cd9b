"""K10: how far pairs keep their sessions, to date. Pure.

A session that a pause, or the end of a pair, took off is not planned; one that nobody logged within the
policy's days counts as missed. For the lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from projections.kpi.facts import Facts, Meeting
from projections.kpi.values import FEWEST_PAIRS, Figure, share, suppressed
from projections.weeks import week_of, week_one
from turnabout.kpi_series import WEEKLY, week

WHAT, ACTIVE, WINDOW = "sessions held", "sessions held, active only", "to date"


def adherence(found: Facts, now: datetime) -> tuple[Figure, ...]:
    """Of the sessions planned to date, those held. Those of the last days that nobody has logged yet are
    unknown: they count as planned and not as held. The second line leaves out pairs that ended before their
    time."""
    due, there = _due(found, now), {pair.pair for pair in found.worked() if pair.went_through}
    active = [one for one in due if one.pair in there]
    left = _pairs(due) - _pairs(active)
    return (
        _line(WHAT, WINDOW, due, found, now) if _pairs(due) >= FEWEST_PAIRS else _blank(WHAT, WINDOW),
        _blank(ACTIVE, WINDOW)
        if _pairs(active) < FEWEST_PAIRS or 0 < left < FEWEST_PAIRS
        else _line(ACTIVE, WINDOW, active, found, now),
    )


def by_week(found: Facts, now: datetime) -> tuple[Figure, ...]:
    """The same by week of the cohort. A week of fewer than three pairs is suppressed, with as many others as
    it takes that what is left of the whole holds three, too."""
    weeks: dict[int, list[Due]] = {}
    first = week_one(found.spec.kickoff_on)
    for one in _due(found, now):
        weeks.setdefault(week_of(one.meeting.starts_at, first, found.spec.timezone), []).append(one)
    hidden = {number for number, due in weeks.items() if _pairs(due) < FEWEST_PAIRS}
    fewest = sorted(weeks.keys() - hidden, key=lambda number: (len(weeks[number]), number))
    while hidden and fewest and _pairs([one for number in hidden for one in weeks[number]]) < FEWEST_PAIRS:
        hidden.add(fewest.pop(0))
    return tuple(
        _blank(WEEKLY, week(number)) if number in hidden else _line(WEEKLY, week(number), due, found, now)
        for number, due in sorted(weeks.items())
    )


class Due(NamedTuple):
    """A session that is planned up to now, and whose it is."""

    pair: str
    meeting: Meeting


def _due(found: Facts, now: datetime) -> list[Due]:
    return [
        Due(pair.pair, one)
        for pair in found.worked()
        for one in pair.sessions.values()
        if one.state != "cancelled" and one.starts_at <= now
    ]


def _pairs(due: Sequence[Due]) -> int:
    return len({one.pair for one in due})


def _blank(what: str, window: str) -> Figure:
    return suppressed("K10", what, window, audience="lead")


def _line(what: str, window: str, due: Sequence[Due], found: Facts, now: datetime) -> Figure:
    held = sum(one.meeting.state == "held" for one in due)
    unlogged = sum(one.meeting.state == "planned" and not _lapsed(found, one.meeting, now) for one in due)
    return share("K10", what, window, held, len(due), unknown=unlogged, audience="lead")


def _lapsed(found: Facts, one: Meeting, now: datetime) -> bool:
    return one.starts_at + timedelta(days=found.spec.rules.sessions.unlogged) <= now

"""K10: how far pairs keep their sessions, to date. Pure.

A session that a pause, or the end of a pair, took off is not planned; one that nobody logged within the
policy's days counts as missed. For the lead.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from projections.kpi.facts import Facts, Meeting
from projections.kpi.values import FEWEST_PAIRS, Figure, rounded, share, suppressed

WHAT, WINDOW = "sessions held", "to date"


def adherence(found: Facts, now: datetime) -> Figure:
    """Of the sessions planned to date, those held. Those of the last days that nobody has logged yet are
    unknown: they count as planned and not as held."""
    due = {
        pair.pair: [
            one for one in pair.sessions.values() if one.state != "cancelled" and one.starts_at <= now
        ]
        for pair in found.worked()
    }
    meetings = [one for some in due.values() for one in some]
    if sum(bool(some) for some in due.values()) < FEWEST_PAIRS:
        return suppressed("K10", WHAT, WINDOW, audience="lead")
    held = sum(one.state == "held" for one in meetings)
    unlogged = sum(one.state == "planned" and not _lapsed(found, one, now) for one in meetings)
    line = share("K10", WHAT, WINDOW, held, len(meetings), unknown=unlogged, audience="lead")
    return line.model_copy(update={"missing": rounded(unlogged / len(meetings))})


def _lapsed(found: Facts, one: Meeting, now: datetime) -> bool:
    return one.starts_at + timedelta(days=found.spec.rules.sessions.unlogged) <= now

"""Certificates on request, folded from the log: for pairs that graduated, and for nobody else (R92).

A refusal is the same for everyone, whatever became of the pair: it never tells why somebody did not graduate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from activities.documents.catalog import certificate
from activities.documents.page import Document
from activities.languages import DEFAULT
from events.contracts import StoredEvent
from turnabout import schedule
from turnabout.contact import Contact
from turnabout.errors import Rejected
from workers.calendars import folded
from workflows.rules.pair_state import PairState

GRADUATED = frozenset({"graduated", "graduated_early"})


def of_pair(
    events: Sequence[StoredEvent], person: str, *, cohort_name: str, contact: Contact | None
) -> Document:
    """The certificate of one partner of the pair to which all this happened. Raises Rejected (R92)."""
    return of_state(folded(events), person, cohort_name=cohort_name, contact=contact)


def of_state(state: PairState, person: str, *, cohort_name: str, contact: Contact | None) -> Document:
    """The same of what is known of a pair. Raises Rejected (R92)."""
    ended_at, started_at = state.ended_at, state.activated_at
    if state.end_state not in GRADUATED or person not in state.partners or None in {ended_at, started_at}:
        raise Rejected(
            "R92",
            f"there is no certificate of this pair for {person}.",
            hint="There is one for each partner of a pair that has graduated.",
        )
    return certificate(
        name=contact.name if contact else person,
        cohort_name=cohort_name,
        role="mentor" if person == state.agreed.mentor else "mentee",
        started_on=_day(state, started_at),
        ended_on=_day(state, ended_at),
        held=sum(session.status == "held" for session in state.sessions.values()),
        language=contact.language if contact else DEFAULT,
    )


def _day(state: PairState, at: datetime | None) -> str:
    if at is None:
        return ""
    day = schedule.day_of(state.agreed, at)
    return f"{day.day} {day:%B %Y}"

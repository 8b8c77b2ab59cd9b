"""The pages of roles, which only somebody signed in opens, by name."""

from __future__ import annotations

from collections.abc import Mapping

from workers.gateway.addresses import address
from workers.gateway.desk import State
from workers.gateway.roles import (
    lead,
    lead_close,
    lead_offices,
    lead_pair,
    lead_records,
    lead_start,
    sponsor,
    steward,
)
from workers.gateway.visit import Page
from workflows.rules.pair_state import PairState

_PARTS = (lead, lead_close, lead_offices, lead_pair, lead_records, lead_start, sponsor, steward)
ROLE_PAGES: Mapping[str, Page] = {page.name: page for part in _PARTS for page in part.PAGES}
_LEADS_BACK = {
    **dict.fromkeys(("enrolment", "kickoff", "duties", "records", "measures", "offices", "close"), "lead"),
    "pair": "lead",
    "care": "steward",
}


def back_of(name: str, stream: str, state: State) -> tuple[str, str] | None:
    """The page of a cohort to which a page of a role belongs, and its title."""
    page = ROLE_PAGES.get(_LEADS_BACK.get(name, ""))
    if page is None:
        return None
    cohort = f"cohort-{state.agreed.cohort}" if isinstance(state, PairState) else stream
    return address(cohort, page.name), page.title

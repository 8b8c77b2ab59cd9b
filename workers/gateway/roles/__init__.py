"""The pages of roles, which only somebody signed in opens, by name."""

from __future__ import annotations

from collections.abc import Mapping

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

_PARTS = (lead, lead_close, lead_offices, lead_pair, lead_records, lead_start, sponsor, steward)
ROLE_PAGES: Mapping[str, Page] = {page.name: page for part in _PARTS for page in part.PAGES}

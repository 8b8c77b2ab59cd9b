"""All pages that a link may open, by name."""

from __future__ import annotations

from collections.abc import Mapping

from workers.gateway.pages import (
    care,
    closing,
    enrolment,
    home,
    matching,
    preparation,
    pulse,
    sessions,
    sponsor,
    survey,
)
from workers.gateway.visit import Page

_PARTS = (care, closing, enrolment, home, matching, preparation, pulse, sessions, sponsor, survey)
PAGES: Mapping[str, Page] = {page.name: page for part in _PARTS for page in part.PAGES}

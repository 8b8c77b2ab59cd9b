"""All pages that a link may open, by name."""

from __future__ import annotations

from collections.abc import Mapping

from workers.gateway.pages import (
    care,
    career,
    charter,
    circle,
    closing,
    corrections,
    enrolment,
    experiments,
    files,
    goal,
    home,
    insights,
    leaving,
    matching,
    metric,
    my_data,
    preparation,
    pulse,
    rhythm,
    sessions,
    sponsor,
    survey,
    tell_steward,
    work,
)
from workers.gateway.visit import Page

_PARTS = (
    care,
    career,
    charter,
    circle,
    closing,
    corrections,
    enrolment,
    experiments,
    files,
    goal,
    home,
    insights,
    leaving,
    matching,
    metric,
    my_data,
    preparation,
    pulse,
    rhythm,
    sessions,
    sponsor,
    survey,
    tell_steward,
    work,
)
PAGES: Mapping[str, Page] = {page.name: page for part in _PARTS for page in part.PAGES}

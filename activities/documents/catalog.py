"""All documents that a program hands out, and what each is filled with from a cohort's spec (R82). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from activities.documents.page import Document, fill, written
from activities.languages import DEFAULT
from turnabout import agendas, charter, prompts
from turnabout.spec import CohortSpec

Values = Callable[[CohortSpec], dict[str, Any]]
QUESTIONS: Final = 5
"""Prompts of each category on the cheat sheet."""

CHARTER_VERSION: Final = 1
"""Of the words in `turnabout/charter.py`, which drafts the charter in English alone."""


@dataclass(frozen=True)
class Kind:
    """A document: where its values come from (None for the charter, which is drafted), and how many pages it
    must have."""

    values: Values | None = None
    pages: int | None = None


def document(name: str, spec: CohortSpec, language: str = DEFAULT) -> Document:
    """The document of that name for a cohort. Raises KeyError for an unknown name, Rejected (R26) for a
    charter that would be too long."""
    kind = DOCUMENTS[name]
    if kind.values is None:
        return written(name, charter.draft(spec), version=CHARTER_VERSION, pages=kind.pages)
    return fill(name, kind.values(spec), zone=spec.timezone, language=language, pages=kind.pages)


def questions() -> list[tuple[str, list[str]]]:
    """What the cheat sheet offers to begin with, by category."""
    return [
        (category, [one.text for one in prompts.LIBRARY if one.category == category][:QUESTIONS])
        for category in prompts.CATEGORIES
    ]


def _meeting(minutes: int) -> agendas.Agenda:
    return agendas.first_meeting(max(agendas.COMPRESSED, min(minutes, agendas.LONGEST)))


def sheet_values(
    *, cohort_name: str, starts_at: str | None, minutes: int, first_meeting_minutes: int, attainable: int
) -> dict[str, Any]:
    """What the two pages need (R51, R53, R78, R80)."""
    return {
        "cohort_name": cohort_name,
        "starts_at": starts_at,
        "minutes": minutes,
        "kickoff": agendas.kickoff(minutes),
        "first_meeting": _meeting(first_meeting_minutes),
        "attainable": attainable,
        "questions": questions(),
    }


def _cheat_sheet(spec: CohortSpec) -> dict[str, Any]:
    rules = spec.rules
    return sheet_values(
        cohort_name=spec.name,
        starts_at=spec.kickoff.isoformat(),
        minutes=rules.kickoff.minutes,
        first_meeting_minutes=rules.kickoff.first_meeting_minutes,
        attainable=rules.goal.attainable,
    )


def _kickoff_agenda(spec: CohortSpec) -> dict[str, Any]:
    minutes = spec.rules.kickoff.minutes
    return {
        "cohort_name": spec.name,
        "starts_at": spec.kickoff.isoformat(),
        "minutes": minutes,
        "kickoff": agendas.kickoff(minutes),
    }


def _first_meeting(spec: CohortSpec) -> dict[str, Any]:
    minutes = min(spec.shape.session_minutes, spec.rules.kickoff.first_meeting_minutes)
    return meeting_values(minutes)


def meeting_values(minutes: int) -> dict[str, Any]:
    """What the plan of a first meeting of so many minutes needs (R78)."""
    return {"meeting": _meeting(minutes), "minutes": minutes}


def _launch_checklist(spec: CohortSpec) -> dict[str, Any]:
    rules = spec.rules
    return {
        "cohort_name": spec.name,
        "starts_at": spec.kickoff.isoformat(),
        "launch_limit": rules.charter.launch_limit,
        "first_meeting_due": rules.kickoff.first_meeting_due,
        "min_kpis": rules.charter.min_kpis,
        "max_kpis": rules.charter.max_kpis,
        "pulse_weeks": list(spec.shape.pulse_weeks),
    }


def _milestone_form(spec: CohortSpec) -> dict[str, Any]:
    return {"horizon": spec.rules.pulse.milestone_horizon}


def _feedback_form(_: CohortSpec) -> dict[str, Any]:
    return {"characters": 500}


def certificate(
    *, name: str, cohort_name: str, role: str, started_on: str, ended_on: str, held: int, language: str
) -> Document:
    """What somebody took part in, and as what (R92): nothing that anybody answered, and no other person."""
    values = {
        "name": name,
        "cohort_name": cohort_name,
        "role": role,
        "started_on": started_on,
        "ended_on": ended_on,
        "held": held,
    }
    return fill("certificate", values, language=language, pages=1)


def _certificate(spec: CohortSpec) -> dict[str, Any]:
    return {
        "name": "Ada Lovelace",
        "cohort_name": spec.name,
        "role": "mentor",
        "started_on": f"{spec.kickoff_on.day} {spec.kickoff_on:%B %Y}",
        "ended_on": f"{spec.ends_on.day} {spec.ends_on:%B %Y}",
        "held": spec.shape.sessions,
    }


DOCUMENTS: Final[Mapping[str, Kind]] = {
    "charter": Kind(pages=1),
    "launch_checklist": Kind(_launch_checklist, pages=1),
    "kickoff_agenda": Kind(_kickoff_agenda, pages=1),
    "cheat_sheet": Kind(_cheat_sheet, pages=2),
    "first_meeting": Kind(_first_meeting, pages=1),
    "milestone_form": Kind(_milestone_form, pages=1),
    "feedback_form": Kind(_feedback_form, pages=1),
    "certificate": Kind(_certificate, pages=1),
}
"""By name, in the order in which a cohort meets them."""

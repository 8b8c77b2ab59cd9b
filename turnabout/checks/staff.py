"""Who serves a cohort, and what its charter measures. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding, some

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """Roles that one person cannot hold at once."""
    if spec.sponsor.id == spec.lead.id:
        yield Finding(
            ("sponsor", "id"),
            "R110",
            f"{spec.sponsor.id} is both sponsor and lead, but a sponsor never sees pair-level data.",
            "Name two people.",
        )
    if spec.sponsor.id == spec.steward.id:
        yield Finding(
            ("steward", "id"),
            "R73",
            f"{spec.steward.id} is both sponsor and steward, but concerns never reach a sponsor.",
            "Name another steward.",
        )
    business = spec.business_sponsor
    if business is not None and business.id in {spec.lead.id, spec.steward.id}:
        office, rule = ("lead", "R110") if business.id == spec.lead.id else ("steward", "R73")
        yield Finding(
            ("business_sponsor", "id"),
            rule,
            f"{business.id} is both business sponsor and {office}, but sponsors see no pair's data.",
            "Name two people.",
        )
    below = [person.id for person in spec.people if spec.steward.id in person.reports_to]
    if below:
        yield Finding(
            ("steward", "id"),
            "G6",
            f"{spec.steward.id} manages {some(below)}, but a line manager never learns why a pair is paused.",
            "Name a steward outside their reporting lines.",
        )
    for index, person in enumerate(spec.people):
        if person.id == spec.steward.id:
            yield Finding(
                ("people", index, "id"),
                "R73",
                f"{person.id} is the safety steward and cannot be in a pair of this cohort.",
                "Name another steward, or take this person out.",
            )
    staff = (
        spec.lead,
        spec.sponsor,
        spec.steward,
        *((business,) if business else ()),
        *spec.support_contacts,
    )
    ids = tuple(one.id for one in staff)
    if "system" in (*ids, *(person.id for person in spec.people)):
        yield Finding((), "G21", "The id `system` is the engine's own.", "Give that person another id.")


def kpi_problems(spec: CohortSpec) -> Iterator[Finding]:
    """Too few, too many or repeated KPIs."""
    rules = spec.policy.charter
    if not rules.min_kpis <= len(spec.kpis) <= rules.max_kpis:
        named = "1 KPI is named" if len(spec.kpis) == 1 else f"{len(spec.kpis)} KPIs are named"
        yield Finding(
            ("kpis",),
            "R32",
            f"{named}; a charter has {rules.min_kpis} to {rules.max_kpis} (G8).",
            "Add some." if len(spec.kpis) < rules.min_kpis else "Remove some.",
        )
    for index, kpi in enumerate(spec.kpis):
        if kpi.id in [earlier.id for earlier in spec.kpis[:index]]:
            yield Finding(("kpis", index, "id"), "R32", f"{kpi.id} is named twice.", "Name each KPI once.")


def warnings(spec: CohortSpec) -> Iterator[Finding]:
    """Role splits that are only advised, and support contacts who are not outside a reporting line."""
    if spec.steward.id == spec.lead.id:
        yield Finding(
            ("steward", "id"),
            "R73",
            f"{spec.steward.id} is both lead and steward.",
            "Where possible, let concerns go to somebody else.",
        )
    for index, person in enumerate(spec.people):
        if person.id == spec.lead.id:
            yield Finding(
                ("people", index, "id"),
                "R27",
                f"{person.id} leads the program and would be in a pair of it.",
                "Where possible, let somebody else lead this cohort.",
            )
        if person.id in {spec.sponsor.id, spec.business_sponsor.id if spec.business_sponsor else None}:
            yield Finding(
                ("people", index, "id"),
                "R110",
                f"{person.id} sponsors the program and would be in a pair of it.",
                "They will see their own pair, and of the others still nothing.",
            )
    if not spec.support_contacts:
        yield Finding(
            ("support_contacts",),
            "R72",
            "No skip-level support contact is named; the steward will be every pair's.",
            "Name at least one.",
        )
    for index, contact in enumerate(spec.support_contacts):
        below = [person.id for person in spec.people if contact.id in person.reports_to]
        if below:
            yield Finding(
                ("support_contacts", index, "id"),
                "R72",
                f"{contact.id} is in the reporting line of {some(below)}.",
                "Their pairs need another contact; make sure that one is left.",
            )

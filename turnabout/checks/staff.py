"""Who serves a cohort, and what its charter measures. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks import offices
from turnabout.checks.finding import Finding

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """Roles that one person cannot hold at once."""
    yield from _clashes(spec, advised=False)
    business = spec.business_sponsor
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
    yield from _clashes(spec, advised=True)
    if not spec.support_contacts:
        yield Finding(
            ("support_contacts",),
            "R72",
            "No skip-level support contact is named; the steward will be every pair's.",
            "Name at least one.",
        )


def _clashes(spec: CohortSpec, *, advised: bool) -> Iterator[Finding]:
    for one in offices.clashes(offices.held(spec)):
        if one.advised == advised:
            yield Finding(_path(spec, one), one.rule, one.message, one.hint)


def _path(spec: CohortSpec, clash: offices.Clash) -> tuple[str | int, ...]:
    """Where a clash is best mended."""
    if clash.other == "partner":
        return ("people", [person.id for person in spec.people].index(clash.person), "id")
    if clash.office == "support contact":
        return ("support_contacts", [one.id for one in spec.support_contacts].index(clash.person), "id")
    if clash.office == "sponsor" and clash.other == "steward":
        return ("steward", "id")
    return (clash.office.replace(" ", "_"), "id")

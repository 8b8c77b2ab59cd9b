"""What can be wrong with a cohort's spec beyond its form. Pure: the workflow asks the same questions as the
file loader. Problems refuse a start; warnings are told and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from turnabout.checks import calendar_dates, grounds, instruments, people, policy, prompts, size, staff
from turnabout.checks.finding import Finding, field

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec

__all__ = ["ROWS", "Checked", "Finding", "check", "field"]

ROWS = "rows of people"
"""Stands among broken fields where rows of a roster could not be read: the others are checked one by one, and
nothing is said of the roster as a whole."""


Check = Callable[["CohortSpec"], Iterable[Finding]]


class Checked(NamedTuple):
    """What was found, in the order of the spec's parts."""

    problems: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


PROBLEMS: tuple[tuple[Check, frozenset[str]], ...] = (
    (calendar_dates.zone_problems, frozenset()),
    (calendar_dates.length_problems, frozenset({"preset", "weeks"})),
    (calendar_dates.kickoff_problems, frozenset({"starts_on", "kickoff_on", "holidays"})),
    (
        staff.problems,
        frozenset({"lead", "sponsor", "business_sponsor", "steward", "support_contacts", "people"}),
    ),
    (grounds.problems, frozenset({"kind", "grounds", "policy"})),
    (staff.kpi_problems, frozenset({"kpis", "policy"})),
    (people.problems, frozenset({"people"})),
    (people.side_problems, frozenset({"people", ROWS})),
    (policy.problems, frozenset({"policy"})),
    (prompts.problems, frozenset({"prompts"})),
    (instruments.problems, frozenset({"instruments", "policy"})),
    (size.problems, frozenset({"people", "policy"})),
)
"""The checks and the fields that each one reads; findings on a field's own value name it first."""


def check(spec: CohortSpec, broken: frozenset[str] = frozenset()) -> Checked:
    """All problems and warnings of a spec at once. `broken` are fields that hold only stand-ins: what depends
    on them is left out."""
    problems = [
        finding
        for find, reads in PROBLEMS
        if not reads & broken
        for finding in find(spec)
        if not broken.intersection(finding.path[:1])
    ]
    if broken:
        return Checked(tuple(problems), ())
    warnings = [
        *staff.warnings(spec),
        *grounds.warnings(spec),
        *people.warnings(spec),
        *policy.warnings(spec),
        *policy.fit_warnings(spec),
        *instruments.warnings(spec),
    ]
    if not problems:
        # These need zones that exist, a legal length, a sound policy and people who are who they say.
        pairs = people.possible_pairs(spec)
        problems += people.too_few_pairs(spec, pairs)
        warnings += [*people.pairs_warnings(spec, pairs), *calendar_dates.warnings(spec)]
    return Checked(tuple(problems), tuple(warnings))

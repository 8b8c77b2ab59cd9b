"""The roster of a spec: who is on it and whether enough pairs can form. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding, some
from turnabout.eligibility import criteria, most_pairs

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """People who are there twice or report to themselves, and gaps that are none."""
    yield from _twice(spec)
    for index, person in enumerate(spec.people):
        if person.id in person.reports_to:
            yield Finding(
                ("people", index, "reports_to"),
                "R42",
                f"{person.id} reports to themselves.",
                "Remove that id.",
            )
        for number, gap in enumerate(person.gaps):
            if gap.target <= gap.current:
                yield Finding(
                    ("people", index, "gaps", number, "target"),
                    "R34",
                    f"{person.id} already is where they want to be in {gap.skill} "
                    f"({gap.current} to {gap.target}).",
                    "Raise the target or remove the gap.",
                )


def side_problems(spec: CohortSpec) -> Iterator[Finding]:
    """A side without anyone, and people whom nobody could be paired with: true of a whole roster alone."""
    if not spec.people:
        yield Finding(("people",), "G13", "The roster is empty.", "Add mentors and mentees.")
        return
    mentors = [person.level for person in spec.people if person.role == "mentor"]
    mentees = [person.level for person in spec.people if person.role == "mentee"]
    for levels, role, skill in ((mentors, "mentor", "teaches"), (mentees, "mentee", "learns")):
        if not levels:
            yield Finding(
                ("people",), "G13", f"Nobody on the roster {skill}.", f"Add people with role: {role}."
            )
    if not mentors or not mentees:
        return
    for index, person in enumerate(spec.people):
        if person.role == "mentor" and person.level >= max(mentees):
            yield Finding(
                ("people", index, "level"),
                "G10",
                f"{person.id} would teach at level {person.level}, but no mentee is above it "
                f"(the highest is {max(mentees)}).",
                "In reverse mentoring the junior teaches: check the level and the role.",
            )
        if person.role == "mentee" and person.level <= min(mentors):
            yield Finding(
                ("people", index, "level"),
                "G10",
                f"{person.id} would learn at level {person.level}, but no mentor is below it "
                f"(the lowest is {min(mentors)}).",
                "In reverse mentoring the senior learns: check the level and the role.",
            )


def _twice(spec: CohortSpec) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, person in enumerate(spec.people):
        role = seen.get(person.id)
        if role is None:
            seen[person.id] = person.role
            continue
        if role != person.role:
            reason, fix = f"{person.id} is both mentor and mentee.", "Keep one role for each cohort."
        else:
            reason, fix = f"{person.id} is on the roster twice.", "Remove one of the entries."
        yield Finding(("people", index, "id"), "G12", reason, fix)


def warnings(spec: CohortSpec) -> Iterator[Finding]:
    """People who cannot join as they are, unknown ids in conflicts, and mentees who will have to wait."""
    for role, rule in (("mentor", "R33"), ("mentee", "R34")):
        missing: Counter[str] = Counter()
        barred: list[str] = []
        for person in spec.people:
            lacks = criteria(person)[1] if person.role == role else ()
            missing.update(lacks)
            barred += [person.id] if lacks else []
        if barred:
            yield Finding(
                ("people",),
                rule,
                f"{len(barred)} cannot join as {role}: {some(barred)} (missing: {', '.join(missing)}).",
                "Complete their entries, or leave them out.",
            )
    known = {person.id for person in spec.people}
    for index, person in enumerate(spec.people):
        strangers = [other for other in person.conflicts if other not in known]
        if strangers:
            yield Finding(
                ("people", index, "conflicts"),
                "R42",
                f"{person.id} declares a conflict with {some(strangers)}, not on the roster.",
                "Check the spelling.",
            )
    mentees = sum(person.role == "mentee" for person in spec.people)
    most = spec.policy.matching.max_pairs
    if mentees > most:
        yield Finding(
            ("people",),
            "G13",
            f"{mentees} mentees for at most {most} pairs: {mentees - most} will wait.",
            "Plan a second cohort for them.",
        )


def possible_pairs(spec: CohortSpec) -> int:
    """The largest number of pairs that this roster can form, up to the most that a cohort has."""
    return most_pairs(spec.people, spec.rules, spec.kickoff_on, enough=spec.policy.matching.max_pairs)


def too_few_pairs(spec: CohortSpec, pairs: int) -> Iterator[Finding]:
    """A cohort that is too small for its kind."""
    rules = spec.policy.matching
    at_most = "no pair" if pairs == 0 else f"at most {pairs} pair{'s' if pairs > 1 else ''}"
    if pairs == 0:
        yield Finding(
            ("people",),
            "G13",
            "This roster can form no pair.",
            "Check levels, entry criteria (R33, R34), reporting lines and time zones (R42).",
        )
    elif spec.kind == "roll_out" and pairs < rules.min_roll_out_pairs:
        yield Finding(
            ("people",),
            "R89",
            f"This roster can form {at_most}; a roll-out has {rules.min_roll_out_pairs} or more.",
            "Add people, or start it with kind: pilot.",
        )
    elif pairs < rules.min_pairs and spec.small_cohort_reason is None:
        yield Finding(
            ("people",),
            "G13",
            f"This roster can form {at_most}; a cohort has {rules.min_pairs} to {rules.max_pairs}.",
            "Add people, or say why in small_cohort_reason.",
        )


def pairs_warnings(spec: CohortSpec, pairs: int) -> Iterator[Finding]:
    """A cohort that is too small to report by role."""
    rules = spec.policy.matching
    if 0 < pairs < rules.min_pairs_reported:
        yield Finding(
            ("people",),
            "G13",
            f"With fewer than {rules.min_pairs_reported} pairs nothing can be reported by role.",
            "Only joint figures will be shown.",
        )

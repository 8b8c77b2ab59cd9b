"""Zones, length and dates of a spec. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from turnabout import calendar
from turnabout.checks.finding import Finding, Path, some
from turnabout.errors import InvalidInput, Rejected
from turnabout.presets import preset

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec


def zone_problems(spec: CohortSpec) -> Iterator[Finding]:
    """Every time zone that does not exist."""
    named: list[tuple[Path, str]] = [
        (("timezone",), spec.timezone),
        (("lead", "timezone"), spec.lead.timezone),
        (("sponsor", "timezone"), spec.sponsor.timezone),
        (("steward", "timezone"), spec.steward.timezone),
        *((("business_sponsor", "timezone"), one.timezone) for one in (spec.business_sponsor,) if one),
        *((("support_contacts", i, "timezone"), one.timezone) for i, one in enumerate(spec.support_contacts)),
        *((("people", i, "timezone"), person.timezone) for i, person in enumerate(spec.people)),
    ]
    for path, name in named:
        try:
            calendar.zone(name)
        except InvalidInput as error:
            yield Finding(path, "R108", error.message, error.hint or "")


def length_problems(spec: CohortSpec) -> Iterator[Finding]:
    """A length that the preset does not have."""
    try:
        preset(spec.preset, spec.weeks)
    except Rejected as error:
        reason = error.reason[:1].upper() + error.reason[1:]
        yield Finding(("weeks",), error.rule, reason, error.hint or "")


def kickoff_problems(spec: CohortSpec) -> Iterator[Finding]:
    """A kickoff that cannot be held on its day."""
    if spec.kickoff_on < spec.starts_on:
        yield Finding(
            ("kickoff_on",),
            "R30",
            f"The kickoff ({spec.kickoff_on}) is before the charter goes out (starts_on {spec.starts_on}).",
            "Move kickoff_on after starts_on.",
        )
    if not calendar.is_business_day(spec.kickoff_on, spec.holidays):
        why = "a holiday" if spec.kickoff_on in spec.holidays else f"a {_weekday(spec.kickoff_on)}"
        better = calendar.add_business_days(spec.kickoff_on, 0, spec.holidays)
        yield Finding(
            ("kickoff_on",),
            "R108",
            f"The kickoff ({spec.kickoff_on}) is on {why}.",
            f"The next business day is {_weekday(better)} {better}.",
        )


def warnings(spec: CohortSpec) -> Iterator[Finding]:
    """A kickoff at somebody's night; too little or too much time before it. Needs a spec without problems."""
    nudges = spec.rules.nudges
    asleep = [
        person.id
        for person in spec.people
        if not calendar.is_working(
            spec.kickoff, person.timezone, spec.holidays, nudges.day_starts, nudges.day_ends
        )
    ]
    if asleep:
        yield Finding(
            ("kickoff_at",),
            "R108",
            f"The kickoff is outside the working hours of {some(asleep)}.",
            "Choose another hour, or plan a make-up for them.",
        )
    located = {person.location for person in spec.people}
    for site in spec.site_holidays:
        if site not in located:
            yield Finding(
                ("site_holidays",),
                "R67",
                f"Nobody of the roster works in {site}.",
                "Write it as the roster does in `location`, or remove it.",
            )
    charter, matching = spec.rules.charter, spec.rules.matching
    needed = charter.enrolment + matching.choice_window + matching.consent_window
    earliest = calendar.add_business_days(spec.starts_on, needed, spec.holidays)
    if earliest > spec.kickoff_on:
        yield Finding(
            ("kickoff_on",),
            "T5",
            f"Enrolment, choice and consent may take {needed} business days, to {earliest}.",
            "That is after the kickoff: close enrolment early, shorten the windows in policy, or move it.",
        )
    if spec.kickoff_on > spec.starts_on + timedelta(days=charter.launch_limit):
        yield Finding(
            ("kickoff_on",),
            "R31",
            f"The kickoff is more than {charter.launch_limit} days after starts_on; it must be held within "
            f"{charter.launch_limit} days of the signed charter.",
            "Move the kickoff forward, or let the charter be signed later.",
        )


def _weekday(day: date) -> str:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return names[day.weekday()]

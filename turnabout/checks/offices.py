"""Who may hold which offices of a cohort at once (R27, R72, R73, R110, G6). Pure.

Specs are checked with it, and every command by which an office changes hands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from turnabout.checks.finding import some

if TYPE_CHECKING:
    from collections.abc import Iterable

    from turnabout.spec import CohortSpec, Participant

Office = Literal["lead", "sponsor", "business sponsor", "steward", "support contact"]
Place = Literal[Office, "partner", "manager"]


@dataclass(frozen=True)
class Held:
    """Who holds what: the offices, and the people of the roster."""

    lead: str
    sponsor: str
    steward: str
    business: str | None
    contacts: tuple[str, ...]
    people: tuple[Participant, ...]


@dataclass(frozen=True)
class Clash:
    """Somebody in an office who is something else besides. `advised`: a spec may have it so."""

    person: str
    office: Office
    other: Place
    rule: str
    message: str
    hint: str
    advised: bool = False


def held(spec: CohortSpec) -> Held:
    """Who holds what by the spec."""
    return Held(
        lead=spec.lead.id,
        sponsor=spec.sponsor.id,
        steward=spec.steward.id,
        business=spec.business_sponsor.id if spec.business_sponsor else None,
        contacts=tuple(one.id for one in spec.support_contacts),
        people=spec.people,
    )


def clashes(of: Held) -> Iterator[Clash]:
    """Everything that one person may not be at once, or only where it cannot be helped."""
    yield from _sponsors(of)
    yield from _steward(of)
    partners = {person.id for person in of.people}
    if of.lead == of.steward:
        said = f"{of.lead} is both lead and steward."
        hint = "Where possible, let concerns go to somebody else."
        yield Clash(of.lead, "steward", "lead", "R73", said, hint, advised=True)
    if of.lead in partners:
        said = f"{of.lead} leads the program and would be in a pair of it."
        hint = "Where possible, let somebody else lead this cohort."
        yield Clash(of.lead, "lead", "partner", "R27", said, hint, advised=True)
    for contact in dict.fromkeys(of.contacts):
        below = _below(of.people, contact)
        if below:
            said = f"{contact} is in the reporting line of {some(below)}."
            hint = "Their pairs need another contact; make sure that one is left."
            yield Clash(contact, "support contact", "manager", "R72", said, hint, advised=True)


def _sponsors(of: Held) -> Iterator[Clash]:
    partners = {person.id for person in of.people}
    sees = {
        "sponsor": "a sponsor never sees pair-level data",
        "business sponsor": "sponsors see no pair's data",
    }
    for office, person in _sponsors_of(of):
        if person == of.lead:
            said = f"{person} is both {office} and lead, but {sees[office]}."
            yield Clash(person, office, "lead", "R110", said, "Name two people.")
        if person == of.steward:
            said = f"{person} is both {office} and steward, but concerns never reach a sponsor."
            yield Clash(person, office, "steward", "R73", said, "Name another steward.")
        if person in of.contacts:
            said = f"{person} is both {office} and support contact, but {sees[office]}."
            yield Clash(person, office, "support contact", "R110", said, "Name two people.")
        if person in partners:
            said = f"{person} sponsors the program and would be in a pair of it."
            hint = "They will see their own pair, and of the others still nothing."
            yield Clash(person, office, "partner", "R110", said, hint, advised=True)


def _sponsors_of(of: Held) -> Iterator[tuple[Office, str]]:
    yield "sponsor", of.sponsor
    if of.business is not None:
        yield "business sponsor", of.business


def _steward(of: Held) -> Iterator[Clash]:
    below = _below(of.people, of.steward)
    if below:
        said = f"{of.steward} manages {some(below)}, but a line manager never learns why a pair is paused."
        yield Clash(
            of.steward, "steward", "manager", "G6", said, "Name a steward outside their reporting lines."
        )
    if any(person.id == of.steward for person in of.people):
        said = f"{of.steward} is the safety steward and cannot be in a pair of this cohort."
        yield Clash(
            of.steward, "steward", "partner", "R73", said, "Name another steward, or take this person out."
        )


def _below(people: Iterable[Participant], manager: str) -> list[str]:
    return [person.id for person in people if manager in person.reports_to]

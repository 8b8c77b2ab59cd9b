"""What waits for somebody, and where they take part, over all their cohorts and pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from turnabout.commands.base import PARTNERS
from turnabout.contact import Contact
from turnabout.model import Role
from workers.gateway.addresses import around
from workers.gateway.house import Gateway
from workers.gateway.pages import home
from workers.gateway.pages.survey import WAVES
from workers.gateway.roles import ROLE_PAGES
from workers.gateway.roles.lead import to_do
from workers.gateway.standing import Standing, in_pairs, standings
from workers.gateway.visit import Visit
from workflows.rules.cohort_state import OVER, CohortState
from workflows.rules.pair_state import PairState
from workflows.rules.steward_queue import waits

_OF_ROLES = (
    (Role.LEAD, "lead", "Lead the cohort"),
    (Role.STEWARD, "steward", "Who waits for you"),
    (Role.SPONSOR, "sponsor", "How it goes"),
    (Role.BUSINESS_SPONSOR, "sponsor", "How it goes"),
)


@dataclass(frozen=True)
class Place:
    """A cohort or a pair of somebody's: what they are in it, and the pages that it opens to them."""

    title: str
    about: str
    pages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mine:
    """What a person sees first."""

    asked: tuple[tuple[str, str, str], ...]
    places: tuple[Place, ...]

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        return {
            "title": "Your program",
            "seen_by": "You alone.",
            "asked": self.asked,
            "places": self.places,
            "live": True,
        }


async def overview(gateway: Gateway, contact: Contact, now: datetime) -> Mine:
    """What somebody has to do, and where they take part."""
    found = await standings(gateway.own, gateway.desk, contact.id)
    visits = [visit_of(one, contact, now) for one in found]
    partners = await gateway.names([one.partner for one in visits if one.partner])
    titles = {visit.stream: _title(visit, partners) for visit in visits}
    asked = [
        (address, words, titles[visit.stream])
        for visit in visits
        for address, words in (
            *((visit.to(page), words) for page, words in waiting(visit)),
            *await _of_staff(gateway, visit),
        )
    ]
    places = [
        Place(titles[visit.stream], _about(visit), tuple((visit.to(p), words) for p, words in pages))
        for visit in visits
        if (pages := tuple(_pages(visit)))
    ]
    return Mine(tuple(asked), tuple(places))


async def _of_staff(gateway: Gateway, visit: Visit) -> list[tuple[str, str]]:
    """What waits for the lead and for the steward of a cohort."""
    if not isinstance(visit.state, CohortState):
        return []
    found = await to_do(gateway, visit) if Role.LEAD in visit.roles else []
    if Role.STEWARD in visit.roles:
        pairs = in_pairs(gateway.desk, visit.state, visit.state.pairs.values(), visit.person)
        if visit.state.care.waiting or any([_waits(one) async for one in pairs]):
            found.append((visit.to("steward"), "Somebody waits for you"))
    return found


def _waits(one: Standing) -> bool:
    return isinstance(one.state, PairState) and Role.STEWARD in one.roles and waits(one.state)


def visit_of(one: Standing, contact: Contact, now: datetime) -> Visit:
    """A visit to where somebody stands."""
    to = around(one.stream)
    return Visit(contact.id, one.stream, None, one.state, one.roles, now, contact, to)


def waiting(visit: Visit) -> Iterator[tuple[str, str]]:
    """What is asked of somebody now: the page, and how it is called."""
    if not isinstance(visit.state, CohortState):
        yield from home.waiting(visit) if visit.roles & PARTNERS else ()
        return
    state, who = visit.state, visit.person
    if state.phase in OVER:
        return
    if Role.SPONSOR in visit.roles:
        if state.charter is None:
            yield "charter", "Sign the charter"
        elif not state.governed or state.offices.must_commit:
            yield "charter", "Commit to your duties"
        if any(not one.fulfilled and one.due_at <= visit.now for one in state.duties.values()):
            yield "duty", "Say what you have done as a sponsor"
    if visit.roles & PARTNERS:
        yield from _of_participant(state, who)


def _of_participant(state: CohortState, who: str) -> Iterator[tuple[str, str]]:
    enrolling = state.phase in {"enrolling", "matching"}
    if enrolling and who not in state.joined and who not in state.declined:
        yield "join", "Say whether you take part"
    elif enrolling and who in state.joined and who not in state.surveyed:
        yield "join", "Answer a short survey"
    one = state.round_of(who)
    if one is not None and who in one.undecided:
        yield "choose", "Choose who you would like to learn from"
    if any(who == mentor for one in state.rounds.values() for mentor, _ in one.pending):
        yield "answer_match", "Answer a proposal"
    surveys = (state.measurement.surveys.get(wave) for wave in WAVES)
    if any(s and not s.closed and who in s.people and who not in s.answered for s in surveys):
        yield "survey", "Answer a few questions"


def _pages(visit: Visit) -> Iterator[tuple[str, str]]:
    """The pages at hand at any time."""
    if not isinstance(visit.state, CohortState):
        if visit.roles & PARTNERS:
            yield "home", "Your pair"
            yield "concern", "Tell the safety steward"
        return
    for role, page, words in _OF_ROLES:
        if role in visit.roles and page in ROLE_PAGES:
            yield page, words
    if visit.roles & PARTNERS:
        yield "join", "Your place in the cohort"
        yield "tell_steward", "Speak with the safety steward"
    if visit.state.charter is not None:
        yield "read_charter", "The charter"
    if visit.roles:
        yield "my_data", "What is stored about me"


def _title(visit: Visit, partners: Mapping[str, str]) -> str:
    if isinstance(visit.state, CohortState):
        return visit.state.spec.name
    return f"Your pair with {partners[visit.partner]}" if visit.partner else visit.stream


def _about(visit: Visit) -> str:
    shown = visit.roles & PARTNERS if visit.stream.startswith("pair-") else visit.roles
    roles = ", ".join(sorted(role.value.replace("_", " ") for role in shown))
    phase = visit.state.phase if isinstance(visit.state, CohortState) else ""
    return f"You are {roles}." + (f" The cohort is {phase}." if phase else "")

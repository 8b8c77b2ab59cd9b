"""All that is stored about one person, gathered for that person (R109, and the right to know).

Other people's answers are never in it, and nothing that follows from them: neither verdicts nor pauses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from events.contracts import StoredEvent
from events.own import OwnLog
from events.people import People
from turnabout.contact import Contact
from turnabout.instruments import Instrument
from turnabout.model import Model
from workers.own_words import WORDS, Words

FIRST = frozenset({"cohort.planned", "pair.formed"})
LATER = {
    "cohort.lead_handed_over": "lead",
    "cohort.sponsor_replaced": "sponsor",
    "cohort.steward_replaced": "steward",
}
"""Events by which somebody comes into an office, and which."""
_OFFICES = ("sponsor", "lead", "steward", "business_sponsor")
_PLUMBING = frozenset({"opens", "settles", "corrects", "text_hash", "by"})
"""What events hold for the engine alone."""


class Said(Model):
    """Something that is stored: when, where, what it is, its values, and who can see it."""

    at: datetime
    where: str
    what: str
    values: dict[str, Any]
    seen_by: str


class Place(Model):
    """A cohort or a pair, and what somebody is in it; `partner` is a name. `listed` is what the organisation
    said of them when it began."""

    where: str
    name: str
    role: str
    partner: str | None = None
    listed: dict[str, Any]


class Letter(Model):
    """A message that went out."""

    at: datetime
    where: str
    about: str


class OwnData(Model):
    """Everything about `person`. `opened` says whether own answers could be read here; where not, they read
    `sealed`."""

    person: str
    directory: Contact | None
    opened: bool
    places: tuple[Place, ...]
    said: tuple[Said, ...]
    letters: tuple[Letter, ...]


async def gather(own: OwnLog, people: People, person: str) -> OwnData:
    """All of it. Raises CorruptLog, Unreachable."""
    streams = await own.streams(person)
    histories = [await own.history(person, stream, {*WORDS, *FIRST, *LATER}) for stream in streams]
    partners = [one for history in histories for one in _partners(history[0], person)]
    found = await people.find([person, *partners])
    names = {one: found[one].name if one in found else one for one in partners}
    said = [
        line
        for history in histories
        for event in history
        for line in _said(event, person, {**names, **_questions(history[0])})
    ]
    return OwnData(
        person=person,
        directory=found.get(person),
        opened=own.opens,
        places=tuple(_place(history, person, names) for history in histories),
        said=tuple(sorted(said, key=lambda one: one.at)),
        letters=tuple(
            Letter(at=one.at, where=_where(one.stream), about=one.subject or one.template)
            for one in await own.messages(person)
        ),
    )


def _partners(first: StoredEvent, person: str) -> list[str]:
    if first.type != "pair.formed":
        return []
    terms = first.data["terms"]
    return [one for one in (terms["mentor"], terms["mentee"]) if one != person]


def _place(history: Sequence[StoredEvent], person: str, names: Mapping[str, str]) -> Place:
    first, *others = history
    where = _where(first.stream)
    if first.type == "pair.formed":
        terms = first.data["terms"]
        role = "mentor" if terms["mentor"] == person else "mentee"
        partner = next(iter(_partners(first, person)), None)
        name = f"Pair {terms['number']}"
        return Place(
            where=where, name=name, role=role, partner=names[partner] if partner else None, listed={}
        )
    spec = first.data["spec"]
    listed: dict[str, Any] = next((one for one in spec["people"] if one["id"] == person), {})
    began = [one for one in _OFFICES if (spec.get(one) or {}).get("id") == person]
    came = [LATER[one.type] for one in others if one.type in LATER and one.data["to"]["id"] == person]
    offices = [one.replace("_", " ") for one in dict.fromkeys((*began, *came))]
    role = listed.get("role") or ", ".join(offices)
    return Place(where=where, name=spec["name"], role=role, listed=_filled(listed))


def _questions(first: StoredEvent) -> dict[str, str]:
    """What the items of a cohort's surveys ask, by their names."""
    if first.type != "cohort.planned":
        return {}
    instruments = map(Instrument.model_validate, first.data["spec"].get("instruments", ()))
    return {one.name_of(item): item.text for one in instruments for item in one.items}


def _said(event: StoredEvent, person: str, words_of: Mapping[str, str]) -> Sequence[Said]:
    words = WORDS.get(event.type)
    if words is None or not _is_about(event, words, person):
        return ()
    return (
        Said(
            at=event.occurred_at,
            where=_where(event.stream),
            what=words.what,
            values=_called(_values(event, words, person), words_of),
            seen_by=words.seen_by,
        ),
    )


def _is_about(event: StoredEvent, words: Words, person: str) -> bool:
    if words.whose == "actor":
        return event.actor == person
    named = [event.data[field] for field in words.whose.split("|")]
    return any(person == one or (isinstance(one, list) and person in one) for one in named)


def _values(event: StoredEvent, words: Words, person: str) -> dict[str, Any]:
    """The values without what is the engine's, and without the names of others."""
    whose = {} if words.whose == "actor" else dict.fromkeys(words.whose.split("|"))
    told = {
        name: value
        for name, value in event.data.items()
        if name not in _PLUMBING and name not in words.hidden and name not in whose
    }
    # Of a list of people somebody learns that they stand in it, and in which where there are two.
    lists = [name for name in whose if isinstance(event.data[name], list)]
    if len(lists) > 1:
        told["as"] = next(name for name in lists if person in event.data[name])
    return _filled(told)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], {}, "")}


def _called(value: Any, words_of: Mapping[str, str]) -> Any:
    """A value with partners by their names, and questions by what they ask."""
    match value:
        case dict():
            return {words_of.get(name, name): _called(one, words_of) for name, one in value.items()}
        case list():
            return [_called(one, words_of) for one in value]
        case str():
            return words_of.get(value, value)
    return value


def _where(stream: str) -> str:
    kind, _, name = stream.partition("-")
    return f"{kind} {name}"

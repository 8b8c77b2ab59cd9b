"""What happens when in the joint kickoff (R51) and in a pair's first meeting (R78). Pure arithmetic; the
words are in the documents' templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from turnabout.errors import Rejected

KICKOFF: Final[Mapping[str, int]] = {
    "welcome": 10,
    "listening": 15,
    "feedback": 15,
    "safety": 15,
    "goals": 25,
    "next_steps": 10,
}
"""Minutes of each topic in a kickoff of ninety; another length keeps the proportions."""

MEETING: Final[Mapping[str, int]] = {
    "introductions": 5,
    "motivations": 10,
    "demonstration": 10,
    "agreements": 10,
    "next_meeting": 5,
}
"""Minutes of each part of a first meeting of forty, the shortest that is not compressed."""

FULL, COMPRESSED, LONGEST = 40, 30, 60
"""Minutes: from FULL on every part has its own, from COMPRESSED on they are scaled; none beyond LONGEST."""

MORE: Final[Mapping[str, int]] = {"introductions": 5, "demonstration": 10}
"""Minutes that a longer meeting adds to these parts, at most."""


class Item(NamedTuple):
    """A part that begins `starts` minutes after the start and takes `minutes`."""

    topic: str
    starts: int
    minutes: int


class Agenda(NamedTuple):
    """The parts in order. `open` minutes are left for whatever comes up; `compressed` parts are shorter than
    they should be."""

    items: tuple[Item, ...]
    open: int = 0
    compressed: bool = False


def kickoff(minutes: int = 90) -> Agenda:
    """The kickoff's agenda; its items sum up to `minutes`."""
    return Agenda(_in_order(_shared(KICKOFF, minutes)))


def first_meeting(minutes: int) -> Agenda:
    """The first meeting's agenda. Raises Rejected (R78) outside 30 to 60 minutes."""
    if not COMPRESSED <= minutes <= LONGEST:
        raise Rejected(
            "R78",
            f"a first meeting of {minutes} minutes has no agenda.",
            hint=f"Plan {COMPRESSED} to {LONGEST} minutes, best {FULL} or more.",
        )
    if minutes < FULL:
        return Agenda(_in_order(_shared(MEETING, minutes)), compressed=True)
    more = min(minutes - FULL, sum(MORE.values()))
    added = _shared(MORE, more)
    given = {topic: length + added.get(topic, 0) for topic, length in MEETING.items()}
    return Agenda(_in_order(given), open=minutes - FULL - more)


def _shared(shares: Mapping[str, int], minutes: int) -> dict[str, int]:
    """Whole minutes in the proportions of `shares`, in sum exactly `minutes`: what does not divide goes to
    the parts that lose most by rounding down, the earlier first."""
    whole = sum(shares.values())
    given = {topic: share * minutes // whole for topic, share in shares.items()}
    lost = sorted(shares, key=lambda topic: -(shares[topic] * minutes % whole))
    for topic in lost[: minutes - sum(given.values())]:
        given[topic] += 1
    return given


def _in_order(given: Mapping[str, int]) -> tuple[Item, ...]:
    return tuple(_starting(given.items()))


def _starting(given: Iterable[tuple[str, int]]) -> Iterable[Item]:
    starts = 0
    for topic, minutes in given:
        yield Item(topic, starts, minutes)
        starts += minutes

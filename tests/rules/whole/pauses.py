"""What must hold of every pause in a whole life (G6, G20): judged from the pair's events alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from events.base import Event
from tests.rules.whole.town import Town


def sessions_rest_in_a_pause(town: Town) -> None:
    """In a pause no session is planned, moved or held, and the partners hear of the check-in alone.

    Until a pause is announced, who does not know of it may still have met.
    """
    for name in town.pairs:
        watch = _Watch(name)
        for at, event in town.of(name):
            watch.see(at, event)


class _Watch:
    """One pair: when its sessions begin, and its pauses so far from their announcement to their end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.partners: frozenset[str] = frozenset()
        self.starts: dict[int, datetime] = {}
        self.pauses: list[tuple[datetime, datetime]] = []
        self.paused = False
        self.announced: datetime | None = None

    def see(self, at: datetime, event: Event) -> None:
        """Hold one more event against what is known."""
        look = _LOOKS.get(event.type)
        if look is not None:
            look(self, at, event)

    def formed(self, _: datetime, event: Any) -> None:
        self.partners = frozenset({event.terms.mentor, event.terms.mentee})

    def pause(self, _: datetime, __: Any) -> None:
        assert not self.paused
        self.paused = True

    def announce(self, at: datetime, _: Any) -> None:
        assert self.paused
        self.announced = at

    def over(self, at: datetime, _: Any) -> None:
        self.pauses += [(self.announced, at)] if self.announced else []
        self.paused, self.announced = False, None

    def resume(self, at: datetime, event: Any) -> None:
        self.over(at, event)
        self.plan(at, event)

    def plan(self, at: datetime, event: Any) -> None:
        assert not self.paused, f"{self.name} begins in a pause"
        assert all(one.starts_at > at for one in event.sessions), f"{self.name} plans the past"
        self.starts |= {one.number: one.starts_at for one in event.sessions}

    def move(self, at: datetime, event: Any) -> None:
        assert self.announced is None, f"{self.name} moves a session in a pause"
        assert event.starts_at > at
        self.starts[event.number] = event.starts_at

    def move_some(self, at: datetime, event: Any) -> None:
        assert self.announced is None, f"{self.name} moves sessions in a pause"
        assert all(one.starts_at > at for one in event.sessions), f"{self.name} moves into the past"
        self.starts |= {one.number: one.starts_at for one in event.sessions}

    def meet(self, at: datetime, event: Any) -> None:
        begun = self.starts[event.number]
        assert begun <= at, f"{self.name} logs the future"
        assert self.announced is None, f"{self.name} meets in a pause"
        assert not any(begin < begun < end for begin, end in self.pauses), f"{self.name} met in a pause"

    def correct(self, at: datetime, event: Any) -> None:
        if event.held:
            self.meet(at, event)

    def hear(self, _: datetime, event: Any) -> None:
        if self.paused and self.partners & set(event.to):
            told = event.template == "routine_check_in"
            # What partners move before they know of the pause is told as if there were none (G6).
            moved = event.template in {"session_moved", "sessions_moved"} and self.announced is None
            assert told or moved, f"{self.name}: {event.template} in a pause"


_LOOKS: Mapping[str, Callable[[_Watch, datetime, Any], None]] = {
    "pair.formed": _Watch.formed,
    "pair.paused": _Watch.pause,
    "pair.pause_announced": _Watch.announce,
    "pair.resumed": _Watch.resume,
    "pair.ended": _Watch.over,
    "pair.activated": _Watch.plan,
    "pair.session_rescheduled": _Watch.move,
    "pair.sessions_moved": _Watch.move_some,
    "pair.session_held": _Watch.meet,
    "pair.session_corrected": _Watch.correct,
    "pair.reminded": _Watch.hear,
}

"""What a cohort knows of public holidays, and whose they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True)
class Holidays:
    """`place` is the cohort's, `sites` those of locations; `days` the holidays known of each place. `own` are
    the days that the spec names itself; `asked` and `recorded` count how often they were asked for by
    command, and found."""

    place: str | None = None
    sites: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    days: Mapping[str, tuple[date, ...]] = field(default_factory=lambda: MappingProxyType({}))
    own: tuple[date, ...] = ()
    asked: int = 0
    recorded: int = 0

    @property
    def places(self) -> tuple[str, ...]:
        """All places whose holidays matter."""
        return tuple(sorted({*self.sites.values(), *([self.place] if self.place else [])}))

    @property
    def common(self) -> tuple[date, ...]:
        """The holidays of the whole cohort: the spec's and its place's."""
        return tuple(sorted({*self.own, *self.days.get(self.place or "", ())}))

    def of_site(self, location: str | None) -> tuple[date, ...]:
        """The holidays of people at a location; without one, or where no place is named for it, those of the
        cohort's place."""
        place = self.sites.get(location or "", self.place or "")
        return self.days.get(place, ())

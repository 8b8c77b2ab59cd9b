"""What the KPIs count of a cohort: people, pairs, answers, dates. Pure data; `folds` fills it from the
log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from projections.kpi.watched import Arm, Seen, Watched
from turnabout import calendar
from turnabout.spec import CohortSpec, Participant

END_WAVE = "end"
"""The name of the endpoint among the waves of ratings; pulses are `pulse 1`, `pulse 2`, ..."""


@dataclass
class Insight:
    """An insight and what became of it."""

    implemented: bool = False
    outcome: str | None = None


@dataclass
class Meeting:
    """A session: when it begins, how long it takes, and its state (planned, held, missed, cancelled)."""

    starts_at: datetime
    minutes: float
    state: str = "planned"


@dataclass
class Pair:
    """A pair, to end on `ends_on`. `attainment` is the level that its goal reached; days are those of the
    cohort's clock."""

    pair: str
    mentor: str
    mentee: str
    assigned: bool
    holidays: frozenset[date]
    ends_on: date
    activated_on: date | None = None
    goal: bool = False
    attainment: int | None = None
    ended_on: date | None = None
    state: str | None = None
    memo_on: date | None = None
    waived: bool = False
    insights: dict[int, Insight] = field(default_factory=dict)
    sessions: dict[int, Meeting] = field(default_factory=dict)

    @property
    def people(self) -> tuple[str, str]:
        return self.mentor, self.mentee

    @property
    def went_through(self) -> bool:
        """Whether it works, or came to the end that was meant: the lines "active only" count these pairs."""
        return self.state in {None, "graduated", "graduated_early"}


@dataclass
class Duty:
    """A duty of the sponsor: due, fulfilled (in time), late or missed."""

    due_on: date
    state: str = "due"


class Answered(NamedTuple):
    """Somebody's scores by measure in a wave of the cohort; None where nobody can read them any more."""

    on: date
    scores: dict[str, float] | None
    late: bool


class Rated(NamedTuple):
    """What one partner said of a pair in a wave; None where left out, or where nobody can read it any
    more."""

    progress: int | None
    safety: int | None
    recommend: bool | None


class Reading(NamedTuple):
    """A value of the tied metric; `exposures` of a proportion."""

    on: date
    value: float
    exposures: int | None


@dataclass
class Facts:
    """All that is counted of one cohort. `position` is that of the newest event; `seen` holds what HR says of
    a person, by the version of its event."""

    cohort: str
    spec: CohortSpec
    k: int
    position: int = 0
    charter_on: date | None = None
    kickoff_on: date | None = None
    days_since_charter: int | None = None
    refused: bool = False
    controls: tuple[str, ...] = ()
    seen: dict[str, dict[int, Seen]] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    attended: set[str] = field(default_factory=set)
    targets: dict[str, int] = field(default_factory=dict)
    comparable: bool = True
    surveys: dict[str, dict[str, Answered]] = field(default_factory=dict)
    ratings: dict[str, dict[tuple[str, str], Rated]] = field(default_factory=dict)
    closed: set[tuple[str, str]] = field(default_factory=set)
    readings: dict[tuple[str, str, date, str], Reading] = field(default_factory=dict)
    ranks: dict[tuple[str, str], int] = field(default_factory=dict)
    blocking: dict[int, int] = field(default_factory=dict)

    def day(self, at: datetime) -> date:
        """The day of an instant on the cohort's clock."""
        return calendar.local(at, self.spec.timezone).date()

    def worked(self) -> list[Pair]:
        """Every pair that was ever active: the population of all KPIs (intention to treat)."""
        return [pair for pair in self.pairs.values() if pair.activated_on is not None]

    def whole_waves(self) -> set[str]:
        """The waves that are closed for every pair that still runs (the endpoint: or graduated, for it stays
        open after that): one told of the first pairs alone would hold back what the others say."""
        waves = {wave for wave, _ in self.closed}
        return {
            wave
            for wave in waves
            if all(
                (wave, pair.pair) in self.closed
                for pair in self.worked()
                if (pair.went_through if wave == END_WAVE else pair.ended_on is None)
            )
        }

    def end_of(self, pair: Pair) -> date:
        """The end from which the windows of a pair's work run: the cohort's, or its own if that is later."""
        return max(self.spec.ends_on, pair.ends_on)

    @property
    def work_ends_on(self) -> date:
        """The last of these ends."""
        return max((self.end_of(pair) for pair in self.worked()), default=self.spec.ends_on)

    def person(self, name: str) -> Participant:
        """Somebody of the roster."""
        return next(one for one in self.spec.people if one.id == name)

    def went_through(self) -> frozenset[str]:
        """The people of pairs that work or came to the end that was meant."""
        return frozenset(who for pair in self.worked() if pair.went_through for who in pair.people)

    def watched(self) -> list[Watched]:
        """The people of both arms at t0. Somebody of several pairs is one person, from the first on."""
        levels = {one.id: one.level for one in self.spec.people}
        began: dict[str, date] = {}
        for pair in self.worked():
            for person in pair.people:
                day = pair.activated_on or date.max
                began[person] = min(began.get(person, day), day)
        found = [self._watched(person, "program", t0, levels) for person, t0 in began.items()]
        if self.kickoff_on is not None:
            idle = [person for person in self.controls if person not in began]
            found += [self._watched(person, "control", self.kickoff_on, levels) for person in idle]
        return found

    def _watched(self, person: str, arm: Arm, t0: date, levels: dict[str, int]) -> Watched:
        return Watched(person, arm, t0, levels[person], tuple(self.seen.get(person, {}).values()))

    def clusters(self) -> list[frozenset[str]]:
        """Who was assigned together: people whom pairs connect, also through a reshuffle or a mentor of
        two."""
        found: list[frozenset[str]] = []
        for pair in self.worked():
            joined = frozenset(pair.people).union(*(one for one in found if one & set(pair.people)))
            found = [*(one for one in found if not one & joined), joined]
        return found


def mean_of(values: Iterable[float]) -> float:
    """The mean of at least one value."""
    some = list(values)
    return sum(some) / len(some)

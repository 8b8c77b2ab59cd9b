"""What a cohort knows of its measurement: who was asked and who answered, never what. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from turnabout.commands.cohort_measurement import Employment, SurveyWave


@dataclass(frozen=True)
class Survey:
    """A wave. `people` are those whom it asks, in their order; `extensions` counts how often some were added;
    `late` are those whose answer came too late for pre/post (A10)."""

    form: str
    people: tuple[str, ...]
    closes_at: datetime
    extensions: int = 0
    answered: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    closed: bool = False

    @property
    def silent(self) -> tuple[str, ...]:
        """Who is asked and has not answered."""
        return tuple(person for person in self.people if person not in self.answered)


@dataclass(frozen=True)
class Measurement:
    """`controls` is the frozen group, None before; `asked` holds when each person was last asked by a wave of
    the cohort; `first_sessions` by pair when it first meets; `flagged` whose baseline was missing then;
    `employment` holds by the version of its event what HR told and holds, `told` also what was corrected;
    `metrics` tell what is recorded already; `publications` counts those of the KPIs."""

    controls: tuple[str, ...] | None = None
    surveys: Mapping[SurveyWave, Survey] = field(default_factory=lambda: MappingProxyType({}))
    asked: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    first_sessions: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    flagged: frozenset[str] = frozenset()
    employment: Mapping[int, Employment] = field(default_factory=lambda: MappingProxyType({}))
    told: frozenset[tuple[str, date, str, int]] = frozenset()
    metrics: Mapping[tuple[str, str, date, str], tuple[float, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    publications: int = 0

    @property
    def baseline(self) -> Survey | None:
        """The baseline while it takes answers."""
        survey = self.surveys.get("baseline")
        return None if survey is None or survey.closed else survey

"""A KPI as it is told, and what a publication of them holds (section 6, G19). Pure.

A number never stands alone: with it go n, the missing share, the method, an interval and what it says in
words.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from turnabout.model import Key, Line, Model, PersonId
from turnabout.spec import KPI_PATTERN

Verdict = Literal["better", "worse", "cannot tell yet", "descriptive only", "suppressed", "not yet"]
Flag = Literal[
    "incomplete",
    "descriptive",
    "no control group",
    "comparison refused",
    "window still open",
    "late",
    "few answered",
    "insufficient",
    "at least",
    "at most",
    "stands as of earlier",
    "not shown yet",
    "too few observed pairs",
    "not watched that long",
]
"""What a reader must know beside the number."""
Audience = Literal["everyone", "lead"]
"""Who may read it: sponsors and all others, or only the lead (with the analyst and the auditor)."""
KpiId = Annotated[str, Field(pattern=KPI_PATTERN)]
Share = Annotated[float, Field(ge=0, le=1)]


class Figure(Model):
    """A KPI, or one of its lines. `n` people, pairs or things are counted, of whom a share of `missing` is
    unknown; `value` (`numerator` of `denominator`, where it is a share) lies from `low` to `high` as `method`
    says. A suppressed one has no number at all, which is not 0. One that compares nothing is "descriptive
    only". "Not yet" says that nothing can be concluded: its time is not over, or too little was watched;
    `due_on` is the day from which its window is closed, None where it is or has none. `named` in the charter
    is confirmatory, any other exploratory. `parts` is what pooling over cohorts needs."""

    kpi: KpiId
    what: Line
    window: Line
    method: Line
    n: int | None
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    missing: Share | None = None
    verdict: Verdict = "descriptive only"
    flags: tuple[Flag, ...] = ()
    p: Share | None = None
    audience: Audience = "everyone"
    named: bool = False
    due_on: date | None = None
    parts: dict[Key, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _honest(self) -> Figure:
        if self.value is not None and self.n is None:
            raise ValueError("G19: a value needs its n")
        numbers = (self.n, self.value, self.numerator, self.denominator, self.low, self.high, self.p)
        if self.verdict == "suppressed" and (any(one is not None for one in numbers) or self.parts):
            raise ValueError("G19: what is suppressed has no number")
        return self

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same line in another publication."""
        return self.kpi, self.what, self.window


def told_to(figures: tuple[Figure, ...], *, sponsor: bool) -> tuple[Figure, ...]:
    """What a sponsor may read of figures, or everybody who leads."""
    return tuple(one for one in figures if not sponsor or one.audience == "everyone")


class Disclosed(Model):
    """What readers can know of confidential answers: of these people (or what they, or a pair, answered, as
    `projections/statistics/unknowns` names it) the sum of a measure lies from `low` to `high`. It is held
    against whatever is published later."""

    measure: Line
    name: Line
    people: tuple[str, ...]
    low: float
    high: float
    bound: Literal["exact", "at least", "at most"] = "exact"


class Estimate(Model):
    """A number of which nobody is sure: low, base and high."""

    low: float
    base: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Estimate:
        if not self.low <= self.base <= self.high:
            raise ValueError("K16: low, base and high are in this order")
        return self


TURNOVER_COST = Estimate(low=0.16, base=0.21, high=0.40)
"""What replacing a junior costs, as a share of the salary (Boushey and Glynn 2012; Gallup)."""


class ReturnInputs(Model):
    """What K16 counts with (R87), in one currency; shown beside the result."""

    currency: Line
    salary: Estimate = Field(description="yearly salary of a mentor")
    replacement: Estimate = Field(default=TURNOVER_COST, description="share of the salary")
    days_saved: Estimate = Field(default=Estimate(low=0, base=0, high=0), description="days of work")
    day_value: Estimate = Field(default=Estimate(low=0, base=0, high=0), description="worth of such a day")
    metric_value: Estimate = Field(
        default=Estimate(low=0, base=0, high=0), description="worth of one unit of the tied metric"
    )
    attribution: Estimate = Field(
        default=Estimate(low=0, base=0, high=0),
        description="share of the metric's change that is the program's",
    )
    hour_cost: Estimate = Field(description="an hour of a mentor's or mentee's time")
    tools: Estimate = Field(default=Estimate(low=0, base=0, high=0), description="tools and fees")
    source: Line = Field(description="where these numbers are from")


class Published(Model):
    """All figures of a cohort as of a day, made of the log up to `position`, after publication `previous` (0:
    the first)."""

    previous: int = Field(ge=0)
    as_of: date
    position: int = Field(ge=0)
    figures: Annotated[tuple[Figure, ...], Field(max_length=400)]
    inputs: ReturnInputs | None = None
    asked_by: PersonId


class Publication(Published):
    """Figures that are to be published, with all that readers can then know of answers."""

    disclosed: Annotated[tuple[Disclosed, ...], Field(max_length=400)] = ()

    def figures_alone(self) -> Published:
        """What of it everybody may read."""
        return Published.model_validate(self.model_dump(exclude={"disclosed"}))

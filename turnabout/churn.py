"""Churn by tenure (R23): who left of their own will within a year, and whether that rose. Pure.

It suggests the first signal of the readiness check and never sets it: a person confirms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from turnabout.hris import Spell
from turnabout.model import Model
from turnabout.proportions import critical, newcombe, wilson

YEAR = timedelta(days=365)
BANDS: tuple[tuple[str, float, float], ...] = (
    ("0-1", 0, 1),
    ("1-2", 1, 2),
    ("2-5", 2, 5),
    ("5+", 5, math.inf),
)
"""Years of tenure, the lower end in, the upper out (R23)."""
EARLY = 2
"""Years up to which a leaving counts as an early one."""
SMALLEST = 5
"""People under whom nothing is told of a band."""
_Z = critical(0.95)
Verdict = Literal["rose", "cannot tell", "did not rise", "too few"]


class Line(Model):
    """A band as people read it."""

    years: str
    people: str
    left: str
    rate: str
    interval: str


class Band(Model):
    """A band of tenure in years: who was there, who left of their own will, and the rate with its interval
    (Wilson, 95 %). All but `people` and `left` are None where the band is `suppressed`, and these, too."""

    years: str
    people: int | None
    left: int | None
    rate: float | None
    low: float | None
    high: float | None
    suppressed: bool

    @property
    def line(self) -> Line:
        """The band in words: never 0 where it is suppressed."""
        if self.rate is None or self.low is None or self.high is None:
            hidden = "suppressed"
            return Line(years=self.years, people=hidden, left=hidden, rate=hidden, interval="")
        return Line(
            years=self.years,
            people=str(self.people),
            left=str(self.left),
            rate=f"{self.rate:.0%}",
            interval=f"{self.low:.0%} to {self.high:.0%}",
        )


class Churn(Model):
    """Churn in the year up to a day, and whether early leavings rose against the year before."""

    on: date
    bands: tuple[Band, ...]
    early: Band
    early_before: Band
    verdict: Verdict

    @property
    def words(self) -> str:
        """The verdict, for a person who then decides on signal 1."""
        told = {
            "rose": "Early leavings rose: it suggests signal 1 (rising turnover). A person confirms it.",
            "cannot tell": "Early leavings rose, but not by more than chance may bring: signal 1 stays open.",
            "did not rise": "Early leavings did not rise: nothing suggests signal 1.",
            "too few": "There are too few people to say anything of signal 1.",
        }
        return told[self.verdict]


def churn(spells: Iterable[Spell], on: date) -> Churn:
    """Voluntary leavings by tenure among all who were employed at any time in the 365 days up to `on`; each
    person's tenure is that at their leaving, else at the end of the year. Everybody else who left stays in
    the number of people (as in K4)."""
    listed = tuple(spells)
    now, then = _year(listed, on), _year(listed, on - YEAR)
    bands = _suppressed([_band(name, _within(now, low, high)) for name, low, high in BANDS])
    early, before = _band("0-2", _within(now, 0, EARLY)), _band("0-2", _within(then, 0, EARLY))
    verdict = _verdict(early, before)
    if any(one.suppressed for one in bands[:2]):
        early = _hidden("0-2")  # or a hidden band would follow from the two
    return Churn(on=on, bands=bands, early=early, early_before=before, verdict=verdict)


def _year(spells: Sequence[Spell], on: date) -> list[tuple[float, bool]]:
    """Of everybody employed in the year up to `on`: years of tenure, and whether they left by choice."""
    found: list[tuple[float, bool]] = []
    for one in spells:
        if one.hired_on > on or (one.left_on is not None and one.left_on <= on - YEAR):
            continue
        left = one.left_on is not None and one.left_on <= on
        until = one.left_on if left and one.left_on is not None else on
        found.append(((until - one.hired_on) / YEAR, left and one.what == "voluntary_exit"))
    return found


def _within(year: Sequence[tuple[float, bool]], low: float, high: float) -> list[bool]:
    return [left for tenure, left in year if low <= tenure < high]


def _band(years: str, found: Sequence[bool]) -> Band:
    n, k = len(found), sum(found)
    if n < SMALLEST:
        return _hidden(years)
    rate, low, high = wilson(k, n, _Z)
    return Band(years=years, people=n, left=k, rate=rate, low=low, high=high, suppressed=False)


def _hidden(years: str) -> Band:
    return Band(years=years, people=None, left=None, rate=None, low=None, high=None, suppressed=True)


def _suppressed(bands: list[Band]) -> tuple[Band, ...]:
    """One hidden band would follow from a total that is known: the smallest other one is hidden with it."""
    hidden = [one for one in bands if one.suppressed]
    shown = sorted((one.people or 0, place) for place, one in enumerate(bands) if not one.suppressed)
    if len(hidden) == 1 and shown:
        place = shown[0][1]
        bands[place] = _hidden(bands[place].years)
    return tuple(bands)


def _verdict(now: Band, before: Band) -> Verdict:
    if now.people is None or now.left is None or before.people is None or before.left is None:
        return "too few"
    if now.left * before.people <= before.left * now.people:
        return "did not rise"
    risen = newcombe((now.left, now.people), (before.left, before.people), _Z)
    return "rose" if risen.low > 0 else "cannot tell"

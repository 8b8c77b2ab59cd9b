"""Who is still there, where not everybody could be watched to the end: Kaplan-Meier and log-rank. Pure.

Kaplan, E. L. and Meier, P. (1958), JASA 53, 457-481. Variance: Greenwood, M. (1926), Reports on Public Health
and Medical Subjects 33. Bands on the log(-log) scale: Kalbfleisch, J. D. and Prentice, R. L. (1980), The
Statistical Analysis of Failure Time Data, section 1.3. Log-rank: Mantel, N. (1966), Cancer Chemotherapy
Reports 50, 163-170, with the hypergeometric variance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, inf, log, nan, sqrt
from typing import NamedTuple

from scipy.stats import chi2

from turnabout.proportions import Interval, wilson


class Spell(NamedTuple):
    """How many days somebody was watched, and whether they then left; else they were lost to sight."""

    days: float
    left: bool


class Step(NamedTuple):
    """The curve from a day on that somebody left: how many were there until then, how many left, the share
    that stays and its band."""

    days: float
    at_risk: int
    left: int
    stays: Interval


class Curve(NamedTuple):
    """A curve of Kaplan and Meier; before the first step everybody stays."""

    spells: tuple[Spell, ...]
    steps: tuple[Step, ...]
    z: float

    def at_risk(self, day: float) -> int:
        """How many are still watched on that day, just before anything happens."""
        return sum(spell.days >= day for spell in self.spells)

    def reaches(self, day: float) -> bool:
        """Whether the curve says anything of that day: somebody is still watched, or all have left before.
        Carried on beyond the last day watched, it would tell what nobody saw."""
        gone = bool(self.steps) and self.steps[-1].stays.estimate <= 0 and self.steps[-1].days <= day
        return gone or self.at_risk(day) > 0

    def at(self, day: float) -> Interval:
        """The share that stays beyond that day. While nobody has left, Greenwood's variance is nought and
        says nothing: the band is then Wilson's over those still watched. Nobody watched: no bounds."""
        passed = [step for step in self.steps if step.days <= day]
        if passed and passed[-1].stays.estimate > 0:
            return passed[-1].stays
        watched = self.at_risk(day)
        if passed:
            return Interval(0.0, 0.0, wilson(0, passed[-1].at_risk, self.z).high)
        return wilson(watched, watched, self.z) if watched else Interval(nan, nan, nan)


def kaplan_meier(spells: Iterable[Spell], z: float) -> Curve:
    """The curve; bands of z standard errors. Those lost to sight on a day count as there on that day."""
    known = tuple(sorted(spells))
    steps: list[Step] = []
    stays, terms = 1.0, 0.0
    for day in sorted({spell.days for spell in known if spell.left}):
        at_risk = sum(spell.days >= day for spell in known)
        left = sum(spell.days == day and spell.left for spell in known)
        stays *= 1 - left / at_risk
        terms += left / (at_risk * (at_risk - left)) if at_risk > left else inf
        steps.append(Step(day, at_risk, left, _band(stays, terms, z)))
    return Curve(known, tuple(steps), z)


def _band(stays: float, terms: float, z: float) -> Interval:
    if stays <= 0:
        return Interval(0.0, nan, nan)
    # log(-log S) has the standard error sqrt(terms) / |log S|.
    reach = exp(z * sqrt(terms) / abs(log(stays)))
    return Interval(stays, stays**reach, stays ** (1 / reach))


def difference(first: Curve, second: Curve, day: float) -> Interval:
    """The first share minus the second beyond that day; bounds by the recovery of variances: Zou, G. Y. and
    Donner, A. (2008), Statistics in Medicine 27, 1693-1702, which Newcombe's method 10 is a case of."""
    one, other = first.at(day), second.at(day)
    gap = one.estimate - other.estimate
    low = gap - sqrt((one.estimate - one.low) ** 2 + (other.high - other.estimate) ** 2)
    high = gap + sqrt((one.high - one.estimate) ** 2 + (other.estimate - other.low) ** 2)
    return Interval(gap, low, high)


class LogRank(NamedTuple):
    """The test whether two arms leave alike: chi-squared on one degree of freedom. `gap` is by how many more
    of the first arm left than expected, with its `variance`: what strata add up."""

    statistic: float
    p: float
    gap: float
    variance: float


def log_rank(strata: Sequence[tuple[Sequence[Spell], Sequence[Spell]]]) -> LogRank:
    """Compares the arms of each stratum and adds up; one stratum is the plain test. Where nobody who could be
    compared has left there is nothing to test: p is 1."""
    gap = variance = 0.0
    for first, second in strata:
        both = (*first, *second)
        for day in {spell.days for spell in both if spell.left}:
            at_risk = sum(spell.days >= day for spell in both)
            left = sum(spell.days == day and spell.left for spell in both)
            share = sum(spell.days >= day for spell in first) / at_risk
            gap += sum(spell.days == day and spell.left for spell in first) - left * share
            if at_risk > 1:
                variance += left * share * (1 - share) * (at_risk - left) / (at_risk - 1)
    return added_up(gap, variance)


def added_up(gap: float, variance: float) -> LogRank:
    """The test of what several strata add up to."""
    if variance <= 0:
        return LogRank(0.0, 1.0, gap, variance)
    statistic = gap * gap / variance
    return LogRank(statistic, float(chi2.sf(statistic, 1)), gap, variance)

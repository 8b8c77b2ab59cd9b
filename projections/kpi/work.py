"""K5, K6, K11, K13 and K14: what came of the pairs' work, and whether governance kept its word. Pure.

Nothing here is an answer of a survey. Pair-level values never leave this module: what is told of a few pairs
is held against all that was told before, as answers are (R110).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Literal

from projections.kpi.facts import Facts, Pair
from projections.kpi.guard import Guard
from projections.kpi.values import (
    CONFIDENCE,
    FEWEST_PAIRS,
    OPEN,
    Figure,
    Flag,
    bounds,
    counted,
    rounded,
    share,
    still_open,
    suppressed,
    told_share,
    waiting,
)
from projections.statistics.attainment import t_score
from projections.statistics.audit import Limits, Link
from projections.statistics.disclosure import Scale
from projections.statistics.spread import Classes, clustered, within
from turnabout import calendar

MEMO_WITHIN = 10
"""Business days after a pair's end within which its memo is in time for K14."""
LAUNCH_WITHIN = 60
"""Days from the charter to the kickoff (K11, R31)."""
INSIGHTS_UNTIL, OUTCOMES_UNTIL = 180, 14
"""Days after the end of the cohort, or of an extended pair, with which the windows of K5 and K6 close."""
INSIGHTS, INSIGHTS_ACTIVE = (
    "insights that led to something better",
    "insights that led to something better, active only",
)
SINCE = f"end + {INSIGHTS_UNTIL} days"
OUTCOMES = f"end + {OUTCOMES_UNTIL} days"
ATTAINED, ATTAINED_ACTIVE, MEAN_T = "goals attained", "goals attained, active only", "mean T of goals"
WORST, EXPECTED, BEST = -2, 0, 2
"""Levels of a goal; it is attained from the middle one on."""
LIMITS = Limits((EXPECTED - WORST) / (BEST - WORST), (EXPECTED - 1 - WORST) / (BEST - WORST))
CLASSES = Classes(t_score([WORST]), t_score([BEST]))
"""T scores; of so few pairs the spread is not told at all."""


def insights(found: Facts, today: date) -> tuple[Figure, ...]:
    """K5: insights that were implemented and then measured better, of all that were captured. The second line
    leaves out pairs that ended before their time; it tells of no few pairs, nor do the others then."""
    having = [pair for pair in found.worked() if pair.insights]
    active = [pair for pair in having if pair.went_through]
    flags = still_open(found, today, INSIGHTS_UNTIL, found.work_ends_on)
    few = any(0 < some < FEWEST_PAIRS for some in (len(active), len(having) - len(active)))
    return (
        _insights(INSIGHTS, having, flags),
        suppressed("K5", INSIGHTS_ACTIVE, SINCE, flags) if few else _insights(INSIGHTS_ACTIVE, active, flags),
    )


def _insights(what: str, pairs: Sequence[Pair], flags: tuple[Flag, ...]) -> Figure:
    every = [one for pair in pairs for one in pair.insights.values()]
    good = sum(one.implemented and one.outcome == "better" for one in every)
    unmeasured = sum(one.outcome is None for one in every)
    return share("K5", what, SINCE, good, len(every), unknown=unmeasured, flags=flags)


def goals(found: Facts, today: date, guard: Guard) -> tuple[Figure, ...]:
    """K6: pairs whose goal was attained, of all with a goal; and the mean T of those rated. No rating counts
    as not attained. The second line leaves out pairs that ended before their time. Nothing is told before the
    last pair's time is over: who is not rated yet is no pair that has failed."""
    flags = still_open(found, today, OUTCOMES_UNTIL, found.work_ends_on)
    if OPEN in flags:
        return waiting("K6", (ATTAINED, ATTAINED_ACTIVE, MEAN_T), OUTCOMES, flags)
    having = [pair for pair in found.worked() if pair.goal]
    active = [pair for pair in having if pair.went_through]
    offered = [
        {ATTAINED: _unknowns(having, "attained")},
        {ATTAINED_ACTIVE: _unknowns(active, "attained")},
        {MEAN_T: _unknowns(having, "level")},
    ]
    told = guard.told("K6", offered, Scale(0, 1), FEWEST_PAIRS, Link("level", "attained", lambda _: LIMITS))
    lines = []
    for what, some in ((ATTAINED, having), (ATTAINED_ACTIVE, active)):
        unknown = sum(pair.attainment is None for pair in some)
        blank = suppressed("K6", what, OUTCOMES, flags)
        if unknown == len(some) >= FEWEST_PAIRS:
            lines.append(share("K6", what, OUTCOMES, 0, unknown, unknown=unknown, flags=flags))
            continue
        make = partial(told_share, blank, told[what].shown, len(some), unknown)
        lines.append(guard.line((told[what],), make, blank))
    blank = suppressed("K6", MEAN_T, OUTCOMES, flags)
    make = partial(_mean_t, having, flags)
    return (*lines, guard.line((told[MEAN_T],), make, blank, exactly=True))


def _unknowns(some: Sequence[Pair], asked: Literal["level", "attained"]) -> dict[str, float]:
    """By pair and what it stands at (a correction makes it another unknown) the part of the scale."""
    levels = {pair.pair: pair.attainment for pair in some if pair.attainment is not None}
    return {
        f"{pair}@{level} {asked}": (level - WORST) / (BEST - WORST)
        if asked == "level"
        else float(level >= EXPECTED)
        for pair, level in levels.items()
    }


def _mean_t(having: Sequence[Pair], flags: tuple[Flag, ...]) -> Figure:
    scores = [t_score([pair.attainment]) for pair in having if pair.attainment is not None]
    found = CLASSES.coarse(clustered([[score] for score in scores])).interval(CONFIDENCE)
    return Figure(
        kpi="K6",
        what=MEAN_T,
        window=OUTCOMES,
        missing=rounded(1 - len(scores) / len(having)),
        flags=flags,
        method="mean, Student, greatest spread",
        n=len(scores),
        **bounds(within(found, CLASSES.low, CLASSES.high)),
    )


def launch(found: Facts) -> Figure:
    """K11: days from the signed charter to the kickoff; in time within sixty."""
    held = found.days_since_charter
    return Figure(
        kpi="K11",
        what="days from charter to kickoff",
        window=f"within {LAUNCH_WITHIN} days",
        method="count",
        n=0 if held is None else 1,
        value=held,
        flags=("late",) if held is not None and held > LAUNCH_WITHIN else (),
    )


def duties(found: Facts, today: date) -> Figure:
    """K13: duties of the sponsor fulfilled in time, of those that are due or were fulfilled already."""
    due = [one for one in found.duties.values() if one.state != "due" or one.due_on < today]
    good = sum(one.state == "fulfilled" for one in due)
    return counted("K13", "sponsor duties in time", "to date", good, len(due))


def memos(found: Facts, today: date) -> Figure:
    """K14: memos filed within ten business days, of pairs that ended and whose memo is due or filed; who left
    the company is out, and what was waived counts as not filed."""
    ended = [pair for pair in found.worked() if pair.ended_on is not None and pair.state != "ended_by_exit"]
    due = [pair for pair in ended if pair.memo_on is not None or pair.waived or _memo_due(pair) < today]
    good = sum(pair.memo_on is not None and pair.memo_on <= _memo_due(pair) for pair in due)
    return counted("K14", "memos in time", f"{MEMO_WITHIN} business days", good, len(due))


def _memo_due(pair: Pair) -> date:
    return calendar.add_business_days(pair.ended_on or date.max, MEMO_WITHIN, pair.holidays)

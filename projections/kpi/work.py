"""K5, K6, K11, K13 and K14: what came of the pairs' work, and whether governance kept its word. Pure.

Nothing here is an answer of a survey. Pair-level values never leave this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from projections.kpi.facts import Facts, Pair
from projections.kpi.values import (
    CONFIDENCE,
    FEWEST_PAIRS,
    Figure,
    Flag,
    bounds,
    counted,
    rounded,
    share,
    still_open,
    suppressed,
)
from projections.statistics.attainment import t_score
from projections.statistics.effects import mean
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
EXPECTED = 0
"""The level at which a goal is attained as expected."""


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


def goals(found: Facts, today: date) -> tuple[Figure, ...]:
    """K6: pairs whose goal was attained, of all with a goal; and the mean T of those rated. No rating counts
    as not attained. The second line leaves out pairs that ended before their time."""
    flags = still_open(found, today, OUTCOMES_UNTIL, found.work_ends_on)
    lines: list[Figure] = []
    for what, pairs in (
        ("goals attained", found.worked()),
        ("goals attained, active only", [pair for pair in found.worked() if pair.went_through]),
    ):
        having = [pair for pair in pairs if pair.goal]
        rated = [pair.attainment for pair in having if pair.attainment is not None]
        good = sum(level >= EXPECTED for level in rated)
        lines.append(
            suppressed("K6", what, OUTCOMES, flags)
            if _gives_away(found, having)
            else share("K6", what, OUTCOMES, good, len(having), unknown=len(having) - len(rated), flags=flags)
        )
    return (*lines, _mean_t(found, flags))


def _mean_t(found: Facts, flags: tuple[Flag, ...]) -> Figure:
    having = [pair for pair in found.worked() if pair.goal]
    scores = [t_score([pair.attainment]) for pair in having if pair.attainment is not None]
    missing = 1 - len(scores) / len(having) if having else 0.0
    told = {
        "kpi": "K6",
        "what": "mean T of goals",
        "window": OUTCOMES,
        "missing": rounded(missing),
        "flags": flags,
    }
    if len(scores) < FEWEST_PAIRS:
        return suppressed("K6", "mean T of goals", OUTCOMES, flags)
    return Figure(**told, method="mean, Student", n=len(scores), **bounds(mean(scores, CONFIDENCE)))


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


def _gives_away(found: Facts, some: Sequence[Pair]) -> bool:
    """Whether a line of these pairs, or what is left of all with a goal, would tell of fewer than three."""
    left = sum(pair.goal for pair in found.worked()) - len(some)
    return 0 < len(some) < FEWEST_PAIRS or 0 < left < FEWEST_PAIRS

"""K5, K6, K11, K13 and K14: what came of the pairs' work, and whether governance kept its word. Pure.

Nothing here is an answer of a survey. Pair-level values never leave this module.
"""

from __future__ import annotations

from datetime import date, timedelta

from projections.kpi.facts import Facts, Pair
from projections.kpi.values import CONFIDENCE, Figure, Flag, bounds
from projections.statistics.attainment import t_score
from projections.statistics.effects import mean
from turnabout import calendar
from turnabout.proportions import critical, wilson

MEMO_WITHIN = 10
"""Business days after a pair's end within which its memo is in time for K14."""
LAUNCH_WITHIN = 60
"""Days from the charter to the kickoff (K11, R31)."""
INSIGHTS_UNTIL, OUTCOMES_UNTIL = 180, 14
"""Days after the cohort's end until which K5 and K6 may still change."""
EXPECTED = 0
"""The level at which a goal is attained as expected."""
_Z = critical(CONFIDENCE)


def insights(found: Facts, today: date) -> Figure:
    """K5: insights that were implemented and then measured better, of all that were captured."""
    every = [one for pair in found.worked() for one in pair.insights.values()]
    good = sum(one.implemented and one.outcome == "better" for one in every)
    unmeasured = sum(one.outcome is None for one in every)
    flags = _open(found, today, INSIGHTS_UNTIL)
    return _proportion("K5", "insights that led to something better", "end + 180 days", good, len(every),
                       unmeasured, flags)  # fmt: skip


def goals(found: Facts, today: date) -> tuple[Figure, ...]:
    """K6: pairs whose goal was attained, of all with a goal; and the mean T of those rated. No rating counts
    as not attained. The second line leaves out pairs that ended before their time."""
    flags = _open(found, today, OUTCOMES_UNTIL)
    lines: list[Figure] = []
    for what, pairs in (
        ("goals attained", found.worked()),
        ("goals attained, active only", [pair for pair in found.worked() if _went_through(pair)]),
    ):
        having = [pair for pair in pairs if pair.goal]
        rated = [pair.attainment for pair in having if pair.attainment is not None]
        good = sum(level >= EXPECTED for level in rated)
        lines.append(
            _proportion("K6", what, "end + 14 days", good, len(having), len(having) - len(rated), flags)
        )
    return (*lines, _mean_t(found, flags))


def _mean_t(found: Facts, flags: tuple[Flag, ...]) -> Figure:
    having = [pair for pair in found.worked() if pair.goal]
    scores = [t_score([pair.attainment]) for pair in having if pair.attainment is not None]
    missing = 1 - len(scores) / len(having) if having else 0.0
    told = {
        "kpi": "K6",
        "what": "mean T of goals",
        "window": "end + 14 days",
        "missing": missing,
        "flags": flags,
    }
    if not scores:
        return Figure(**told, method="none rated", n=0, value=None)
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
    return _counted("K13", "sponsor duties in time", "to date", good, len(due))


def memos(found: Facts, today: date) -> Figure:
    """K14: memos filed within ten business days, of pairs that ended and whose memo is due or filed; who left
    the company is out, and what was waived counts as not filed."""
    ended = [pair for pair in found.worked() if pair.ended_on is not None and pair.state != "ended_by_exit"]
    due = [pair for pair in ended if pair.memo_on is not None or pair.waived or _memo_due(pair) < today]
    good = sum(pair.memo_on is not None and pair.memo_on <= _memo_due(pair) for pair in due)
    return _counted("K14", "memos in time", f"{MEMO_WITHIN} business days", good, len(due))


def _memo_due(pair: Pair) -> date:
    return calendar.add_business_days(pair.ended_on or date.max, MEMO_WITHIN, pair.holidays)


def _went_through(pair: Pair) -> bool:
    return pair.state in {None, "graduated", "graduated_early"}


def _open(found: Facts, today: date, days: int) -> tuple[Flag, ...]:
    return ("window still open",) if today <= found.spec.ends_on + timedelta(days=days) else ()


def _proportion(
    kpi: str, what: str, window: str, good: int, n: int, unknown: int, flags: tuple[Flag, ...]
) -> Figure:
    missing = unknown / n if n else 0.0
    if not n:
        return Figure(kpi=kpi, what=what, window=window, method="Wilson", n=0, value=None, flags=flags)
    return Figure(kpi=kpi, what=what, window=window, method="Wilson", n=n, missing=missing, flags=flags,
                  **bounds(wilson(good, n, _Z)))  # fmt: skip


def _counted(kpi: str, what: str, window: str, good: int, n: int) -> Figure:
    """A share of everything there was: it was counted whole, so there is nothing to be unsure of."""
    value = good / n if n else None
    return Figure(kpi=kpi, what=what, window=window, method="count of all", n=n, value=value)

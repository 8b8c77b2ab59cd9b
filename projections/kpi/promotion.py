"""K4: who rises, against the control group frozen before the kickoff. Pure.

Leavers stay in; of whom nothing is known is out, and shown as missing. Only whole arms are told, each of at
least k people, and nothing before the year has passed for everybody who is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from projections.kpi.values import Figure, Z, bounds, not_yet, rounded, share, suppressed
from projections.kpi.watched import Arms, Watched, arms_of, compared, over, share_of, tells
from projections.statistics.exact import fisher
from turnabout.proportions import newcombe
from turnabout.verdicts import verdict

PROMOTION_WINDOW = 365
ROSE, ROSE_ACTIVE, ROSE_MORE = (
    "share that rose",
    "share that rose, active only",
    "share that rose, minus controls",
)


def promotion(
    people: Sequence[Watched], today: date, k: int, refused: bool = False, active: Collection[str] = ()
) -> tuple[Figure, ...]:
    """K4: the share of those at t0 who rose within a year, also of the `active` alone, and the same minus
    that of the controls. Leavers stay in; of whom nothing is known is out, and shown as missing."""
    arms = arms_of(people)
    there = [one for one in arms.program if one.person in active]
    return (
        _rose(ROSE, arms.program, arms.program, today, k),
        _rose(ROSE_ACTIVE, there, arms.program, today, k),
        _rose_more(arms, today, k, refused),
    )


def _rose(what: str, some: Sequence[Watched], whole: Sequence[Watched], today: date, k: int) -> Figure:
    days, window = PROMOTION_WINDOW, f"{PROMOTION_WINDOW} days"
    counted = [one for one in some if _counts(one, days)]
    left = sum(_counts(one, days) for one in whole) - len(counted)
    if len(some) < k or tells(len(whole) - len(some), k):
        return suppressed("K4", what, window)
    if today < over(whole, days):
        return not_yet("K4", what, window, len(some), ("window still open",), due_on=over(whole, days))
    if len(counted) < k or tells(left, k):
        return suppressed("K4", what, window)
    line = share("K4", what, window, sum(one.rose_by(days) for one in counted), len(counted))
    return line.model_copy(update={"missing": share_of(len(some) - len(counted), some)})


def _rose_more(arms: Arms, today: date, k: int, refused: bool) -> Figure:
    days, window = PROMOTION_WINDOW, f"{PROMOTION_WINDOW} days"
    everyone = arms.program + arms.control
    flags = compared(arms, refused)
    if refused or min(map(len, arms)) < k:
        return suppressed("K4", ROSE_MORE, window, flags)
    if today < over(everyone, days):
        flags = (*flags, "window still open")
        return not_yet("K4", ROSE_MORE, window, len(everyone), flags, due_on=over(everyone, days))
    counted = [[one for one in arm if _counts(one, days)] for arm in arms]
    (rose, n), (other, m) = first, second = [
        (sum(one.rose_by(days) for one in arm), len(arm)) for arm in counted
    ]
    if min(n, m) < k:
        return suppressed("K4", ROSE_MORE, window, flags)
    gap = newcombe(first, second, Z)
    return Figure(
        kpi="K4",
        what=ROSE_MORE,
        window=window,
        method="Newcombe, Fisher",
        n=n + m,
        flags=flags,
        missing=share_of(len(everyone) - n - m, everyone),
        verdict=verdict(gap),
        p=rounded(fisher(first, second)),
        parts={"good": rose, "n": n, "control-good": other, "control-n": m},
        **bounds(gap),
    )


def _counts(one: Watched, days: int) -> bool:
    return one.rose_by(days) or one.known_at(days)

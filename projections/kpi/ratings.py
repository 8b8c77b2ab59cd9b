"""K7, K8 and K9: what partners say of their pair, wave by wave: progress, safety, recommendation. Pure.

Only answers of closed waves count. Somebody of two pairs is one respondent, with the lower of what they said:
halves in a sum would tell of those few. The mean on a scale has Wilson's interval of the part of the scale
that was reached: it depends on mean and n alone and tells nothing of the spread. A wave is told where its
respondents are those of the waves told before, or differ from them by k (a series).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import sqrt

from projections.kpi.facts import END_WAVE, Facts, Rated
from projections.kpi.guard import Guard
from projections.kpi.values import Figure, Z, bounds, rounded, suppressed, told_share
from projections.statistics.disclosure import Scale, Shown
from turnabout.proportions import Interval, wilson

LOWEST, HIGHEST = 1, 5
SAFE = 4
"""The lower of both ratings of a pair that counts as safe (K8)."""
DIGITS = 2
"""Decimal places of means on the scale."""
Ratings = Mapping[tuple[str, str], Rated]


def progress(found: Facts, guard: Guard) -> tuple[Figure, ...]:
    """K7: the mean of each closed wave, by role, and how far the roles are apart."""
    return tuple(line for wave in _waves(found) for line in _progress(found, wave, guard))


def _progress(found: Facts, wave: str, guard: Guard) -> tuple[Figure, ...]:
    said = _by_person(_closed(found, wave), lambda rated: rated.progress)
    mentors = {pair.mentor for pair in found.worked()}
    by_role = {
        "mentors": {who: value for who, value in said.items() if who in mentors},
        "mentees": {who: value for who, value in said.items() if who not in mentors},
    }
    told = guard.told(f"K7 {wave}", [{"all": said}, by_role], Scale(LOWEST, HIGHEST))
    asked = _asked(found, wave)
    blank = partial(suppressed, "K7", window=wave)
    lines = []
    for name, some in (("all", said), *by_role.items()):
        whole = len(asked if name == "all" else asked & mentors if name == "mentors" else asked - mentors)
        of_group = blank(what=f"progress, {name}")
        make = partial(_mean, of_group, told[name].shown, len(some), whole)
        lines.append(guard.line((told[name],), make, of_group))
    both = told["mentors"], told["mentees"]
    gap = blank(what="progress, mentors minus mentees")
    lines.append(guard.line(both, lambda: _gap(gap, *(one.shown for one in both)), gap, exactly=True))
    return tuple(lines)


def _mean(blank: Figure, shown: Shown | None, n: int, whole: int) -> Figure:
    """A mean on the scale, or what it is at least or at most."""
    if shown is None:
        return blank
    told = {
        "kpi": blank.kpi,
        "what": blank.what,
        "window": blank.window,
        "n": n,
        "missing": _missing(n, whole),
    }
    if shown.bound != "exact":
        return Figure(**told, method="bound", value=rounded(shown.mean), flags=(shown.bound,))
    return Figure(
        **told, method="mean, Wilson on the rescaled mean", **bounds(on_scale(shown.mean, n), DIGITS)
    )


def _gap(blank: Figure, mentors: Shown | None, mentees: Shown | None) -> Figure:
    if mentors is None or mentees is None:
        return blank
    one, other = (on_scale(shown.mean, len(shown.unknowns)) for shown in (mentors, mentees))
    gap = one.estimate - other.estimate
    low = gap - sqrt((one.estimate - one.low) ** 2 + (other.high - other.estimate) ** 2)
    high = gap + sqrt((one.high - one.estimate) ** 2 + (other.estimate - other.low) ** 2)
    return Figure(
        kpi="K7",
        what=blank.what,
        window=blank.window,
        n=len(mentors.unknowns) + len(mentees.unknowns),
        method="Wilson on the rescaled means, Newcombe",
        **bounds(Interval(gap, low, high), DIGITS),
    )


def on_scale(mean: float, n: int) -> Interval:
    """The interval of a mean on the scale of ratings."""
    width = HIGHEST - LOWEST
    part = wilson((mean - LOWEST) / width * n, n, Z)
    return Interval(*(LOWEST + width * bound for bound in part))


def safety(found: Facts, guard: Guard) -> tuple[Figure, ...]:
    """K8: of the pairs that a partner rated, those whose lower rating is 4 or more. Silence is not low. What
    readers do not know of a pair is whose ratings it is made of: another rater makes it another unknown."""
    lines = []
    for wave in _waves(found):
        lowest = _lowest(_closed(found, wave))
        told = guard.told(f"K8 {wave}", [{"pairs": lowest}], Scale(0, 1))["pairs"]
        asked = sum(_is_closed(found, wave, pair.pair) for pair in found.worked())
        blank = suppressed("K8", "safe pairs", wave)
        make = partial(_safe, blank, told.shown, len(lowest), asked)
        lines.append(guard.line((told,), make, blank))
    return tuple(lines)


def _lowest(given: Ratings) -> dict[str, float]:
    """By pair, with who rated it, whether the lower rating is a safe one. A pair of which a rating cannot be
    read any more is left out: what remains would tell what it had been."""
    rated: dict[str, dict[str, int | None]] = {}
    for (pair, who), said in given.items():
        rated.setdefault(pair, {})[who] = said.safety
    return {
        f"{'+'.join(sorted(raters))}@{pair}": float(min(one or 0 for one in raters.values()) >= SAFE)
        for pair, raters in rated.items()
        if None not in raters.values()
    }


def _safe(blank: Figure, shown: Shown | None, n: int, asked: int) -> Figure:
    found = told_share(blank, shown, n, 0)
    return Figure.model_validate({**found.model_dump(), "missing": _missing(n, asked)})


def recommend(found: Facts, guard: Guard) -> Figure:
    """K9: of those who said yes or no at the end, those who would recommend the program; blanks are counted
    as missing."""
    given = _closed(found, END_WAVE)
    said = _by_person(given, lambda rated: None if rated.recommend is None else float(rated.recommend))
    told = guard.told("K9", [{"all": said}], Scale(0, 1))["all"]
    blank = suppressed("K9", "would recommend it", END_WAVE)
    asked = len(_asked(found, END_WAVE))

    def make() -> Figure:
        figure = told_share(blank, told.shown, len(said), 0)
        return Figure.model_validate({**figure.model_dump(), "missing": _missing(len(said), asked)})

    return guard.line((told,), make, blank)


def _waves(found: Facts) -> list[str]:
    """The waves that are closed for a pair, pulses in their order and the endpoint last."""
    names = {wave for wave, pair in found.closed}
    pulses = sorted((name for name in names if name != END_WAVE), key=lambda name: int(name.split()[1]))
    return [*pulses, *(name for name in (END_WAVE,) if name in names)]


def _is_closed(found: Facts, wave: str, pair: str) -> bool:
    return (wave, pair) in found.closed


def _closed(found: Facts, wave: str) -> dict[tuple[str, str], Rated]:
    worked = {pair.pair for pair in found.worked()}
    return {
        (pair, who): given
        for (pair, who), given in found.ratings.get(wave, {}).items()
        if pair in worked and _is_closed(found, wave, pair)
    }


def _asked(found: Facts, wave: str) -> frozenset[str]:
    """Who was asked in that wave: the partners of pairs for which it is closed."""
    return frozenset(
        who for pair in found.worked() if _is_closed(found, wave, pair.pair) for who in pair.people
    )


def _by_person(given: Ratings, value: Callable[[Rated], float | None]) -> dict[str, float]:
    """By person one whole value, the lowest: a yes only of who said yes of each pair."""
    said: dict[str, float] = {}
    for (_, who), rated in given.items():
        number = value(rated)
        if number is not None:
            said[who] = min(said.get(who, number), float(number))
    return said


def _missing(n: int, whole: int) -> float | None:
    return rounded(1 - n / whole) if whole else None

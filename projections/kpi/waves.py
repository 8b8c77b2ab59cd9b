"""Who answered baseline and endpoint in time, and how a measure changed. Pure.

A baseline counts that was given by t0 and is not late (A10), an endpoint within two weeks of the cohort's
end.
"""

from __future__ import annotations

from collections.abc import Iterable

from projections.kpi.facts import Answered, Facts
from projections.kpi.watched import Watched

END_WITHIN = 14
"""Days around the end within which an endpoint counts."""


def baselines(found: Facts, people: Iterable[Watched], measure: str) -> dict[str, float]:
    """By person the score of the baseline."""
    wave = found.surveys.get("baseline", {})
    in_time = {
        one.person: wave[one.person] for one in people if one.person in wave and wave[one.person].on <= one.t0
    }
    return _scores({who: given for who, given in in_time.items() if not given.late}, measure)


def endpoints(found: Facts, people: Iterable[Watched], measure: str) -> dict[str, float]:
    """By person the score of the endpoint."""
    wave, end = found.surveys.get("endpoint", {}), found.spec.ends_on
    there = [one.person for one in people if one.person in wave]
    return _scores({who: wave[who] for who in there if abs((wave[who].on - end).days) <= END_WITHIN}, measure)


def changes(found: Facts, people: Iterable[Watched], measure: str) -> dict[str, float]:
    """By person the change of a measure, of those who answered both."""
    some = list(people)
    base, end = baselines(found, some, measure), endpoints(found, some, measure)
    return {who: end[who] - base[who] for who in base if who in end}


def _scores(answered: dict[str, Answered], measure: str) -> dict[str, float]:
    return {
        who: given.scores[measure]
        for who, given in answered.items()
        if given.scores and measure in given.scores
    }

"""What a report says in words: of a KPI, of what its flags mean, and where its methods come from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from turnabout import kpi_units
from turnabout.kpi import Figure, Flag
from turnabout.kpi_words import day

FLAGS: Mapping[Flag, str] = {
    "incomplete": "of more than a tenth of the people nothing is known",
    "descriptive": "fewer than ten exits: too few to compare",
    "no control group": "no control group was frozen before the kickoff",
    "comparison refused": "the control group was not frozen in time, so nothing is compared",
    "window still open": "its time is not over; the number may still change",
    "late": "later than the rule asks for",
    "few answered": "fewer than 60 % answered; the interval allows for anything the silent may have felt",
    "insufficient": "too few observations to count with",
    "at least": "so near the top that the exact number would tell what everybody said",
    "at most": "so near the bottom that the exact number would tell what everybody said",
    "stands as of earlier": "too few have come or gone since; the number is that of an earlier publication",
    "not shown yet": "the middle 90 % of the draws hold nought",
    "not watched that long": "what HR told ends before that day: record who is still there",
    "too few observed pairs": "fewer than three pairs have values",
}
METHODS: Mapping[str, str] = {
    "Kaplan-Meier": "Retention: Kaplan and Meier (1958), JASA 53, 457-481; log(-log) bands with Greenwood's "
    "variance, Wilson's interval while nobody has left. Only an exit of one's own will counts; others are "
    "watched until they go, and those of whom nothing is known until they were last seen.",
    "log-rank": "Whether two arms leave alike: log-rank test, Mantel (1966).",
    "Wilson": "Shares: Wilson (1927), JASA 22, 209-212; means of ratings by the part of the scale reached.",
    "Newcombe": "Difference of two shares: Newcombe (1998), Statistics in Medicine 17, 873-890.",
    "Fieller": "Change as a part of the start: Fieller (1954), JRSS B 16, 175-185. Observations are taken "
    "to be independent; where each hangs on the one before, the interval is too narrow.",
    "Fisher": "Whether two shares differ: Fisher's exact test.",
    "Student": "Means: Student's t.",
    "Welch": "Difference of two means: Welch's t, a pair (or people whom pairs connect) as one.",
    "spread": "How far apart answers lie would tell what they are. So an interval takes their spread as the "
    "upper end of its class, or as the greatest that the mean allows: it is the true one or wider.",
    "permutation": "Whether chance could do it: permutation of whole pairs, Fisher (1935), Pitman (1937).",
    "bounds for the silent": "Where few answered: the widest bounds, Manski (1989).",
    "Hedges": "Size of a difference: Hedges' g, Hedges (1981).",
    "Hake": "Normalised gain: Hake (1998), the gain as a part of what there was to gain.",
    "bootstrap": "Interval over pairs: bootstrap of whole pairs; none below eight.",
    "Monte Carlo": "Return: 10,000 draws over the intervals and the low, base and high inputs; middle 90 %.",
    "strata": "Over cohorts: each cohort is a stratum, weighted as Mantel and Haenszel (1959).",
    "count": "Counts are of everything there was, and have no interval.",
}
"""By a word that a line's method holds."""
GOALS = (
    "Goals: goal attainment scaling, Kiresuk and Sherman (1968); a level from -2 to +2 for each pair, 0 as "
    "agreed, T = 50 + 10 x level for a single goal. No rating counts as not reached."
)
EVERYBODY = (
    "Everybody counts whose pair was ever active, whatever became of it; 'active only' leaves out pairs that "
    "ended early."
)
INTERVALS = (
    "Intervals are 95 % (the return: 90 %). What the charter names was fixed before the start; all else is "
    "exploratory."
)
SUPPRESSED = (
    "Nothing is told of fewer than five people, nor where it could be told from other numbers of this or an "
    "earlier publication. Suppressed is not 0."
)


def methods(figures: Iterable[Figure]) -> list[str]:
    """The notes on method that these lines need."""
    some = [one for one in figures if one.verdict != "suppressed"]
    used = " ".join(one.method for one in some)
    notes = [note for word, note in METHODS.items() if word in used]
    return [
        EVERYBODY,
        INTERVALS,
        SUPPRESSED,
        *notes,
        *([GOALS] if any(one.kpi == "K6" for one in some) else []),
    ]


def flags(figures: Iterable[Figure]) -> list[tuple[str, str]]:
    """The flags that occur, and what each means."""
    found = {flag for one in figures for flag in one.flags}
    return [(flag, meaning) for flag, meaning in FLAGS.items() if flag in found]


def headline(lines: Sequence[Figure]) -> Figure:
    """The line that stands for a KPI: the last comparison that is told and whose time is over, else the first
    line of which that is so, else the one that can be told first."""
    told = [one for one in lines if one.value is not None]
    settled = [one for one in told if "window still open" not in one.flags]
    compared = [one for one in settled if "minus controls" in one.what or one.verdict != "descriptive only"]
    if settled:
        return compared[-1] if compared else settled[0]
    waiting = [one for one in lines if one.value is None and one.due_on is not None]
    return min(waiting, key=lambda one: one.due_on or date.max) if waiting else (told or lines)[0]


def sentence(one: Figure) -> str:
    """A line in a sentence."""
    if one.verdict == "suppressed":
        return f"{one.what}, {one.window}: suppressed."
    if one.value is None:
        when = "nothing to show yet" if one.due_on is None else f"not before {day(one.due_on)}"
        return f"{one.what}, {one.window}: {when}."
    last = None if one.due_on is None else f"not final before {day(one.due_on)}"
    known = filter(None, (kpi_units.named_interval(one), f"n = {one.n}", last))
    return f"{one.what}, {one.window}: {kpi_units.value(one)} ({', '.join(known)})."

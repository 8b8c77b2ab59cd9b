"""The times that a goal's text names: where they stand and the day they mean. Pure: today is an argument."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.rules.goal_words import MONTHS, NUMBERS


@dataclass(frozen=True)
class Span:
    """The dates between which a goal's due day must lie: the pair's own start and last day, and today. "In
    twelve weeks" counts from the start, "by week 9" from `week_one_on`, a day of the program's first week."""

    starts_on: date
    week_one_on: date
    ends_on: date
    today: date


@dataclass(frozen=True)
class Named:
    """A time in the text (`start` to `end`, as offsets). `due_on` is None where it lies after the pair's end
    or in the past."""

    start: int
    end: int
    due_on: date | None


_NUMBER = rf"(?P<n>\d{{1,4}}|{'|'.join(NUMBERS)}|an?)"
_LEAD = r"\b(?:by|before|until|till|through|on|in|at|due|no later than|not later than)\s+(?:the\s+)?"
_PART = r"(?P<part>(?:end|middle|beginning|start)\s+(?:of\s+)?(?:the\s+)?|mid[-\s]|early\s+|late\s+)?"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
_WHOLE = r"(?:program(?:me)?|sprint|pilot|cohort|partnership)"

_DURATION = re.compile(
    rf"\b(?:in|within|over|during|for|across|after)\s+(?:the\s+)?(?:(?:next|first|coming|following)\s+)?{_NUMBER}"
    r"[\s-]+(?:(?:business|working|calendar)\s+)?(?P<unit>day|week|month|quarter|year)s?\b"
)
_WEEK = re.compile(rf"{_LEAD}{_PART}week\s+{_NUMBER}\b")
_PROGRAM = re.compile(rf"{_LEAD}{_PART}(?:(?:this|our)\s+)?(?:[\w-]+\s+)?{_WHOLE}(?:'s end)?\b")
_PERIOD = re.compile(
    rf"(?:{_LEAD}{_PART}(?:this|the|our)?\s*|\bthis\s+)(?P<period>month|quarter|year)(?:[-\s]end)?\b"
)
_QUARTER = re.compile(rf"{_LEAD}{_PART}q(?P<quarter>[1-4]){_YEAR}\b")
_ISO = re.compile(r"\b(?P<date>20\d\d-[01]\d-[0-3]\d)\b")
_DOTTED = re.compile(r"\b(?P<day>[0-3]?\d)\.(?P<number>[01]?\d)\.(?P<year>20\d\d)\b")
_DAY_MONTH = re.compile(rf"{_LEAD}{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}")
_MONTH_DAY = re.compile(rf"{_LEAD}{_MONTH}\s+{_DAY}\b{_YEAR}")
_MONTH_ONLY = re.compile(rf"{_LEAD}{_PART}{_MONTH}{_YEAR}")
_IN_YEAR = re.compile(rf"{_LEAD}{_PART}(?P<only>20\d\d)\b")

FREQUENCY = re.compile(rf"\b(?:every|each|per|a)\s+(?:{_NUMBER}\s+)?(?:day|week|month|quarter|session)s?\b")
"""How often something is done: no deadline, and no measure."""

Part = Mapping[str, str | None]
Days = tuple[date, date]
"""The first and the last day that a time may mean."""


def times(text: str, span: Span) -> tuple[Named, ...]:
    """The times in a text (lower case), in the order of the text, none overlapping another."""
    found: list[Named] = []
    for pattern, meaning in _MEANINGS:
        for match in pattern.finditer(text):
            if all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(Named(match.start(), match.end(), _due(meaning, match.groupdict(), span)))
    return tuple(sorted(found, key=lambda named: named.start))


def _due(meaning: Callable[[Part, Span], Days], part: Part, span: Span) -> date | None:
    """The last day that the words allow, not after the pair's end; None where even the first is too late."""
    try:
        first, last = meaning(part, span)
    except (ValueError, OverflowError):  # the 31st of February, 9999 years
        return None
    if first > span.ends_on or last < span.today:
        return None
    return min(last, span.ends_on)


def _date(part: Part, _: Span) -> Days:
    day = date.fromisoformat(_text(part, "date"))
    return day, day


def _dotted(part: Part, _: Span) -> Days:
    day = date(int(_text(part, "year")), int(_text(part, "number")), int(_text(part, "day")))
    return day, day


def _day(part: Part, span: Span) -> Days:
    month, number = _month(part), int(_text(part, "day"))
    day = date(int(part.get("year") or span.today.year), month, number)
    if not part.get("year") and day < span.today:
        day = date(day.year + 1, month, number)
    return day, day


def _in_month(part: Part, span: Span) -> Days:
    month = _month(part)
    first, last = _months(month, month, part, span)
    return (last, last) if _text(part, "part").startswith(("end", "late")) else (first, last)


def _in_quarter(part: Part, span: Span) -> Days:
    number = int(_text(part, "quarter"))
    return _months(3 * number - 2, 3 * number, part, span)


def _duration(part: Part, span: Span) -> Days:
    length = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[_text(part, "unit")]
    whole = timedelta(days=_count(part) * length)
    # "In twelve weeks" is said in the first week and meant from the start.
    return span.starts_on + whole, max(span.starts_on, span.today) + whole


def _week(part: Part, span: Span) -> Days:
    monday = span.week_one_on - timedelta(days=span.week_one_on.weekday())
    begins = monday + timedelta(weeks=_count(part) - 1)
    return begins, begins + timedelta(days=6)


def _program_end(_: Part, span: Span) -> Days:
    return span.ends_on, span.ends_on


def _period_end(part: Part, span: Span) -> Days:
    year, month = span.today.year, span.today.month
    period = _text(part, "period")
    last = 12 if period == "year" else (month + 2) // 3 * 3 if period == "quarter" else month
    day = _last_day(year, last)
    return day, day


def _in_year(part: Part, _: Span) -> Days:
    year = int(_text(part, "only"))
    return date(year, 1, 1), date(year, 12, 31)


def _months(first: int, last: int, part: Part, span: Span) -> Days:
    year = int(part.get("year") or span.today.year)
    if not part.get("year") and _last_day(year, last) < span.today:
        year += 1
    return date(year, first, 1), _last_day(year, last)


def _last_day(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])


def _month(part: Part) -> int:
    return MONTHS.index(_text(part, "month")[:3]) + 1


def _count(part: Part) -> int:
    word = _text(part, "n")
    return int(word) if word.isdigit() else NUMBERS.get(word, 1)


def _text(part: Part, name: str) -> str:
    return part.get(name) or ""


_MEANINGS: tuple[tuple[re.Pattern[str], Callable[[Part, Span], Days]], ...] = (
    (_ISO, _date),
    (_DOTTED, _dotted),
    (_DAY_MONTH, _day),
    (_MONTH_DAY, _day),
    (_MONTH_ONLY, _in_month),
    (_QUARTER, _in_quarter),
    (_DURATION, _duration),
    (_WEEK, _week),
    (_PROGRAM, _program_end),
    (_PERIOD, _period_end),
    (_IN_YEAR, _in_year),
)

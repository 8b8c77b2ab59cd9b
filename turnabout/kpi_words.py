"""A figure in short words, as pages and tables show it. Pure."""

from __future__ import annotations

from datetime import date

from turnabout.kpi import Figure


def value(one: Figure) -> str | None:
    """The number, "at least" or "at most" it, or "suppressed"; None where there is none."""
    if one.verdict == "suppressed":
        return "suppressed"
    if one.value is None:
        return None
    return f"{_bound(one)}{number(one.value)}"


def share(one: Figure) -> str | None:
    """What it is a share of, such as `7 of 10` or `at least 7 of 10`."""
    if one.numerator is None or one.denominator is None:
        return None
    return f"{_bound(one)}{number(one.numerator)} of {number(one.denominator)}"


def interval(one: Figure) -> str | None:
    """From where to where the truth lies 95 times of 100."""
    return None if one.low is None or one.high is None else f"{number(one.low)} to {number(one.high)}"


def notes(one: Figure) -> str:
    """What a reader must know beside the number."""
    chance = () if one.p is None else (f"p {one.p:.3f}",)
    due: tuple[str, ...] = ()
    if one.due_on is not None and one.verdict != "suppressed":  # nobody knows whether it is told then
        due = (f"{'told' if one.value is None else 'final'} from {day(one.due_on)}",)
    return ", ".join((*one.flags, *due, *chance))


def day(one: date) -> str:
    """A day as people write it."""
    return f"{one.day} {one:%B %Y}"


def _bound(one: Figure) -> str:
    return next((f"{flag} " for flag in one.flags if flag in {"at least", "at most"}), "")


def number(amount: float) -> str:
    return f"{amount:.4g}" if abs(amount) < 1000 else f"{amount:,.0f}"

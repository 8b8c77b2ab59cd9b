"""A figure in the unit that people think in: per cent, points, days (section 6). Pure."""

from __future__ import annotations

from typing import Literal

from turnabout.kpi import Figure

Unit = Literal["share", "gap", "points", "scale", "days", "plain"]
_WORDS: dict[Unit, str] = {
    "share": " %",
    "gap": " points",
    "points": " points",
    "scale": " of 5",
    "days": " days",
    "plain": "",
}
MINUS = "\N{MINUS SIGN}"
_NO_SHARES = frozenset(
    {"mean gain", "mean T of goals", "blocking pairs", "net return", "progress, mentors minus mentees"}
)
"""Lines whose numbers speak for themselves; all others but those below are parts of a whole."""


def unit(one: Figure) -> Unit:
    """What its numbers are: a share of 1, percentage points between two shares, points of a score from 0 to
    100, ratings from 1 to 5, days, or numbers that speak for themselves."""
    if one.kpi in {"K1", "K4"} and one.what.endswith("minus controls"):
        return "gap"
    if one.kpi == "K12" and one.method.startswith("difference of proportions"):
        return "gap"
    if one.kpi == "K2":
        return "plain" if one.what.endswith("(g)") else "points"
    if one.kpi == "K11":
        return "days"
    if one.what in _NO_SHARES:
        return "plain"
    return "scale" if one.kpi == "K7" else "share"


def number(amount: float, of: Unit) -> str:
    """A number of that unit without its word: per cent and percentage points of shares."""
    scaled = 100 * amount if of in {"share", "gap"} else amount
    if of == "days" or abs(scaled) >= 1000:
        text = f"{scaled:,.0f}"
    elif of in {"share", "gap"}:
        text = f"{scaled:.0f}"
    else:
        digits = (
            1 if of in {"points", "scale"} else 0 if scaled == int(scaled) else 1 if abs(scaled) >= 10 else 2
        )
        text = f"{scaled:.{digits}f}"
    text = text.removeprefix("-") if not text.strip("-0.,") else text
    return text.replace("-", MINUS)


def percent(share: float) -> str:
    """A share of 1 in per cent, such as `12 %`."""
    return f"{number(share, 'share')}{_WORDS['share']}"


def value(one: Figure) -> str | None:
    """Its number with the unit, "at least" or "at most" it, or "suppressed"; None where there is none. What
    compares carries its sign."""
    if one.verdict == "suppressed":
        return "suppressed"
    if one.value is None:
        return None
    of = unit(one)
    bound = next((f"{flag} " for flag in one.flags if flag in {"at least", "at most"}), "")
    sign = "+" if signed(one) and one.value > 0 else ""
    return f"{bound}{sign}{number(one.value, of)}{_WORDS[of]}"


def interval(one: Figure) -> str | None:
    """From where to where it lies, in the unit of the value."""
    if one.low is None or one.high is None:
        return None
    of = unit(one)
    return f"{number(one.low, of)} to {number(one.high, of)}{_WORDS[of]}"


def named_interval(one: Figure) -> str | None:
    """The interval with what it is: of sampling, of draws (K16), or for whatever the silent may have felt."""
    found = interval(one)
    kind = "middle 90 %" if one.kpi == "K16" else "95 % interval"
    return found and f"{'bounds for the silent' if 'few answered' in one.flags else kind} {found}"


def signed(one: Figure) -> bool:
    """Whether nought is its middle: a change or a difference."""
    return "minus" in one.what or one.kpi in {"K2", "K12"} or one.what in {"mean gain", "normalised gain"}

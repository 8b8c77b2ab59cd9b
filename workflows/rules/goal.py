"""The gate against vague goals (G2, R47): S, M, A, R and T all hold, or the goal is refused with a hint for
every letter that fails. Pure. The partners' ratings (A) and the lead's confirmation (R) come after the gate.

A metric whose baseline is 0 has no multiple; its target needs no confirmation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from turnabout.commands.pair_preparation import ProposeGoal
from turnabout.errors import Rejected
from turnabout.policy import GoalPolicy
from turnabout.spec import Metric
from workflows.rules import goal_text
from workflows.rules.goal_time import FREQUENCY, Named, Span, times

_COUNT_SOMETHING = (
    'count something: a number with a unit ("3 posts", "12 %") or one deliverable ("a playbook").'
)
_KNOWN = "name the metric's baseline today and its target (`baseline`, `target`)."
_BETTER = "the target must be better than the baseline: the metric is to {direction}."
_CONFIRM = "the target is beyond {stretch} times the baseline; lower it, or confirm it (`confirm_stretch`)."
_TIE = "tie it to the cohort's priority metric, {metric!r} (`metric`, or `child_of` for a child of it)."
_NAME_A_TIME = 'say by when, such as "by 30 June" or "in 12 weeks", or give the day (`due_on`).'
_IN_TIME = "the due day must lie between today and the pair's last day, {day}."


@dataclass(frozen=True)
class Fault:
    """A letter that fails, and what to do about it."""

    letter: str
    hint: str


@dataclass(frozen=True)
class Measure:
    """What a goal that passed is measured by, and by when."""

    metric: str
    baseline: float
    target: float
    unit: str
    due_on: date


def gate(goal: ProposeGoal, priority: Metric, span: Span, rules: GoalPolicy, *, by_mentee: bool) -> Measure:
    """The measure of a goal that passes. Raises Rejected (G2) with all letters that fail and a hint each."""
    faults = judge(goal, priority, span, rules, by_mentee=by_mentee)
    if faults or goal.metric is None or goal.baseline is None or goal.target is None:
        letters = ", ".join(fault.letter for fault in faults)
        hint = " ".join(f"{fault.letter}: {fault.hint}" for fault in faults)
        raise Rejected("G2", f"the goal fails {letters}.", hint=hint)
    named = (time.due_on for time in times(goal_text.plain(goal.statement), span))
    return Measure(
        metric=goal.metric,
        baseline=goal.baseline,
        target=goal.target,
        unit=goal.unit or priority.unit,
        due_on=goal.due_on or max(due for due in named if due is not None),
    )


def judge(
    goal: ProposeGoal, priority: Metric, span: Span, rules: GoalPolicy, *, by_mentee: bool
) -> tuple[Fault, ...]:
    """The letters that fail, in the order of the word. `by_mentee`: whose "I" the sentence holds."""
    text = goal_text.plain(goal.statement)
    named = times(text, span)
    vague = goal_text.vague(_without(text, named), by_mentee=by_mentee)
    hints = (
        ("S", vague),
        ("M", _unmeasured(goal, text, named, priority, specific=vague is None)),
        ("A", _unattainable(goal, rules.stretch)),
        ("R", _irrelevant(goal, priority)),
        ("T", _untimed(goal, named, span)),
    )
    return tuple(Fault(letter, hint) for letter, hint in hints if hint)


def _unmeasured(
    goal: ProposeGoal, text: str, named: tuple[Named, ...], priority: Metric, *, specific: bool
) -> str | None:
    # "Answer within 2 days by June" counts days: only the time that ends the goal is no measure.
    deadline = max(named, key=lambda time: (time.due_on or date.max, -time.start), default=None)
    rest = FREQUENCY.sub(" ", _without(text, (deadline,) if deadline else ()))
    if not (goal_text.measured(rest) or (specific and goal_text.deliverable(rest))):
        return _COUNT_SOMETHING
    if goal.metric is None:
        return None  # no metric, no baseline: that is letter R's to say
    if goal.baseline is None or goal.target is None:
        return _KNOWN
    better = goal.target > goal.baseline if priority.direction == "increase" else goal.target < goal.baseline
    if _same(goal.metric, priority.name) and not better:
        return _BETTER.format(direction=priority.direction)
    return None


def _unattainable(goal: ProposeGoal, stretch: int) -> str | None:
    if not goal.baseline or goal.target is None or goal.confirm_stretch:
        return None
    beyond = abs(goal.target) > stretch * abs(goal.baseline)
    return _CONFIRM.format(stretch=stretch) if beyond else None


def _irrelevant(goal: ProposeGoal, priority: Metric) -> str | None:
    tied = goal.metric is not None and (
        _same(goal.metric, priority.name) or _same(goal.child_of or "", priority.name)
    )
    return None if tied else _TIE.format(metric=priority.name)


def _untimed(goal: ProposeGoal, named: tuple[Named, ...], span: Span) -> str | None:
    if not named and goal.due_on is None:
        return _NAME_A_TIME
    late = any(time.due_on is None for time in named)
    if late or (goal.due_on is not None and not span.today <= goal.due_on <= span.ends_on):
        return _IN_TIME.format(day=f"{span.ends_on.day} {span.ends_on:%B %Y}")
    return None


def _without(text: str, named: tuple[Named, ...]) -> str:
    for time in sorted(named, key=lambda one: one.start, reverse=True):
        text = f"{text[: time.start]} {text[time.end :]}"
    return " ".join(text.split())


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())

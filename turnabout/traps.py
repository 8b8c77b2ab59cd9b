"""The trap radar (R76): which of the six ways in which such programs fail a cohort is exposed to now. Pure.

For the lead. It reads what the lead may see anyway: a pause counts only once the lead was told that it lasts
too long, and never why it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

from pydantic import computed_field

from turnabout.model import Model
from turnabout.policy import Policy
from turnabout.results import CohortBoard, PairCard, ReminderLine

Name = Literal[
    "vague goals",
    "poor matching",
    "no visible sponsor",
    "power dynamics",
    "a one-off",
    "no follow-through",
]
TRAPS: tuple[Name, ...] = get_args(Name)
LIVING = frozenset({"forming", "active", "paused"})


class Trap(Model):
    """One of the six, and why the cohort is exposed to it; without a reason it is not."""

    trap: Name
    reasons: tuple[str, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def exposed(self) -> bool:
        return bool(self.reasons)


def radar(
    board: CohortBoard,
    pairs: Sequence[PairCard],
    reminders: Sequence[ReminderLine],
    today: date,
    policy: Policy | None = None,
) -> tuple[Trap, ...]:
    """All six in a fixed order; `today` is the day in the cohort's zone."""
    rules = policy or Policy()
    found = (
        _goals(board, pairs),
        _matching(board),
        _sponsor(board, today),
        _power(board, pairs, reminders),
        _one_off(board, today, rules),
        _follow_through(board, pairs, today, rules),
    )
    silent = board.cancelled_at is not None
    return tuple(
        Trap(trap=name, reasons=() if silent else tuple(why)) for name, why in zip(TRAPS, found, strict=True)
    )


def _goals(board: CohortBoard, pairs: Sequence[PairCard]) -> Iterator[str]:
    if board.kickoff_held_on is not None:
        yield from _some(sum(_lives(card) and card.goal is None for card in pairs), "no accepted goal")


def _matching(board: CohortBoard) -> Iterator[str]:
    if board.pairs_assigned:
        yield f"{board.pairs_assigned} of {board.pairs} pairs were put together without their choice"
    if board.waiting and board.closed_at is None:
        yield f"{_people(board.waiting)} without a partner"


def _sponsor(board: CohortBoard, today: date) -> Iterator[str]:
    if today > board.starts_on:
        if board.charter_signed_at is None:
            yield "the charter is not signed"
        if board.sponsorship_committed_at is None:
            yield "the sponsor has not committed"
    for name, duty in board.duties.items():
        if duty.state == "missed":
            yield f"the sponsor missed: {name.replace('_', ' ')}"


def _power(board: CohortBoard, pairs: Sequence[PairCard], reminders: Sequence[ReminderLine]) -> Iterator[str]:
    if board.kickoff_held_on is not None:
        one_sided = sum(_lives(card) and not (card.teaches and card.gives) for card in pairs)
        yield from _some(one_sided, "not agreed what each of the two gives")
    late = {line.pair for line in reminders if line.template == "pause_overdue" and line.pair}
    waiting = sum(card.state == "paused" and card.pair in late for card in pairs)
    if waiting:
        yield f"{waiting} check-in{'s last' if waiting > 1 else ' lasts'} longer than planned"


def _one_off(board: CohortBoard, today: date, policy: Policy) -> Iterator[str]:
    if board.next_cohort is None and today >= board.ends_on - timedelta(days=policy.closing.next_cohort):
        yield "no next cohort is planned"


def _follow_through(
    board: CohortBoard, pairs: Sequence[PairCard], today: date, policy: Policy
) -> Iterator[str]:
    late = timedelta(days=policy.closing.memo_escalation * 7 // 5)
    overdue = sum(
        card.memo is None and card.ended_at is not None and card.ended_at.date() + late < today
        for card in pairs
    )
    if overdue:
        yield f"{overdue} closure memo{'s are' if overdue > 1 else ' is'} overdue"
    undecided = sum(card.decision_by_default and _lives(card) for card in pairs)
    if undecided:
        yield f"nobody decided on {undecided} pair{'s' if undecided > 1 else ''} at mid-point"
    if board.closed_at is None and today > board.ends_on + late and board.memo_filed_at is None:
        yield "the cohort's own memo is overdue"


def _lives(card: PairCard) -> bool:
    return card.state in LIVING


def _some(count: int, lack: str) -> Iterator[str]:
    if count:
        yield f"{count} pair{'s have' if count > 1 else ' has'} {lack}"


def _people(count: int) -> str:
    return f"{count} people are" if count > 1 else "1 person is"

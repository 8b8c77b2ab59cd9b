"""How the six classic failures of reverse mentoring were met in a run (R76): counts of events and refusals.
Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from events.contracts import StoredEvent
from turnabout.faults import count
from turnabout.model import Model
from turnabout.results import CohortBoard, PairCard
from workers.demo.play import Refusal


class Trap(Model):
    """A classic failure, the rules that guard against it, and what they did here."""

    trap: str
    guard: str
    here: str


def traps(
    events: Iterable[StoredEvent], refusals: Sequence[Refusal], board: CohortBoard, pairs: Sequence[PairCard]
) -> tuple[Trap, ...]:
    """One line for each of the six."""
    seen = Counter(event.type for event in events)
    vague = [one for one in refusals if one.rule == "G2"]
    early = sum(one.rule == "G9" for one in refusals)
    fulfilled = sum(duty.state == "fulfilled" for duty in board.duties.values())
    reshuffled = board.pairs_by_state.get("reshuffled", 0)
    steps = sum(len(card.next_steps) for card in pairs)
    return (
        Trap(
            trap="vague goals",
            guard="G2",
            here=f"{count(len(vague), 'vague goal was', 'vague goals were')} refused, "
            f"{seen['pair.goal_accepted']} accepted",
        ),
        Trap(
            trap="forced matching",
            guard="R37, R102, G7",
            here=f"{count(seen['cohort.match_declined'], 'mentor', 'mentors')} said no and was heard; "
            f"{board.pairs_assigned} assigned, {reshuffled} reshuffled",
        ),
        Trap(
            trap="no visible sponsor",
            guard="R28, T12, T21",
            here=f"{fulfilled} of {len(board.duties)} duties done",
        ),
        Trap(
            trap="power dynamics",
            guard="G6, R46",
            here=f"{count(seen['pair.pause_announced'], 'routine check-in', 'routine check-ins')}, "
            f"{seen['pair.resumed']} ended by steward and both partners",
        ),
        Trap(
            trap="one-off",
            guard="R98, T19",
            here="the next cohort is planned"
            if seen["cohort.next_planned"]
            else "the lead was asked for the next cohort",
        ),
        Trap(
            trap="no follow-through",
            guard="G9, T16",
            here=f"{board.memos_filed} memos with {count(steps, 'next step', 'next steps')}; "
            f"closing too early was refused {count(early, 'time', 'times')}",
        ),
    )

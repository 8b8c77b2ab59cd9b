"""Who waits for the safety steward, since when and until when (T18, R73). Pure.

It never says why: a check-in by lot stands there like any other (G6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from events.base import Event
from events.chase import Chasing
from events.pair_care import PairPaused
from turnabout import schedule
from workflows.rules.pair import PAIR
from workflows.rules.pair_care import STEWARD
from workflows.rules.pair_state import PairState


class Waiting(NamedTuple):
    """A pair in a check-in, or somebody who asked for a conversation. `contact_by` is when the steward has
    spoken with them, `contacted` whether; a check-in is over by `resolve_by`, when all of `to_agree` have."""

    pair: str
    what: Literal["check-in", "conversation"]
    since: datetime
    contact_by: datetime
    contacted: bool
    resolve_by: datetime | None
    to_agree: tuple[str, ...]


def waits(state: PairState) -> bool:
    """Whether anybody of a pair waits for its steward."""
    return state.paused or any(item.startswith(STEWARD) for item in state.ledger.open)


def queue(history: Iterable[tuple[datetime, Event]]) -> tuple[str, tuple[Waiting, ...]]:
    """The steward of a pair, and who of it waits for them after these events."""
    state, opened, paused_at = PAIR.initial, dict[str, datetime](), None
    for at, event in history:
        before = state.ledger.open
        state = PAIR.evolve(state, event, at)
        if isinstance(event, PairPaused):
            paused_at = at
        if isinstance(event, Chasing):
            # A reminder that waits for the steward's hours opens its item again, and nobody has waited less.
            begun = {chase.item for chase in event.opens if chase.item.startswith(STEWARD)}
            opened |= dict.fromkeys(sorted(begun - before.keys()), at)
    found = [_check_in(state, paused_at)] if state.paused and paused_at else []
    # The reminder of a pause speaks of the check-in that is there already.
    items = (item for item in state.ledger.open if item.startswith(STEWARD))
    asked = [opened[item] for item in items if not (state.paused and item.startswith(f"{STEWARD}pause-"))]
    found += [_conversation(state, min(asked))] if asked else []
    return state.agreed.steward, tuple(found)


def _check_in(state: PairState, since: datetime) -> Waiting:
    terms, care = state.agreed, state.care
    everybody = (terms.steward, *state.partners)
    return Waiting(
        pair=state.stream.removeprefix("pair-"),
        what="check-in",
        since=since,
        contact_by=schedule.steward_contact_due(state.policy, since),
        contacted=care.contacted,
        resolve_by=schedule.pause_resolution_due(terms, state.policy, schedule.day_of(terms, since)),
        to_agree=tuple(person for person in everybody if person not in care.consents),
    )


def _conversation(state: PairState, since: datetime) -> Waiting:
    return Waiting(
        pair=state.stream.removeprefix("pair-"),
        what="conversation",
        since=since,
        contact_by=schedule.steward_contact_due(state.policy, since),
        contacted=False,
        resolve_by=None,
        to_agree=(),
    )

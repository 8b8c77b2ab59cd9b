"""Who a pair's safety steward is: what waits for the old one waits for the new one (R73, T18). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.pair_care import PairStewardChanged
from turnabout.commands.pair_care import ChangeSteward
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_state import PairState


def change(state: PairState, command: ChangeSteward, _: Moment) -> list[Event]:
    terms = state.agreed
    was_contact = terms.support_contact == terms.steward
    return [
        PairStewardChanged(
            steward=command.steward,
            timezone=command.timezone,
            support_contact=command.steward if was_contact else terms.support_contact,
        )
    ]


def somebody_waits(state: PairState) -> bool:
    """Whether a steward has something to do for this pair: a pause, or somebody who waits for a contact."""
    items = state.ledger.open.values()
    return state.paused or any(one.chase.kind == "steward" and one.next is not None for one in items)


def changed(state: PairState, event: PairStewardChanged, _: datetime) -> PairState:
    terms = state.agreed
    held = {
        "steward": event.steward,
        "support_contact": event.support_contact,
        "zones": {**terms.zones, event.steward: event.timezone},
    }
    return replace(state, terms=terms.model_copy(update=held))


RULES: Rules[PairState] = {
    ChangeSteward: change,
}


FOLDS: Folds[PairState] = {
    PairStewardChanged: changed,
}

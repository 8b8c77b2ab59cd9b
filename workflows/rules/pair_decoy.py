"""Which pairs have a routine check-in although they are well (G6). Pure.

Without them a check-in would say that one of two people answered low, or confided in the steward, and the
other would know who. The lot comes from outside and is sealed; pairs of earlier releases have that of their
cohort's seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.contracts import Compute
from events.lot import LOT, LotTask
from events.pair_care import LotDrawn
from turnabout import schedule
from turnabout.commands.pair_care import DrawLot
from turnabout.errors import Rejected
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState, name_of

# --- the lot ----------------------------------------------------------------------------------------------


def ask(state: PairState) -> tuple[Compute, ...]:
    """The lot is drawn outside, where the policy says so."""
    if not state.policy.safety.secret_lot:
        return ()
    task = LotTask(stream=state.stream).model_dump(mode="json")
    return (Compute(task=LOT, command_id="lot:drawn", payload=task),)


def draw(state: PairState, command: DrawLot, _: Moment) -> list[Event]:
    if state.lot is not None:
        raise Rejected("G6", "the lot is drawn.", hint="Nothing to do.")
    return [LotDrawn(steward=state.agreed.steward, secret=command.secret)]


def drawn(state: PairState, wave: int) -> str | None:
    """The partner whose answer in that wave begins the check-in, and None for a pair that is not drawn. It is
    the same whenever it is asked."""
    share = state.policy.safety.decoys
    lot = _lot(state, str(wave))
    if lot is None or int.from_bytes(lot[:8], "big") % 100 >= share:
        return None
    return state.partners[lot[8] % 2]


def _lot(state: PairState, what: str) -> bytes | None:
    """None while the lot is not drawn, and once it is erased."""
    terms = state.agreed
    seed = state.lot if terms.policy.safety.secret_lot else str(terms.seed)
    return hashlib.sha256(f"{seed}/{name_of(terms)}/{what}".encode()).digest() if seed else None


# --- between the waves ------------------------------------------------------------------------------------


def between(planner: Planner) -> Iterator[Chase]:
    """For each time between two waves an hour of its own, at which it shows whether the pair is drawn: from
    a check-in outside of a wave it must not follow that somebody confided in the steward."""
    state = planner.state
    if not state.policy.safety.decoys_between:
        return
    for number, (begins, ends) in enumerate(_gaps(state, planner.now), start=1):
        lot = _lot(state, gap_item(number))
        if lot is not None and begins < ends:
            share = int.from_bytes(lot[9:13], "big") / 2**32
            hour = state.clock.fit(begins + (ends - begins) * share, state.partners[lot[8] % 2], "later")
            yield from planner.chase(gap_item(number), "lot", planner.expire(hour), through_pause=True)


def falls(state: PairState, item: str) -> bool:
    """Whether the pair is drawn for the time between two waves, and nothing else is under way."""
    lot = _lot(state, item)
    at_work = state.life == "active" and not state.paused and state.pulse is None and state.endpoint is None
    share = state.policy.safety.decoys_between
    return at_work and lot is not None and int.from_bytes(lot[:8], "big") % 100 < share


def _gaps(state: PairState, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    terms, begins = state.agreed, now
    for week in terms.pulse_weeks:
        if schedule.pulse_opens(terms, week) > now:
            yield begins, schedule.pulse_opens(terms, week)
            begins = schedule.pulse_closes(terms, state.policy, week)
    yield begins, schedule.endpoint_opens(terms)


def gap_item(number: int) -> str:
    """The item of the time before the wave of that number, counted from the pair's first."""
    return f"lot-{number}"


# --- folding ----------------------------------------------------------------------------------------------


def known(state: PairState, event: LotDrawn, _: datetime) -> PairState:
    return replace(state, lot=event.secret)


RULES: Rules[PairState] = {DrawLot: draw}

FOLDS: Folds[PairState] = {LotDrawn: known}

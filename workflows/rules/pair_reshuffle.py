"""A reshuffle outside of the midpoint (G7, G6): proposed, agreed by both partners, or left. Pure.

Where the steward proposes it, nobody learns that: the letters are those of any other proposal, and the record
gives neutral words in place of the reason.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.pair_reshuffle import ReshuffleAgreed, ReshuffleDeclined, ReshuffleProposed
from turnabout import schedule
from turnabout.commands.pair_reshuffle import AnswerReshuffle, ProposeReshuffle
from turnabout.errors import Rejected
from turnabout.model import Role
from workflows.rules import pair_closing
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState
from workflows.rules.pair_work import Reshuffle

# --- deciding ---------------------------------------------------------------------------------------------


def propose(state: PairState, command: ProposeReshuffle, moment: Moment) -> list[Event]:
    """Both partners are asked. The lead may, and the steward of a pair that was red too often."""
    terms, policy, planner = state.agreed, state.policy, Planner(state, moment.now)
    by_lead = Role.LEAD in state.roles(moment.actor)
    if not by_lead and state.care.reds < policy.safety.reds_to_offer_end:
        raise Rejected("G6", "the pair has not come to you often enough.", hint="Ask the program lead.")
    if by_lead and state.resting:
        raise Rejected("G20", "a routine check-in is under way.", hint="Propose it when it is over.")
    pending = state.reshuffle
    if pending is not None and (pending.by_lead or not by_lead):
        raise Rejected("G7", "the partners have been asked already.", hint="Wait for their answers.")
    if state.midpoint is not None and state.midpoint.decided is None:
        raise Rejected("G7", "the midpoint is still to be decided.", hint="Decide it with decide_midpoint.")
    left = (terms.ends_on - planner.today).days // 7
    if left < policy.matching.rematch:
        raise Rejected(
            "G7",
            f"{left} weeks are left, and a new pair needs {policy.matching.rematch}.",
            hint="Let the pair end in time, or end it with end_pair.",
        )
    closes_at = schedule.business_day(terms, planner.today, policy.stagnation.consent)
    if pending is not None:
        return [_join(state, pending, command, moment, closes_at)]
    number = state.proposals + 1
    return [
        ReshuffleProposed(
            number=number,
            by=moment.actor.id,
            reason=command.reason if by_lead else pair_closing.NEUTRAL,
            closes_at=closes_at,
            opens=planner.chase(
                reshuffle_item(number),
                "reshuffle",
                planner.remind(moment.now, state.partners, "reshuffle_proposed", useful_until=closes_at),
                planner.expire(closes_at),
                through_pause=True,
            ),
        )
    ]


def _join(
    state: PairState, asked: Reshuffle, command: ProposeReshuffle, moment: Moment, closes_at: datetime
) -> ReshuffleProposed:
    """The lead proposes what the steward has offered already, which nobody may learn (G6): the partners are
    not asked twice, and have as long to answer as if the lead had been the first."""
    planner, item = Planner(state, moment.now), reshuffle_item(asked.number)
    one = state.ledger.open.get(item)
    left = one.chase.steps[one.done :] if one else ()
    letters = (
        step.model_copy(update={"at": max(step.at, moment.now), "useful_until": closes_at})
        for step in left
        if step.action == "remind"
    )
    return ReshuffleProposed(
        number=asked.number,
        by=moment.actor.id,
        reason=command.reason,
        closes_at=closes_at,
        opens=planner.chase(item, "reshuffle", letters, planner.expire(closes_at), through_pause=True),
    )


def answer(state: PairState, command: AnswerReshuffle, moment: Moment) -> list[Event]:
    """Both must agree; one who does not is enough to leave it."""
    asked, who = state.reshuffle, moment.actor.id
    if asked is None:
        raise Rejected("G7", "no reshuffle is proposed.", hint="The program lead may propose one.")
    if not command.agree:
        return _left(state, asked, who, moment.now)
    if who in asked.agreed:
        raise Rejected("G7", "you have agreed already.", hint="Your partner has still to answer.")
    agreed = ReshuffleAgreed(number=asked.number, by=who)
    if asked.agreed | {who} != set(state.partners):
        return [agreed]
    return [agreed, *pair_closing.end(state, "reshuffled", asked.reason, moment.now, early=True)]


def lapse(state: PairState, now: datetime) -> list[Event]:
    """Somebody did not answer in time: nobody is reshuffled without having agreed."""
    return _left(state, state.reshuffle, None, now) if state.reshuffle else []


def _left(state: PairState, asked: Reshuffle, by: str | None, now: datetime) -> list[Event]:
    planner, item = Planner(state, now), reshuffle_item(asked.number)
    told: tuple[Chase, ...] = ()
    if asked.by_lead:
        told = planner.chase(
            f"{item}:left", "reshuffle_left", planner.tell_lead(now, "reshuffle_left"), through_pause=True
        )
    settles = state.ledger.still_open(item)
    return [ReshuffleDeclined(number=asked.number, by=by, opens=told, settles=settles)]


def reshuffle_item(number: int) -> str:
    """The item under which the partners' answers are awaited."""
    return f"reshuffle-{number}"


# --- folding ----------------------------------------------------------------------------------------------


def proposed(state: PairState, event: ReshuffleProposed, _: datetime) -> PairState:
    by_lead, before = event.by == state.agreed.lead, state.reshuffle
    joined = before is not None and before.number == event.number
    agreed_by = before.agreed if before is not None and joined else frozenset[str]()
    asked = Reshuffle(event.number, by_lead, event.reason, event.closes_at, agreed_by)
    return replace(state, reshuffle=asked, proposals=event.number)


def agreed(state: PairState, event: ReshuffleAgreed, _: datetime) -> PairState:
    asked = state.reshuffle
    if asked is None:
        return state
    return replace(state, reshuffle=replace(asked, agreed=asked.agreed | {event.by}))


def declined(state: PairState, _: ReshuffleDeclined, __: datetime) -> PairState:
    return replace(state, reshuffle=None)


RULES: Rules[PairState] = {ProposeReshuffle: propose, AnswerReshuffle: answer}

FOLDS: Folds[PairState] = {
    ReshuffleProposed: proposed,
    ReshuffleAgreed: agreed,
    ReshuffleDeclined: declined,
}

"""What a running cohort learns from its pairs, the reshuffle, and the way to the endpoint (G7, T15). Pure."""

from __future__ import annotations

from datetime import datetime

from events.base import Event
from events.cohort_closing import ClosingBegan
from events.cohort_running import (
    EndpointReached,
    PairActivationNoted,
    PairEndNoted,
    PairMemoNoted,
    PairPauseNoted,
    PairResumptionNoted,
)
from turnabout import schedule
from turnabout.commands.cohort_running import (
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
)
from turnabout.errors import Rejected
from workflows.rules import cohort_pairs as pairs
from workflows.rules import cohort_rounds as rounds
from workflows.rules import cohort_surveys as surveys
from workflows.rules import cohort_waiting as waiting_list
from workflows.rules.cohort_closing import to_close
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_kickoff import TOO_FEW, make_up_item, make_ups, told_of_too_few, too_few
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState, PairRecord, line_item
from workflows.rules.decider import Moment, Rules

LAST_WEEK = "the cohort is in its last weeks"


def activated(state: CohortState, command: NotePairActivated, _: Moment) -> list[Event]:
    """A pair works."""
    if _living(state, command.pair).activated:
        raise _known(command.pair, "active")
    return [PairActivationNoted(pair=command.pair)]


def paused(state: CohortState, command: NotePairPaused, moment: Moment) -> list[Event]:
    """A pair is paused; nobody here learns why. Nobody asks its people for a make-up meanwhile (G20)."""
    if _living(state, command.pair).status == "paused":
        raise _known(command.pair, "paused")
    noted = PairPauseNoted(pair=command.pair)
    resting = sorted(fold(state, [noted], moment.now).on_hold)
    return [noted.model_copy(update={"settles": state.ledger.still_open(*map(make_up_item, resting))})]


def resumed(state: CohortState, command: NotePairResumed, moment: Moment) -> list[Event]:
    """A pair goes on. Who of it still owes a make-up has the whole time for it again (R52)."""
    pair = _living(state, command.pair)
    if pair.status != "paused":
        raise _known(command.pair, "not paused")
    noted = PairResumptionNoted(pair=command.pair)
    planner = Planner(fold(state, [noted], moment.now), moment.now)
    at_work = state.phase in {"running", "endpoint"}
    owing = [person for person in pair.people if at_work and person not in state.attended]
    return [noted.model_copy(update={"opens": make_ups(planner, owing, planner.today)})]


def ended(state: CohortState, command: NotePairEnded, moment: Moment) -> list[Event]:
    """A pair ended. Who left the program is out of it (G11). Who stays without a partner waits (R41); the
    mentee gets a round of their own instead after a reshuffle (G7), or where somebody left early enough. The
    place that came free is offered to those who waited before."""
    pair = _living(state, command.pair)
    left = _left(pair, command)
    elsewhere = {person for one in state.living if one.pair != pair.pair for person in one.people}
    alone = [person for person in pair.people if person not in elsewhere]
    staying = [person for person in alone if person in state.joined and person not in left]
    again = pair.mentee in staying and _opens_round(state, command, left, moment.now)
    waiting = [person for person in staying if not (again and person == pair.mentee)]
    resting = sorted(fold(state, [PairEndNoted(pair=pair.pair, state=command.state)], moment.now).on_hold)
    awaited = [*map(make_up_item, (*alone, *left, *resting))]
    awaited += [item for person in left for item in rounds.items_of(state, person)]
    awaited.append(line_item(pair.number))
    noted = PairEndNoted(
        pair=pair.pair,
        state=command.state,
        waiting=tuple(waiting) if _waits(state, command) else (),
        left=left,
        settles=state.ledger.still_open(*dict.fromkeys(awaited)),
    )
    events: list[Event] = [noted]
    if left:
        events += rounds.progress_all(fold(state, events, moment.now), moment.now)
    after = fold(state, events, moment.now)
    if again:
        mentors = tuple(
            mentor for mentor in after.of_role("mentor") if mentor != pair.mentor and after.room(mentor)
        )
        events += rounds.opened(after, (pair.mentee,), mentors, replaces=pair.pair)
    before = [who for who in state.waiting if who not in pair.people]
    events += waiting_list.offered(fold(state, events, moment.now), before, pair, moment.now)
    end = fold(state, events, moment.now)
    if state.phase == "ready" and too_few(end) and TOO_FEW not in end.ledger.open:
        events[0] = noted.model_copy(update={"opens": told_of_too_few(Planner(end, moment.now))})
    return [*events, *closing(end, moment.now)]


def _left(pair: PairRecord, command: NotePairEnded) -> tuple[str, ...]:
    """Who left the program; both, where somebody did and the pair does not say who."""
    unnamed = command.state in {"withdrawn", "ended_by_exit"} and not command.left
    return tuple(person for person in pair.people if unnamed or person in command.left)


def _opens_round(state: CohortState, command: NotePairEnded, left: tuple[str, ...], now: datetime) -> bool:
    """Whether a mentee who stays looks for another mentor at once. After any other end the lead helps."""
    if command.state == "reshuffled":
        return state.phase == "running"
    return bool(left) and pairs.time_left(state, now)


def _waits(state: CohortState, command: NotePairEnded) -> bool:
    """Whether who stays is on the waiting list then: not when the work is done."""
    if command.state == "reshuffled":
        return True
    return state.phase in pairs.PAIRING and command.state not in {"graduated", "graduated_early"}


def memo_filed(state: CohortState, command: NoteMemoFiled, moment: Moment) -> list[Event]:
    """A pair's memo is filed or waived."""
    if _pair(state, command.pair).memo is not None:
        raise _known(command.pair, "wound up")
    noted = PairMemoNoted(pair=command.pair, waived=command.waived)
    after = Planner(fold(state, [noted], moment.now), moment.now)
    return [noted.model_copy(update={"opens": to_close(after)})]


def endpoint(state: CohortState, now: datetime) -> list[Event]:
    """The last week begins (T15): nobody gets a new partner any more."""
    spec, planner = state.spec, Planner(state, now)
    end = planner.expire(schedule.pair_ends(spec, state.policy))
    events: list[Event] = [EndpointReached(opens=planner.chase("end", "end", end))]
    for one in state.rounds.values():
        events += rounds.close(fold(state, events, now), one, now, LAST_WEEK)
    return [*events, *surveys.open_endpoint(fold(state, events, now), now)]


def closing(state: CohortState, now: datetime) -> list[Event]:
    """ClosingBegan when the last day of work has passed and no pair lives; the lead's memo is due (T16)."""
    if state.phase != "endpoint" or not state.ended or state.living or state.rounds:
        return []
    spec, policy, planner = state.spec, state.policy, Planner(state, now)
    lead, today = [state.lead.id], planner.today
    overdue = schedule.memo_escalation(spec, policy, today)
    memo = planner.chase(
        "cohort-memo",
        "cohort_memo",
        planner.prompt(now, lead, "cohort_memo_due"),
        planner.prompts(schedule.memo_reminders(spec, policy, today), lead, "cohort_memo_due", until=overdue),
        planner.tell(overdue, state.sponsor.id, "cohort_memo_overdue"),
    )
    return [ClosingBegan(opens=memo)]


def _pair(state: CohortState, pair: str) -> PairRecord:
    known = state.pairs.get(pair)
    if known is None:
        raise Rejected("R103", f"{pair} is no pair of this cohort.", hint="Check the pair's name.")
    return known


def _living(state: CohortState, pair: str) -> PairRecord:
    known = _pair(state, pair)
    if not known.living:
        raise _known(pair, known.status)
    return known


def _known(pair: str, status: str) -> Rejected:
    return Rejected("R103", f"{pair} is {status} as far as the cohort knows.", hint="Nothing to note.")


RULES: Rules[CohortState] = {
    NotePairActivated: activated,
    NotePairPaused: paused,
    NotePairResumed: resumed,
    NotePairEnded: ended,
    NoteMemoFiled: memo_filed,
}

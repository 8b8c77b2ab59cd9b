"""What a cohort knows after an event. Pure, and total: every event of the past folds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from events.base import Event
from events.chase import Chasing, Escalated, Expired, Reminded, Suppressed
from events.cohort import CohortItemExpired
from events.cohort_closing import ClosingBegan, CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from events.cohort_enrolment import (
    EnrolmentClosed,
    EnrolmentOpened,
    EnrolmentReopened,
    SmallCohortApproved,
)
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    DutyRescheduled,
    LaunchOverdue,
    LeadHandedOver,
    SponsorshipCommitted,
)
from events.cohort_rounds import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    PairArranged,
    RoundClosed,
    RoundOpened,
    ShortlistRanked,
    ShortlistsPrepared,
    SolveRequested,
)
from events.cohort_running import (
    CohortReady,
    EndpointReached,
    KickoffHeld,
    MakeUpAttended,
    PairActivationNoted,
    PairEndNoted,
    PairMemoNoted,
    PairPauseNoted,
    PairResumptionNoted,
)
from turnabout.commands.cohort_governance import Duty
from turnabout.spec import Staff
from workflows.rules import (
    cohort_care_folds,
    cohort_changes_folds,
    cohort_corrections_folds,
    cohort_holidays_folds,
    cohort_kpis,
    cohort_measurement_folds,
    cohort_offices_folds,
    cohort_people_folds,
)
from workflows.rules.chases import Ledger
from workflows.rules.cohort_people_folds import gone, with_
from workflows.rules.cohort_state import Charter, CohortState, DutyState, PairRecord, Round
from workflows.rules.decider import Folds

K = TypeVar("K")
V = TypeVar("V")


FOLDS: Folds[CohortState] = {
    **cohort_measurement_folds.FOLDS,
    **cohort_kpis.FOLDS,
    **cohort_care_folds.FOLDS,
    **cohort_changes_folds.FOLDS,
    **cohort_corrections_folds.FOLDS,
    **cohort_offices_folds.FOLDS,
    **cohort_people_folds.FOLDS,
    **cohort_holidays_folds.FOLDS,
}
"""The folds of concerns that have a file of their own, `cohort_<concern>_folds.py`; it imports the state and
never the rules, which fold ahead with this module."""


def fold(state: CohortState, events: Iterable[Event], at: datetime) -> CohortState:
    """The state after several events of one moment."""
    for event in events:
        state = evolve(state, event, at)
    return state


def evolve(state: CohortState, event: Event, at: datetime) -> CohortState:
    """The state after an event, which occurred at `at`."""
    fold = FOLDS.get(type(event))
    record = cohort_corrections_folds.noted(state.record, event)
    state = replace(fold(state, event, at) if fold else _fact(state, event, at), record=record)
    if isinstance(event, Chasing | Reminded | Suppressed | Escalated | Expired):
        state = replace(state, ledger=_tidy(state.ledger.evolve(event)))
    return state


def _fact(state: CohortState, event: Event, at: datetime) -> CohortState:
    match event:
        case CohortPlanned(spec=spec, policy=policy, shape=shape):
            return replace(
                state,
                phase="planned",
                plan=spec,
                small_reason=spec.small_cohort_reason,
                rules=policy,
                preset=shape,
                roster=MappingProxyType({person.id: person for person in spec.people}),
                leader=spec.lead,
                holidays=cohort_holidays_folds.of_spec(spec),
            )
        case CharterSigned(version=version, text_hash=text_hash):
            signed_at = state.charter.signed_at if state.charter else at
            state = replace(state, charter=Charter(signed_at, version, text_hash))
            return _chartered(state)
        case SponsorshipCommitted(duties=duties):
            held = {duty: DutyState(due_at) for duty, due_at in duties.items()}
            return _chartered(replace(state, duties=MappingProxyType(held)))
        case DutyRescheduled(duty=duty, due_at=due_at):
            return _duty(state, duty, due_at=due_at)
        case DutyFulfilled(duty=duty):
            return _duty(state, duty, fulfilled=True)
        case DutyMissed(duty=duty):
            return _duty(state, duty, missed=True)
        case LaunchOverdue():
            return replace(state, launch_overdue=True)
        case LeadHandedOver(to=to):
            offices, old = state.offices, state.lead
            return replace(
                state,
                leader=Staff(id=to.id, timezone=to.timezone),
                leads=state.leads + 1,
                offices=replace(offices, zones={**offices.zones, old.id: old.timezone}),
            )
        case EnrolmentOpened(closes_at=closes_at) | EnrolmentReopened(closes_at=closes_at):
            openings = state.openings + 1
            return replace(state, phase="enrolling", enrolment_closes=closes_at, openings=openings)
        case SmallCohortApproved(reason=reason):
            return replace(state, small_reason=reason)
        case EnrolmentClosed():
            return replace(state, phase="matching", enrolment_closes=None)
        case PairArranged():
            return _arranged(state, event)
        case CohortReady():
            return replace(state, phase="ready", ready_at=at)
        case KickoffHeld(attended=attended):
            return replace(state, phase="running", kickoff_held_at=at, attended=frozenset(attended))
        case MakeUpAttended(person=person):
            return replace(state, attended=state.attended | {person})
        case PairActivationNoted(pair=pair):
            return _pair(state, pair, status="active", activated=True)
        case PairResumptionNoted(pair=pair):
            known = state.pairs.get(pair)
            return _pair(state, pair, status="active" if known and known.activated else "forming")
        case PairPauseNoted(pair=pair):
            return _pair(state, pair, status="paused")
        case PairMemoNoted(pair=pair, waived=waived):
            return _pair(state, pair, memo="waived" if waived else "filed")
        case PairEndNoted(pair=pair, state=end, waiting=waiting, left=left):
            added = dict.fromkeys(waiting, "the pair ended")
            for person in left:
                state = gone(state, person, "left the program")
            return _pair(replace(state, waiting=_merged(state.waiting, added)), pair, status=end)
        case EndpointReached():
            return replace(state, phase="endpoint")
        case ClosingBegan():
            return replace(state, phase="closing")
        case CohortMemoFiled():
            return replace(state, memo_filed=True)
        case CohortClosed():
            return replace(state, phase="closed", closed_at=at)
        case CohortArchived():
            return replace(state, phase="archived")
        case CohortCancelled():
            return replace(state, phase="cancelled", rounds=MappingProxyType({}))
        case CohortItemExpired(kind="end"):
            return replace(state, ended=True)
    return _matching(state, event)


def _matching(state: CohortState, event: Event) -> CohortState:
    match event:
        case RoundOpened(round=number, mentees=mentees, mentors=mentors, replaces=replaces, cause=cause):
            opened = Round(number, mentees, mentors, replaces, cause)
            waiting = {who: why for who, why in state.waiting.items() if who not in mentees}
            again = mentees if cause == "refresh" else ()
            counted = {who: state.refreshed.get(who, 0) + 1 for who in again}
            return replace(
                state,
                refreshed=_merged(state.refreshed, counted),
                rounds=with_(state.rounds, number, opened),
                last_round=max(number, state.last_round),
                waiting=MappingProxyType(waiting),
            )
        case ShortlistsPrepared(shortlists=shortlists, unmatched=unmatched):
            scores = {
                one.mentee: MappingProxyType({each.mentor: each.score for each in one.candidates})
                for one in shortlists
            }
            return _round(
                state,
                event.round,
                stage="choosing",
                scores=MappingProxyType(scores),
                reasons=MappingProxyType({who.person: who.reason for who in unmatched}),
            )
        case ShortlistRanked(mentee=mentee, mentors=mentors):
            known = state.rounds.get(event.round)
            rankings = known.rankings if known else {}
            return _round(state, event.round, rankings=with_(rankings, mentee, mentors))
        case CohortItemExpired(kind="choice", item=item):
            return _missed_choice(state, item)
        case SolveRequested(solve=solve):
            return _round(state, event.round, stage="solving", solves=solve)
        case MatchProposed(edges=edges, unmatched=unmatched):
            known = state.rounds.get(event.round)
            reasons = {who.person: who.reason for who in unmatched}
            return _round(
                state,
                event.round,
                stage="consenting",
                pending=frozenset((edge.mentor, edge.mentee) for edge in edges),
                reasons=_merged(known.reasons if known else {}, reasons),
            )
        case MatchAccepted(mentor=mentor, mentee=mentee):
            return _answered(state, event.round, (mentor, mentee), accepted=True)
        case MatchDeclined(mentor=mentor, mentee=mentee):
            return _answered(state, event.round, (mentor, mentee), accepted=False)
        case RoundClosed(unmatched=unmatched):
            rounds = {number: one for number, one in state.rounds.items() if number != event.round}
            added = {who.person: who.reason for who in unmatched}
            return replace(state, rounds=MappingProxyType(rounds), waiting=_merged(state.waiting, added))
    return state


LATE = "did not choose in time"
"""Why a mentee has no partner who let the window pass."""


def choice_item(number: int, mentee: str) -> str:
    """The item under which a mentee's choice is awaited."""
    return f"choice-{number}-{mentee}"


def consent_item(number: int, mentor: str, mentee: str) -> str:
    """The item under which a mentor's answer is awaited."""
    # A colon, for ids may hold dashes: `a` with `b-c` must not read like `a-b` with `c`.
    return f"consent-{number}-{mentor}:{mentee}"


def _chartered(state: CohortState) -> CohortState:
    return replace(state, phase="chartered") if state.governed and state.phase == "planned" else state


def _duty(state: CohortState, duty: Duty, **changes: Any) -> CohortState:
    known = state.duties.get(duty)
    if known is None:
        return state
    return replace(state, duties=with_(state.duties, duty, replace(known, **changes)))


def _arranged(state: CohortState, event: PairArranged) -> CohortState:
    terms = event.terms
    record = PairRecord(
        event.pair,
        terms.number,
        terms.mentor,
        terms.mentee,
        assigned=terms.assigned,
        replaces=terms.replaces,
        support_contact=terms.support_contact,
    )
    rounds = {
        number: replace(one, mentees=tuple(who for who in one.mentees if who != terms.mentee))
        for number, one in state.rounds.items()
    }
    waiting = {who: why for who, why in state.waiting.items() if who not in record.people}
    return replace(
        state,
        pairs=with_(state.pairs, event.pair, record),
        rounds=MappingProxyType(rounds),
        waiting=MappingProxyType(waiting),
    )


def _pair(state: CohortState, pair: str, **changes: Any) -> CohortState:
    known = state.pairs.get(pair)
    if known is None:
        return state
    return replace(state, pairs=with_(state.pairs, pair, replace(known, **changes)))


def _round(state: CohortState, number: int, **changes: Any) -> CohortState:
    known = state.rounds.get(number)
    if known is None:
        return state
    return replace(state, rounds=with_(state.rounds, number, replace(known, **changes)))


def _answered(state: CohortState, number: int, edge: tuple[str, str], *, accepted: bool) -> CohortState:
    known = state.rounds.get(number)
    if known is None:
        return state
    declined = known.declined if accepted else known.declined | {edge}
    return _round(state, number, pending=known.pending - {edge}, declined=declined)


def _missed_choice(state: CohortState, item: str) -> CohortState:
    for number, one in state.rounds.items():
        for mentee in one.undecided:
            if choice_item(number, mentee) == item:
                return _round(state, number, reasons=with_(one.reasons, mentee, LATE))
    return state


def _tidy(ledger: Ledger) -> Ledger:
    """Forget one-off messages that are done: nothing settles them."""
    over = [item for item, one in ledger.open.items() if one.chase.kind == "message" and one.next is None]
    if not over:
        return ledger
    left = {item: one for item, one in ledger.open.items() if item not in over}
    return replace(ledger, open=MappingProxyType(left))


def _merged(mapping: Mapping[K, V], more: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType({**mapping, **more})

"""What the outside world must do after a cohort's event: start and tell pairs, compute, send. Pure.

The ids of the commands told are fixed by what happened, so telling twice is telling once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from events.base import Event
from events.cohort import CohortEscalated, CohortReminded
from events.cohort_care import CohortConcernRaised
from events.cohort_changes import PersonExited
from events.cohort_closing import CohortCancelled
from events.cohort_corrections import AttendanceCorrected
from events.cohort_governance import CharterSigned, LeadHandedOver
from events.cohort_holidays import HolidaysRecorded, HolidaysRequested
from events.cohort_offices import StewardReplaced
from events.cohort_people import PersonWithdrew
from events.cohort_rounds import PairArranged, RoundOpened, SolveRequested
from events.cohort_running import KickoffHeld, MakeUpAttended
from events.contracts import Compute, Effect, Notify, Tell
from events.matching import MATCH, SHORTLISTS, MatchTask, ShortlistTask
from turnabout.commands.base import Command
from turnabout.commands.cohort_governance import Duty
from turnabout.commands.pair_calendar import NoteDaysOff
from turnabout.commands.pair_care import ChangeSteward
from turnabout.commands.pair_closing import EndPair, WaiveMemo
from turnabout.commands.pair_corrections import WithdrawAttendance
from turnabout.commands.pair_preparation import ChangeLead, FormPair, NoteKickoffAttended
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM
from workflows.rules import cohort_holidays, cohort_invites
from workflows.rules.cohort_diversity import across_all, minima
from workflows.rules.cohort_evolve import consent_item
from workflows.rules.cohort_kickoff import TOO_FEW, pairs_needed
from workflows.rules.cohort_pairs import confirmed_item, forbidden
from workflows.rules.cohort_people import WITHDRAWAL
from workflows.rules.cohort_rounds import capacity, options
from workflows.rules.cohort_state import CohortState, PairRecord, Round, line_item
from workflows.rules.letter_numbers import numbers

DUTY_WORDS: dict[Duty, str] = {
    "kickoff": "the kickoff",
    "checkpoint": "the mid-pilot checkpoint",
    "recognition": "the public recognition of the participating leaders",
    "closing": "the closing checkpoint",
}
WITHDREW = "a partner left the program"
CANCELLED = "the cohort was cancelled"
EXITED = "Somebody left the company."


def react(state: CohortState, event: Event, at: datetime) -> tuple[Effect, ...]:
    """The effects of an event, in order; `state` is folded up to it."""
    return tuple(_effects(state, event, at))


def _effects(state: CohortState, event: Event, at: datetime) -> Iterator[Effect]:
    match event:
        case CohortReminded(to=to, due_at=due_at, useful_until=useful_until):
            values = _values(state, event)
            if event.template == "match_confirmed":
                values |= _confirmed(state, event)
            values |= _about_people(state, event)
            if event.template == "steward_changed":
                values["partner_of"] = dict.fromkeys(to, state.steward.id)
            values |= cohort_invites.values(state, event.template, at)
            values |= cohort_holidays.told(state, event.template)
            if event.template == "concern_received":
                values["number"] = int(event.item.rpartition("-")[2])
            yield Notify(
                template=event.template, to=to, due_at=due_at, useful_until=useful_until, values=values
            )
        case CohortEscalated(to=to, due_at=due_at):
            values = _values(state, event) | _about_people(state, event)
            yield Notify(template=event.template, to=to, due_at=due_at, values=values)
        case CohortConcernRaised(number=number):
            known = {"number": number, **numbers(state.policy, "concern_received")}
            yield Notify(template="concern_received", to=(state.steward.id,), due_at=at, values=known)
        case CharterSigned() | HolidaysRequested() | HolidaysRecorded():
            yield from _holidays(state, event)
        case RoundOpened(round=number):
            yield _shortlists(state, state.rounds[number])
        case SolveRequested(round=number):
            yield _match(state, state.rounds[number])
        case PairArranged(pair=stream, terms=terms, attended=attended):
            yield _tell(stream, "form", FormPair(terms=terms), start=True)
            if attended:
                yield _tell(stream, "kickoff-attended", NoteKickoffAttended(people=attended))
        case KickoffHeld(attended=attended):
            for pair in state.living:
                people = tuple(person for person in pair.people if person in attended)
                if people:
                    yield _tell(pair.pair, "kickoff-attended", NoteKickoffAttended(people=people))
        case AttendanceCorrected(person=person, attended=attended):
            said = NoteKickoffAttended(people=(person,)) if attended else WithdrawAttendance(person=person)
            for pair in state.living:
                if person in pair.people:
                    yield _tell(pair.pair, f"attendance-{person}-{state.record.version}", said)
        case MakeUpAttended(person=person):
            for pair in state.living:
                if person in pair.people:
                    noted = NoteKickoffAttended(people=(person,))
                    yield _tell(pair.pair, f"make-up-{person}", noted)
        case _:
            yield from _changes(state, event)


def _changes(state: CohortState, event: Event) -> Iterator[Effect]:
    """What pairs must hear of changes about people and offices."""
    match event:
        case PersonWithdrew(person=person):
            for pair in state.living:
                if person in pair.people:
                    ends = EndPair(state="withdrawn", reason=WITHDREW, left=(person,))
                    yield _tell(pair.pair, f"withdrew-{person}", ends)
        case LeadHandedOver(to=to):
            change = ChangeLead(lead=to.id, timezone=to.timezone)
            for pair in _not_wound_up(state):
                yield _tell(pair.pair, f"lead-{state.leads}", change)
        case StewardReplaced(to=to):
            change_steward = ChangeSteward(steward=to.id, timezone=to.timezone)
            for pair in state.pairs.values():  # also those whose door to the steward is still open
                yield _tell(pair.pair, f"steward-{state.offices.stewards}", change_steward)
        case PersonExited(person=person, pairs=pairs):
            for name in pairs:
                end = EndPair(state="ended_by_exit", reason=EXITED, left=(person,))
                yield _tell(name, f"exit-{person}", end)
        case CohortCancelled():
            for pair in _not_wound_up(state):
                if pair.living:
                    yield _tell(pair.pair, "end", EndPair(state="ended_by_choice", reason=CANCELLED))
                yield _tell(pair.pair, "waive-memo", WaiveMemo(reason=CANCELLED))


def _holidays(state: CohortState, event: Event) -> Iterator[Effect]:
    yield from cohort_holidays.effects(state, event)
    if isinstance(event, HolidaysRecorded):
        for pair in state.living:
            free = NoteDaysOff(days_off=cohort_holidays.days_off(state, *pair.people))
            yield _tell(pair.pair, f"days-off-{event.number}", free)


def _not_wound_up(state: CohortState) -> Iterable[PairRecord]:
    return (pair for pair in state.pairs.values() if pair.memo is None)


def _tell(pair: str, command_id: str, command: Command, *, start: bool = False) -> Tell:
    return Tell(
        stream=pair,
        workflow="PairWorkflow",
        command_id=f"cohort:{command_id}",
        envelope=CommandEnvelope(command=command.wire(), actor=SYSTEM),
        start=start,
        lenient=not start,
    )


def _values(state: CohortState, event: CohortReminded | CohortEscalated) -> dict[str, Any]:
    """What the templates may show; nothing of it is confidential."""
    spec, item = state.spec, event.item
    values: dict[str, Any] = {"cohort_name": spec.name, "item": item}
    values |= numbers(state.policy, event.template)
    open_ = state.ledger.open.get(item)
    if open_ is None:
        return values
    ends = [step.at for step in open_.chase.steps if step.action != "remind"]
    if ends:
        values["closes_at"] = ends[0].isoformat()
    survey = state.measurement.surveys.get("endpoint" if open_.chase.kind == "survey" else "baseline")
    if survey and open_.chase.kind in {"baseline", "baseline_report", "survey"}:
        asked = survey.people
        if open_.chase.kind == "baseline_report":
            asked = tuple(person for person in asked if person not in state.declined)
        values |= {"asked": len(asked), "answered": sum(person in survey.answered for person in asked)}
        if open_.chase.kind == "survey":
            values["closes_at"] = survey.closes_at.isoformat()
    if open_.chase.kind == "line":
        for pair in state.pairs.values():
            if item == line_item(pair.number):
                values |= {"pair": pair.pair.removeprefix("pair-"), "why": state.conflicts.get(pair.pair)}
    if item == TOO_FEW:
        values |= {"pairs": len(state.living), "pairs_needed": pairs_needed(state)}
        if state.phase == "ready":
            values["lost"] = True
    if open_.chase.kind == "invitation" and state.enrolment_closes:
        values["closes_at"] = state.enrolment_closes.isoformat()
    if open_.chase.kind == "kickoff":
        values["starts_at"] = spec.kickoff.isoformat()
    for duty, words in DUTY_WORDS.items():
        if item in {f"duty-{duty}", f"duty-{duty}-overdue"}:
            # A duty counts as missed later than it is due, where the lead still has to record it.
            values |= {"duty": words, "closes_at": state.duties[duty].due_at.isoformat()}
    return values


def _confirmed(state: CohortState, event: CohortReminded) -> dict[str, Any]:
    """Who the partner of each of the two is, and the kickoff where it is still to come."""
    values: dict[str, Any] = {}
    if event.due_at < state.spec.kickoff and not state.launched:
        values["starts_at"] = state.spec.kickoff.isoformat()
    for pair in state.pairs.values():
        if event.item == confirmed_item(pair.number):
            values["partner_of"] = {pair.mentor: pair.mentee, pair.mentee: pair.mentor}
    return values


def _about_people(state: CohortState, event: CohortReminded | CohortEscalated) -> dict[str, Any]:
    """Whose name a letter shows, and the text that joining agrees to."""
    if event.template == "enrolment_invitation" and state.consent is not None:
        return {"consent": state.consent.version, "consent_text": state.consent.text}
    if event.template == "withdrawal_told":
        return {"partner_of": dict.fromkeys(event.to, event.item.removeprefix(WITHDRAWAL))}
    if event.template in {"match_proposed", "match_reminder"}:
        chosen_by = {
            mentor: mentee
            for one in state.rounds.values()
            for mentor, mentee in sorted(one.pending)
            if consent_item(one.number, mentor, mentee) == event.item
        }
        return {"partner_of": chosen_by}
    return {}


def _shortlists(state: CohortState, one: Round) -> Compute:
    task = ShortlistTask(
        round=one.number,
        seed=state.spec.seed,
        day=state.spec.kickoff_on,
        policy=state.policy,
        mentees=tuple(state.roster[person] for person in one.mentees),
        mentors=tuple(state.roster[person] for person in one.mentors),
        capacity={
            mentor: min(state.room(mentor), max(1, count)) for mentor, count in capacity(state, one).items()
        },
        forbidden=forbidden(state, one),
        minima=minima(state),
    )
    return Compute(
        task=SHORTLISTS, command_id=f"shortlists:{one.number}", payload=task.model_dump(mode="json")
    )


def _match(state: CohortState, one: Round) -> Compute:
    rankings, missing = options(state, one), minima(state)
    task = MatchTask(
        round=one.number,
        solve=one.solves,
        seed=state.spec.seed,
        rankings={mentee: dict(ranking) for mentee, ranking in rankings.items()},
        scores={mentee: dict(one.scores[mentee]) for mentee in rankings},
        capacity=capacity(state, one),
        limit=state.places,
        minima=missing,
        crosses=across_all(state, rankings) if missing else {},
    )
    return Compute(
        task=MATCH,
        command_id=f"match:{one.number}-{one.solves}",
        payload=task.model_dump(mode="json"),
    )

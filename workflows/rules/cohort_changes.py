"""Changes about people while a cohort runs: another manager, an exit of somebody (G10, R42, R72). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from events.base import Event
from events.cohort_changes import LineConflict, PersonExited, ReportingLineChanged
from turnabout.commands.cohort_changes import ChangeReportingLine, RecordExit
from turnabout.errors import Rejected
from turnabout.spec import Participant
from workflows.rules import cohort_pairs as pairs
from workflows.rules import cohort_rounds as rounds
from workflows.rules.cohort_enrolment import invitation_item
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_kickoff import make_up_item
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState, PairRecord, line_item
from workflows.rules.decider import Moment, Rules


def change_line(state: CohortState, command: ChangeReportingLine, moment: Moment) -> list[Event]:
    """Take the new managers and look at everything that hangs on them: the pair itself, its skip-level
    contact, proposals that await an answer. Never in silence: the lead is told of every pair that would not
    be made today, and decides with the two how it goes on. What is no longer against a pair is settled."""
    person = _known(state, command.person)
    managers = tuple(dict.fromkeys(command.reports_to))
    if person.id in managers:
        raise Rejected("R42", f"{person.id} cannot report to themselves.", hint="Correct `reports_to`.")
    if managers == person.reports_to:
        raise Rejected("R42", f"{person.id} reports to them already.", hint="Nothing to do.")
    changed = ReportingLineChanged(person=person.id, reports_to=managers)
    after = fold(state, [changed], moment.now)
    conflicts = tuple(_conflicts(state, after, person.id))
    planner = Planner(after, moment.now)
    opens = [
        chase
        for name in dict.fromkeys(one.pair for one in conflicts)
        for chase in planner.chase(
            line_item(after.pairs[name].number),
            "line",
            planner.tell(moment.now, after.lead.id, "line_conflict"),
        )
    ]
    if state.steward.id in managers:
        told = planner.tell(moment.now, after.lead.id, "line_of_steward")
        opens += planner.chase("line-of-steward", "message", told)
    told_of = {one.pair for one in conflicts}
    over = [
        line_item(pair.number)
        for pair in after.living
        if person.id in pair.people
        and pair.pair in state.conflicts
        and pair.pair not in told_of
        and not list(_against(after, pair))
    ]
    changed = changed.model_copy(
        update={
            "conflicts": conflicts,
            "opens": tuple(opens),
            "settles": state.ledger.still_open(*over),
        }
    )
    events: list[Event] = [changed]
    for one in after.rounds.values():
        for mentor, mentee in sorted(one.pending):
            if person.id in (mentor, mentee) and pairs.obstacle(after, mentor, mentee):
                now = fold(state, events, moment.now)
                still = now.rounds.get(one.number)
                if still is not None and (mentor, mentee) in still.pending:
                    events += rounds.refused(now, still, mentor, mentee, moment.now, by_default=True)
    return events


def _conflicts(before: CohortState, after: CohortState, person: str) -> Iterator[LineConflict]:
    """What is against pairs of somebody now and was not before; what is left, where something else was on
    record."""
    for pair in after.living:
        if person not in pair.people:
            continue
        was, now = list(_against(before, pair)), list(_against(after, pair))
        fresh = [one for one in now if one not in was]
        known = before.conflicts.get(pair.pair)
        outdated = known is not None and known not in [one.told for one in now]
        yield from fresh or (now[:1] if outdated else [])


def _against(state: CohortState, pair: PairRecord) -> Iterator[LineConflict]:
    """Why a pair would not be made today."""
    found = pairs.obstacle(state, *pair.people)
    if found is not None:
        yield LineConflict(pair=pair.pair, rule=found[0], reason=found[1])
    contact = pair.support_contact
    for person in pair.people:
        if contact in state.roster[person].reports_to:
            why = f"{contact} is its skip-level contact and manages {person}"
            yield LineConflict(pair=pair.pair, rule="R72", reason=why)


def record_exit(state: CohortState, command: RecordExit, moment: Moment) -> list[Event]:
    """Somebody left the company. Their pairs are told to end; what becomes of the partners follows when they
    have. Whoever holds an office is replaced, not recorded here."""
    person = _known(state, command.person).id
    planner = Planner(state, moment.now)
    last_day = command.last_day or planner.today
    if person in state.exited:
        raise Rejected("R102", f"the exit of {person} is recorded already.", hint="Nothing to do.")
    if last_day > planner.today:
        raise Rejected(
            "R102", f"{last_day} is in the future.", hint="Record the exit on the last day or afterwards."
        )
    items = (
        invitation_item(person, state.openings),
        make_up_item(person),
        *rounds.items_of(state, person),
    )
    exited = PersonExited(
        person=person,
        last_day=last_day,
        pairs=tuple(pair.pair for pair in state.living if person in pair.people),
        settles=state.ledger.still_open(*items),
    )
    return [exited, *rounds.progress_all(fold(state, [exited], moment.now), moment.now)]


def _known(state: CohortState, person: str) -> Participant:
    known = state.roster.get(person)
    if known is None:
        offices = {state.lead.id, state.sponsor.id, state.steward.id}
        replaced = "Use hand_over_lead, replace_sponsor or replace_steward."
        hint = replaced if person in offices else "Check the id."
        raise Rejected("R102", f"{person} is not on the roster.", hint=hint)
    return known


RULES: Rules[CohortState] = {
    ChangeReportingLine: change_line,
    RecordExit: record_exit,
}

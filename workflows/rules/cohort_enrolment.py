"""Invitations, joining of one's own will, and the end of enrolment (G8, G11, R33, R34, R102, T4). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.cohort_enrolment import (
    EnrolmentClosed,
    EnrolmentOpened,
    EnrolmentReopened,
    PersonDeclined,
    PersonJoined,
)
from turnabout import schedule
from turnabout.commands.cohort_enrolment import CloseEnrolment, Decline, OpenEnrolment, OptIn, ReopenEnrolment
from turnabout.eligibility import criteria
from turnabout.errors import Rejected
from turnabout.spec import Participant
from workflows.rules import cohort_governance as governance
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules import cohort_people as people
from workflows.rules import cohort_rounds as rounds
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules


def invitation_item(person: str, opening: int) -> str:
    """The item under which somebody's answer to an invitation is awaited; each opening of enrolment is asked
    about anew (G20)."""
    return f"enrol-{person}:{opening}"


def open_enrolment(state: CohortState, _: OpenEnrolment, moment: Moment) -> list[Event]:
    """Invite the roster, once charter, commitment and KPIs stand (G8)."""
    spec, policy = state.spec, state.policy
    if not state.governed:
        if state.charter:
            hint = "Ask the sponsor to commit to the duties (commit_sponsorship)."
            raise Rejected("G8", "the sponsor has not committed.", hint=hint)
        raise Rejected("G8", "the charter is not signed.", hint="Enrolment follows the signed charter.")
    if state.phase != "chartered":
        raise Rejected(
            "G8", f"enrolment has been opened; the cohort is {state.phase}.", hint="Nothing to do."
        )
    fewest, most = policy.charter.min_kpis, policy.charter.max_kpis
    if not fewest <= len(spec.kpis) <= most:
        raise Rejected("G8", f"{len(spec.kpis)} KPIs are named, not {fewest} to {most}.", hint="Plan again.")
    planner = Planner(state, moment.now)
    return [
        people.published(state),
        EnrolmentOpened(
            closes_at=_closes(planner),
            opens=_window(planner, [who for who in state.roster if who not in state.declined]),
            settles=state.ledger.still_open(governance.OPENING),
        ),
    ]


def reopen(state: CohortState, _: ReopenEnrolment, moment: Moment) -> list[Event]:
    """Invite again where matching ended with too few pairs (G13). Who declined may still join, unasked."""
    if state.phase != "matching" or not kickoff.too_few(state):
        why = f"the cohort is {state.phase}"
        if state.phase == "matching":
            why = "a matching round is still open" if state.rounds else "enough pairs stand"
        raise Rejected(
            "G13", f"enrolment is reopened where too few pairs came about; {why}.", hint="Nothing to do now."
        )
    planner = Planner(state, moment.now)
    silent = [who for who in state.roster if who not in state.joined and who not in state.declined]
    return [
        EnrolmentReopened(
            opening=state.openings + 1,
            closes_at=_closes(planner),
            opens=_window(planner, silent),
            settles=state.ledger.still_open(kickoff.TOO_FEW),
        )
    ]


def _closes(planner: Planner) -> datetime:
    return schedule.enrolment_closes(planner.state.spec, planner.state.policy, planner.today)


def _window(planner: Planner, people: Iterable[str]) -> tuple[Chase, ...]:
    """Invitations to these people, their reminders, and the end of enrolment (T4)."""
    state, closes = planner.state, _closes(planner)
    reminders = schedule.enrolment_reminders(state.spec, state.policy, planner.today)
    invitations = [
        chase
        for person in people
        for chase in planner.chase(
            invitation_item(person, state.openings + 1),
            "invitation",
            planner.prompt(planner.now, [person], "enrolment_invitation", until=closes),
            planner.prompts(reminders, [person], "enrolment_reminder", until=closes),
        )
    ]
    return (*invitations, *planner.chase("enrolment", "enrolment", planner.expire(closes)))


def opt_in(state: CohortState, command: OptIn, moment: Moment) -> list[Event]:
    """Join, if eligible, and agree to the published text; a person who declined may still change their
    mind."""
    person = moment.actor.id
    _enrolling(state)
    if person in state.joined:
        raise Rejected("G11", f"{person} has joined already.", hint="Nothing to do.")
    if person in state.exited:
        raise Rejected("G11", f"{person} has left the company.", hint="Ask the lead.")
    met = _eligible(state, state.roster[person])
    settles = state.ledger.still_open(invitation_item(person, state.openings))
    consent = people.agreed(state, person, command.consent)
    return [PersonJoined(person=person, criteria=met, settles=settles), *consent]


def _eligible(state: CohortState, person: Participant) -> tuple[str, ...]:
    """The criteria that somebody meets (R33, R34); rejected with what is missing. That somebody of the other
    role is above or below (R9) holds for every sound spec and is put on record."""
    met, missing = criteria(person)
    if missing:
        raise Rejected(
            "R33" if person.role == "mentor" else "R34",
            f"{person.id} cannot join as {person.role}: missing {', '.join(missing)}.",
            hint="Decline, and ask the lead to correct the roster of the next cohort.",
        )
    levels = [other.level for other in state.roster.values() if other.role != person.role]
    if person.role == "mentor":
        return (*met, f"level {person.level}, below the most senior mentee's {max(levels)}")
    return (*met, f"level {person.level}, above the most junior mentor's {min(levels)}")


def decline(state: CohortState, command: Decline, moment: Moment) -> list[Event]:
    """Stay out, or leave before one has a pair (R102)."""
    person = moment.actor.id
    if person in state.declined:
        raise Rejected("R102", f"{person} has declined already.", hint="Nothing to do.")
    if state.phase not in {"enrolling", "matching", "ready", "running"}:
        raise Rejected(
            "R102", f"there is nothing to decline; the cohort is {state.phase}.", hint="Nothing to do."
        )
    if person in state.engaged:
        raise Rejected("R102", f"{person} is in a pair.", hint="Use withdraw to leave it and the cohort.")
    items = (invitation_item(person, state.openings), *rounds.items_of(state, person))
    left = PersonDeclined(person=person, reason=command.reason, settles=state.ledger.still_open(*items))
    after = fold(state, [left], moment.now)
    return [left, *rounds.progress_all(after, moment.now)]


def close(state: CohortState, _: CloseEnrolment, moment: Moment) -> list[Event]:
    """Close enrolment before its time."""
    _enrolling(state)
    return closed(state, moment.now)


def closed(state: CohortState, now: datetime) -> list[Event]:
    """Nobody else joins, and a matching round begins with all who did and have no partner yet."""
    mentors = tuple(person for person in state.of_role("mentor") if state.room(person))
    mentees = tuple(person for person in state.of_role("mentee") if person not in state.engaged)
    waiting = [
        item for item, one in state.ledger.open.items() if one.chase.kind in {"invitation", "enrolment"}
    ]
    end = EnrolmentClosed(mentors=mentors, mentees=mentees, settles=tuple(waiting))
    return [end, *rounds.opened(fold(state, [end], now), mentees, mentors)]


def _enrolling(state: CohortState) -> None:
    if state.phase != "enrolling":
        raise Rejected(
            "T4",
            f"enrolment is not open; the cohort is {state.phase}.",
            hint="Ask the lead to be considered.",
        )


RULES: Rules[CohortState] = {
    OpenEnrolment: open_enrolment,
    OptIn: opt_in,
    Decline: decline,
    CloseEnrolment: close,
    ReopenEnrolment: reopen,
}

"""People speak for themselves: consent to a published text, the intake survey, withdrawal (R35, R102).
Pure."""

from __future__ import annotations

from events.base import Event
from events.cohort_people import ConsentGiven, ConsentPublished, IntakeAnswered, PersonWithdrew
from turnabout.commands.cohort_people import AnswerIntake, Withdraw
from turnabout.consent import HOUSE
from turnabout.errors import Rejected
from turnabout.intake import INSTRUMENT
from workflows.rules import cohort_rounds as rounds
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_kickoff import make_up_item
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

TAKING_PART = frozenset({"enrolling", "matching", "ready", "running", "endpoint"})
"""The phases in which there is something to leave."""

WITHDRAWAL = "withdrawal-"
"""Begins the item under which the lead is told who has left."""


def published(state: CohortState) -> ConsentPublished:
    """The text of the spec, else the house's."""
    text = state.spec.consent or HOUSE
    return ConsentPublished(version=text.version, text=text.text, text_hash=text.text_hash)


def agreed(state: CohortState, person: str, version: str | None) -> list[Event]:
    """That somebody who joins agrees to the published text; nothing in a cohort of an earlier release, which
    has published none. Rejected where another version was read (R102)."""
    text = state.consent
    if text is None:
        return []
    if version not in {None, text.version}:
        raise Rejected(
            "R102",
            f"this cohort asks for consent to {text.version}, not {version}.",
            hint="Read the text of the invitation and name its version, or none.",
        )
    return [ConsentGiven(person=person, version=text.version, text_hash=text.text_hash)]


def answer_intake(state: CohortState, command: AnswerIntake, moment: Moment) -> list[Event]:
    """Take the survey's answers, before the shortlists are asked for (R35)."""
    person = moment.actor.id
    if person not in state.joined:
        raise Rejected("G11", f"{person} has not joined.", hint="Join first: the survey needs your consent.")
    if state.phase != "enrolling":
        raise Rejected(
            "R35",
            f"the survey is for the time of enrolment; the cohort is {state.phase}.",
            hint="Nothing to do.",
        )
    if person in state.surveyed:
        raise Rejected("R35", f"{person} has answered the survey.", hint="Nothing to do.")
    role = state.roster[person].role
    other = {"mentor": command.gaps, "mentee": command.skills}[role]
    if other:
        field = "gaps" if role == "mentor" else "skills"
        raise Rejected("R35", f"{field} are not asked of a {role}.", hint="Leave them out.")
    flat = [gap.skill for gap in command.gaps if gap.target <= gap.current]
    if flat:
        raise Rejected(
            "R34", f"{', '.join(flat)}: the target is not above today's level.", hint="Correct it."
        )
    return [
        IntakeAnswered(
            person=person,
            instrument=INSTRUMENT,
            hope=command.hope,
            confidence=command.confidence,
            skills=command.skills,
            gaps=command.gaps,
            interests=command.interests,
        )
    ]


def withdraw(state: CohortState, command: Withdraw, moment: Moment) -> list[Event]:
    """Leave (R102). Nothing more is asked of the person; open rounds go on without them; their pairs are told
    to end, and what becomes of the partners follows when they have."""
    person = moment.actor.id
    if person not in state.joined:
        raise Rejected("R102", f"{person} does not take part.", hint="Use decline to stay out.")
    if state.phase not in TAKING_PART:
        raise Rejected(
            "R102", f"the cohort is {state.phase}; nothing is left to leave.", hint="Nothing to do."
        )
    planner = Planner(state, moment.now)
    opens = (
        *planner.message(f"withdrawn-{person}", [person], "withdrawal_confirmed"),
        *planner.chase(
            f"{WITHDRAWAL}{person}", "message", planner.tell(moment.now, state.lead.id, "withdrawal_told")
        ),
    )
    items = (make_up_item(person), *rounds.items_of(state, person))
    left = PersonWithdrew(
        person=person, reason=command.reason, opens=opens, settles=state.ledger.still_open(*items)
    )
    after = fold(state, [left], moment.now)
    return [left, *rounds.progress_all(after, moment.now)]


RULES: Rules[CohortState] = {AnswerIntake: answer_intake, Withdraw: withdraw}

"""Who holds the offices of a cohort, and what comes after it (R26-R30, R73, R98, R110, G15, T19). Pure.

What somebody was still to be told follows the office, not the person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from events.base import Event
from events.chase import Chase, Step
from events.cohort_governance import LeadHandedOver
from events.cohort_offices import NextCohortPlanned, SponsorReplaced, SponsorshipTakenOver, StewardReplaced
from turnabout import calendar, schedule
from turnabout.checks import offices
from turnabout.commands.cohort_governance import HandOverLead
from turnabout.commands.cohort_offices import PlanNextCohort, ReplaceSponsor, ReplaceSteward
from turnabout.errors import InvalidInput, Rejected
from turnabout.spec import Staff
from workflows.rules.cohort_care import TO_THE_STEWARD
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

TO_THE_LEAD = frozenset(
    {
        "charter_overdue",
        "sponsor_uncommitted",
        "enrolment_to_open",
        "launch_info",
        "launch_warning",
        "launch_overdue",
        "assisted_choice",
        "line_conflict",
        "line_of_steward",
        "too_few_pairs",
        "kickoff_to_record",
        "control_group_due",
        "baseline_missing",
        "make_up_overdue",
        "duty_overdue",
        "cohort_memo_due",
        "cohort_to_close",
        "withdrawal_told",
        "holidays_to_check",
        "next_cohort_due",
        "next_cohort_late",
    }
)
"""The messages that follow the lead's office, not the person."""
TO_THE_SPONSOR = frozenset(
    {
        "charter_due",
        "enrolment_not_opened",
        "kickoff_invitation",
        "kickoff_reminder",
        "duty_due",
        "cohort_memo_overdue",
        "cohort_not_closed",
    }
)
"""Those that follow the sponsor's."""
BEFORE = frozenset({"kickoff_invitation", "kickoff_reminder", "duty_due"})
"""Of all these the ones that precede an event."""
COMMITMENT = "sponsor-commitment"
"""The item under which a new sponsor's commitment is awaited."""


def hand_over(state: CohortState, command: HandOverLead, moment: Moment) -> list[Event]:
    """Make somebody else the lead (R27)."""
    old, new = state.lead.id, command.to
    if new.id == old:
        raise Rejected("R27", f"{old} leads the program already.", hint="Name somebody else.")
    _fits(replace(_held(state), lead=new.id), "lead", new, besides=("partner",))
    event = LeadHandedOver(to=new)
    planner = Planner(fold(state, [event], moment.now), moment.now)
    return [event.model_copy(update={"opens": tuple(_readdressed(planner, old, new.id, TO_THE_LEAD))})]


def replace_sponsor(state: CohortState, command: ReplaceSponsor, moment: Moment) -> list[Event]:
    """Make somebody else the sponsor. Once committed to, the duties go on; before the kickoff the new sponsor
    commits in person, or it stays blocked (R30)."""
    old, new = state.sponsor.id, command.to
    if new.id == old:
        raise Rejected("R26", f"{old} sponsors the program already.", hint="Name somebody else.")
    _fits(replace(_held(state), sponsor=new.id), "sponsor", new)
    must_commit = bool(state.duties) and not state.launched
    event = SponsorReplaced(by=moment.actor.id, to=new, must_commit=must_commit)
    planner = Planner(fold(state, [event], moment.now), moment.now)
    welcome = _commitment(planner) if must_commit else _welcome(planner, "sponsor_appointed", new.id)
    settles = state.ledger.still_open(COMMITMENT)
    opens = (*_readdressed(planner, old, new.id, TO_THE_SPONSOR), *welcome)
    return [event.model_copy(update={"opens": opens, "settles": settles})]


def _commitment(planner: Planner) -> tuple[Chase, ...]:
    """The new sponsor is asked to commit, as often as for the charter; then the lead is told (T2, R30)."""
    state, today = planner.state, planner.today
    spec, policy = state.spec, state.policy
    overdue = schedule.charter_escalation(spec, policy, today)
    asks = (planner.now, *schedule.charter_reminders(spec, policy, today))
    to = [state.sponsor.id]
    return planner.chase(
        COMMITMENT,
        "commitment",
        planner.prompt(asks[0], to, "sponsor_appointed", until=asks[1] if asks[1:] else overdue),
        planner.prompts(asks[1:], to, "sponsor_appointed", until=overdue),
        planner.tell(overdue, state.lead.id, "sponsor_uncommitted"),
    )


def take_over(state: CohortState, moment: Moment) -> list[Event]:
    """The new sponsor commits to the duties (R28, R30)."""
    return [SponsorshipTakenOver(by=moment.actor.id, settles=state.ledger.still_open(COMMITMENT))]


def replace_steward(state: CohortState, command: ReplaceSteward, moment: Moment) -> list[Event]:
    """Make somebody else the steward: apart from sponsor, pairs and their reporting lines, and from the lead
    where possible (R73, G6). Everybody who takes part hears to whom they turn from here on."""
    old, new = state.steward.id, command.to
    if new.id == old:
        raise Rejected("R73", f"{old} is the steward already.", hint="Name somebody else.")
    if new.id == state.lead.id and command.reason is None:
        raise Rejected("R73", f"{new.id} leads the program.", hint="Name another, or say why in `reason`.")
    _fits(replace(_held(state), steward=new.id), "steward", new, besides=("lead",))
    event = StewardReplaced(by=moment.actor.id, to=new, reason=command.reason)
    planner = Planner(fold(state, [event], moment.now), moment.now)
    number = planner.state.offices.stewards
    known = [person for person in state.joined if person not in state.declined]
    # Whoever waits for the old one hears who it is now, whether they take part or not.
    known += [one.person for one in state.care.waiting.values() if one.person not in known]
    told = [*known, *(who for who in dict.fromkeys((old, state.lead.id)) if who != new.id)]
    opens = (
        *_readdressed(planner, old, new.id, TO_THE_STEWARD),
        *_welcome(planner, "steward_appointed", new.id),
        *planner.message(f"steward-{number}", told, "steward_changed"),
    )
    return [event.model_copy(update={"opens": opens})]


def plan_next(state: CohortState, command: PlanNextCohort, moment: Moment) -> list[Event]:
    """Record the next cohort's plan; nobody asks for it any more (G15, T19)."""
    spec = state.spec
    if command.cohort == spec.id:
        raise Rejected("G15", f"{spec.id} is this cohort.", hint="Give the next one's id.")
    if command.starts_on <= spec.starts_on:
        raise Rejected(
            "G15",
            f"{command.starts_on} is not after this cohort's start ({spec.starts_on}).",
            hint="Correct `starts_on`.",
        )
    settles = state.ledger.still_open("next-cohort", "next-cohort-late")
    return [
        NextCohortPlanned(
            by=moment.actor.id, cohort=command.cohort, starts_on=command.starts_on, settles=settles
        )
    ]


def _welcome(planner: Planner, template: str, person: str) -> tuple[Chase, ...]:
    number = planner.state.offices.sponsors + planner.state.offices.stewards
    return planner.message(f"appointed-{number}", [person], template)


def _held(state: CohortState) -> offices.Held:
    """Who holds what by now, and who supports a pair."""
    of_pairs = (pair.support_contact for pair in state.pairs.values() if pair.support_contact)
    named = (one.id for one in state.spec.support_contacts)
    # The steward stands in where no contact fits, and is no contact because of that.
    contacts = dict.fromkeys(one for one in (*named, *of_pairs) if one != state.steward.id)
    return replace(
        offices.held(state.spec),
        lead=state.lead.id,
        sponsor=state.sponsor.id,
        steward=state.steward.id,
        contacts=tuple(contacts),
        people=tuple(state.roster.values()),
    )


def _fits(
    held: offices.Held, office: offices.Office, new: Staff, *, besides: tuple[offices.Place, ...] = ()
) -> None:
    """Reject who cannot hold the office with what they are already; `besides`: what they may be all the same.
    What was so before, of somebody else, is no matter here."""
    for one in offices.clashes(held):
        if one.person == new.id and office in {one.office, one.other}:
            (else_,) = {one.office, one.other} - {office}
            if else_ not in besides:
                raise Rejected(one.rule, one.message, hint="Name somebody else.")
    if new.id == "system":
        raise Rejected("G21", "the engine holds no office.", hint="Name a person.")
    try:
        calendar.zone(new.timezone)
    except InvalidInput as error:
        raise Rejected("R108", error.message, hint=error.hint) from error


def _readdressed(planner: Planner, old: str, new: str, templates: Collection[str]) -> Iterator[Chase]:
    """The open items with what is left of them, where a step was to go to the old holder of an office."""
    for item in planner.state.ledger.open.values():
        left = item.chase.steps[item.done :]
        if any(step.template in templates and old in step.to for step in left):
            steps = [one for step in left for one in _readdress(planner, step, old, new, templates)]
            yield from planner.chase(item.chase.item, item.chase.kind, steps)


def _readdress(
    planner: Planner, step: Step, old: str, new: str, templates: Collection[str]
) -> tuple[Step, ...]:
    if step.template not in templates or old not in step.to:
        return (step,)
    others = tuple(person for person in step.to if person != old)
    kept = (step.model_copy(update={"to": others}),) if others else ()
    if step.action == "escalate":
        return (*kept, *planner.tell(step.at, new, step.template))
    if step.template in BEFORE and step.useful_until is not None:
        return (*kept, *planner.before(step.at, [new], step.template, event=step.useful_until))
    return (*kept, *planner.prompt(step.at, [new], step.template, until=step.useful_until))


RULES: Rules[CohortState] = {
    HandOverLead: hand_over,
    ReplaceSponsor: replace_sponsor,
    ReplaceSteward: replace_steward,
    PlanNextCohort: plan_next,
}

"""Which events are about somebody, in plain words, and who else can see them. Pure.

An event is somebody's where its field `whose` names them. What is not listed here is told to nobody: verdicts
and pauses follow from answers and would tell of the other one's (G6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LEAD_AND_PARTNER = "you, your partner and the program lead"
LEAD = "you and the program lead"
EVERYBODY = "everybody in the program"
NOBODY = "nobody but you; the program's rules use it"
STEWARD = "you and the safety steward"
PARTNERS = "you and your partner"
STAFF = "lead, sponsor and steward of the cohort"
MENTORS = "you, the mentors and the program lead"


@dataclass(frozen=True)
class Words:
    """What an event is called, who can see it, and the field that names whose it is; `actor` is who gave the
    command. The fields in `hidden` are not that person's to read."""

    what: str
    seen_by: str
    whose: str = "actor"
    hidden: tuple[str, ...] = ()


WORDS: Mapping[str, Words] = {
    # a cohort
    "cohort.charter_signed": Words("You signed the charter", EVERYBODY, "by"),
    "cohort.sponsorship_committed": Words("You committed to the sponsor's duties", EVERYBODY, "by"),
    "cohort.sponsorship_taken_over": Words("You took over the sponsor's duties", EVERYBODY, "by"),
    "cohort.duty_fulfilled": Words("You fulfilled a duty of the sponsor", EVERYBODY),
    "cohort.person_joined": Words("You joined", LEAD, "person"),
    "cohort.consent_given": Words("You agreed to the text of the program", LEAD, "person"),
    "cohort.person_declined": Words("You stayed out; your reason is yours alone", LEAD, "person"),
    "cohort.person_withdrew": Words("You left; your reason is yours alone", LEAD_AND_PARTNER, "person"),
    "cohort.intake_answered": Words(
        "You answered the short survey; what shortlists need is on them, the rest is yours alone",
        "whoever is offered you as a partner",
        "person",
    ),
    "cohort.shortlist_ranked": Words("You ranked your shortlist", NOBODY, "mentee"),
    "cohort.match_accepted": Words("You accepted a mentee", LEAD_AND_PARTNER, "mentor"),
    "cohort.match_declined": Words("A proposal to you did not come off", LEAD, "mentor"),
    "cohort.pair_assigned": Words("The program lead paired you", LEAD, "mentor|mentee", ("reason",)),
    "cohort.control_group_frozen": Words(
        "You are in the group that the pairs are compared with", LEAD, "people", ("rule", "members_hash", "n")
    ),
    "cohort.survey_answered": Words("You answered a survey", NOBODY, "respondent"),
    "cohort.baseline_flagged_late": Words("Your baseline came late", LEAD, "people"),
    "cohort.metric_observed": Words("You recorded a number", LEAD_AND_PARTNER, "by"),
    "cohort.kickoff_held": Words(
        "You were at the kickoff, or missed it", LEAD, "attended|absent", ("days_since_charter",)
    ),
    "cohort.make_up_attended": Words("You caught up with the kickoff", LEAD, "person"),
    "cohort.attendance_corrected": Words("Your presence at the kickoff was put right", LEAD, "person"),
    "cohort.circle_held": Words("You were at the mentors' circle", MENTORS, "attended"),
    "cohort.employment_observed": Words("HR told of your employment", LEAD, "person"),
    "cohort.employment_corrected": Words("What HR told of your employment was put right", LEAD, "person"),
    "cohort.reporting_line_changed": Words("Your managers changed", LEAD, "person", ("conflicts",)),
    "cohort.person_exited": Words("You left the company", LEAD, "person", ("pairs",)),
    "cohort.concern_raised": Words("You turned to the safety steward", STEWARD, "respondent", ("steward",)),
    "cohort.lead_handed_over": Words("You handed over the lead", EVERYBODY, hidden=("to",)),
    "cohort.sponsor_replaced": Words("You named a new sponsor", STAFF, "by", ("to", "must_commit")),
    "cohort.steward_replaced": Words("You named a new safety steward", EVERYBODY, "by", ("to",)),
    "cohort.duty_corrected": Words("You put a duty of the sponsor right", STAFF, "by"),
    "cohort.small_cohort_approved": Words("You went on with few pairs", STAFF, "by"),
    "cohort.next_planned": Words("You planned the next cohort", STAFF, "by"),
    "cohort.memo_filed": Words("You filed the cohort's memo", STAFF, "by"),
    "cohort.cancelled": Words("You cancelled the cohort", EVERYBODY, "by"),
    # a pair
    "pair.kickoff_attended": Words("You were at the kickoff", LEAD_AND_PARTNER, "people"),
    "pair.attendance_withdrawn": Words("You were not at the kickoff after all", LEAD_AND_PARTNER, "person"),
    "pair.exchange_agreed": Words("You wrote down what each of you gives", LEAD_AND_PARTNER),
    "pair.cadence_agreed": Words("You wrote down when you meet", LEAD_AND_PARTNER),
    "pair.cadence_changed": Words("You changed when you meet", LEAD_AND_PARTNER, "by"),
    "pair.goal_proposed": Words("You proposed a goal", LEAD_AND_PARTNER, "by"),
    "pair.goal_rated": Words("You rated how attainable the goal is", NOBODY, "by"),
    "pair.ground_rules_signed": Words("You signed the ground rules", LEAD_AND_PARTNER, "by"),
    "pair.session_held": Words("You logged a session; your note is yours alone", LEAD_AND_PARTNER, "by"),
    "pair.session_missed": Words(
        "You logged a session as missed", LEAD_AND_PARTNER, "by", ("in_a_row", "unlogged")
    ),
    "pair.session_rescheduled": Words("You moved a session", LEAD_AND_PARTNER),
    "pair.session_corrected": Words(
        "You put a session right; your reason is yours alone", LEAD_AND_PARTNER, "by"
    ),
    "pair.absence_noted": Words(
        "You noted days on which you are away", "you; your partner sees what moves", "by"
    ),
    "pair.deliverable_recorded": Words("You recorded something produced", LEAD_AND_PARTNER, "by"),
    "pair.deliverable_corrected": Words(
        "You put something produced right; your reason is yours alone", LEAD_AND_PARTNER, "by"
    ),
    "pair.action_completed": Words("You marked an action as done", LEAD_AND_PARTNER, "by"),
    "pair.feedback_given": Words("You gave feedback on a draft", LEAD_AND_PARTNER, "by"),
    "pair.experiment_recorded": Words("You recorded an experiment", LEAD_AND_PARTNER, "by"),
    "pair.insight_recorded": Words("You wrote down an insight", LEAD_AND_PARTNER, "by"),
    "pair.decision_changed": Words("You wrote down a changed decision", LEAD_AND_PARTNER, "by"),
    "pair.decision_implemented": Words("You marked a decision as carried out", LEAD_AND_PARTNER, "by"),
    "pair.decision_measured": Words("You recorded what came of a decision", LEAD_AND_PARTNER, "by"),
    "pair.pulse_answered": Words("You answered a pulse", NOBODY, "respondent"),
    "pair.milestone_checked": Words("You filled in the milestone check", LEAD_AND_PARTNER, "by"),
    "pair.endpoint_answered": Words("You answered the last questions", NOBODY, "respondent"),
    "pair.outcome_recorded": Words("You recorded what came of the goal", LEAD_AND_PARTNER, "by"),
    "pair.outcome_corrected": Words(
        "You put right what came of the goal; your reason is yours alone", LEAD_AND_PARTNER, "by"
    ),
    "pair.memo_filed": Words("You filed the closure memo", LEAD_AND_PARTNER, "by"),
    "pair.career_outcome_stated": Words("You said where you would like to get", PARTNERS, "by"),
    "pair.concern_raised": Words("You turned to the safety steward", STEWARD, "respondent"),
    "pair.resumption_consented": Words("You agreed that your pair goes on", STEWARD, "by"),
    "pair.reshuffle_agreed": Words("You said that you would like a new partner", NOBODY, "by"),
    "pair.reshuffle_declined": Words("You said that you would not like a new partner", NOBODY, "by"),
}
"""By an event's wire name."""

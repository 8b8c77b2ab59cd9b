"""The names of all messages that the engine may send; each has a file in `activities/templates/`. Pure."""

from __future__ import annotations

from typing import Literal, get_args

Template = Literal[
    # cohort
    "charter_due",
    "charter_overdue",
    "sponsor_appointed",
    "sponsor_uncommitted",
    "steward_appointed",
    "steward_changed",
    "enrolment_to_open",
    "enrolment_not_opened",
    "launch_info",
    "launch_warning",
    "launch_overdue",
    "enrolment_invitation",
    "enrolment_reminder",
    "shortlist_ready",
    "shortlist_refreshed",
    "shortlist_reminder",
    "match_proposed",
    "match_reminder",
    "match_confirmed",
    "waiting_list",
    "withdrawal_confirmed",
    "withdrawal_told",
    "assisted_choice",
    "line_conflict",
    "line_of_steward",
    "too_few_pairs",
    "kickoff_invitation",
    "kickoff_cheat_sheet",
    "kickoff_reminder",
    "kickoff_to_record",
    "control_group_due",
    "baseline_invitation",
    "baseline_reminder",
    "baseline_missing",
    "survey_invitation",
    "survey_reminder",
    "make_up_due",
    "make_up_overdue",
    "duty_due",
    "duty_overdue",
    "circle_invitation",
    "cohort_memo_due",
    "cohort_memo_overdue",
    "cohort_to_close",
    "cohort_not_closed",
    "cohort_cancelled",
    "holidays_to_check",
    "next_cohort_due",
    "next_cohort_late",
    # both
    "new_link",
    # pair
    "prepare_pair",
    "preparation_reminder",
    "preparation_overdue",
    "goal_to_confirm",
    "career_outcome_stated",
    "pair_activated",
    "first_meeting_reminder",
    "first_meeting_overdue",
    "session_reminder",
    "session_log",
    "session_moved",
    "sessions_moved",
    "session_reschedule",
    "session_moved_often",
    "sessions_missed",
    "inactivity",
    "pulse_invitation",
    "pulse_reminder",
    "phase_begins",
    "phase_evidence",
    "feedback_due",
    "milestone_invitation",
    "milestone_reminder",
    "midpoint_decision",
    "midpoint_defaulted",
    "stagnation_nudge",
    "reshuffle_proposed",
    "reshuffle_left",
    "pair_extended",
    "routine_check_in",
    "check_in_drawn",
    "check_in_over",
    "steward_alert",
    "concern_received",
    "pause_overdue",
    "offer_end",
    "steward_takes_over",
    "endpoint_invitation",
    "endpoint_reminder",
    "pair_ended",
    "memo_due",
    "memo_reminder",
    "memo_overdue",
]
TEMPLATES: tuple[str, ...] = get_args(Template)

STEWARD_ONLY: frozenset[Template] = frozenset(
    {"check_in_drawn", "concern_received", "offer_end", "steward_alert", "steward_takes_over"}
)
"""Messages of which nobody but the steward may know."""

KEPT_BACK: frozenset[Template] = STEWARD_ONLY | {"reshuffle_proposed"}
"""Messages that no read model tells: also what the steward may have offered, which reads like the lead's."""


def shown(template: str) -> str:
    """A message's name in logs and metrics, where those of the steward go under a routine check-in: beside a
    pause they would tell why it came (G6)."""
    return "routine_check_in" if template in STEWARD_ONLY else template

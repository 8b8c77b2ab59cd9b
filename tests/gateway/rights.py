"""Who may see which page and give which command (G21), written down once more: whoever adds one adds it here.

Nothing here follows from the code that it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping

_SEES = {
    "mentor mentee": {
        "cohort": "join leave metric survey tell_steward",
        "pair": "away calendar certificate check_in concern correct endpoint experiments goal home insights "
        "memo milestone prepare pulse reshuffle rhythm session work career",
    },
    "mentor": {"cohort": "answer_match circle"},
    "mentee": {"cohort": "choose"},
    "sponsor": {"cohort": "charter duty"},
    "mentor mentee lead sponsor steward business_sponsor": {
        "cohort": "my_data my_data_file erase read_charter",
    },
    "lead": {"cohort": "lead enrolment kickoff records measures duties offices close", "pair": "pair"},
    "steward": {"cohort": "steward", "pair": "care"},
    "sponsor business_sponsor": {"cohort": "sponsor"},
}
_MAY = {
    "mentor mentee": """
        opt_in decline answer_survey answer_intake withdraw raise_cohort_concern
        move_sessions note_absence raise_concern answer_endpoint record_outcome give_feedback
        record_experiment record_insight change_decision implement_decision measure_decision
        agree_exchange agree_cadence propose_goal rate_goal sign_ground_rules answer_pulse
        check_milestone answer_reshuffle log_session reschedule_session record_deliverable complete_action""",
    "mentor": "accept_match decline_match state_career_outcome",
    "mentee": "rank_shortlist",
    "mentor lead": "record_circle",
    "mentor mentee lead": "record_metric file_memo correct_session correct_outcome correct_deliverable",
    "mentor mentee steward": "consent_to_resume",
    "sponsor": "sign_charter commit_sponsorship",
    "lead": """
        open_enrolment close_enrolment reopen_enrolment proceed_small assign_pair hold_kickoff record_make_up
        change_reporting_line record_exit correct_attendance correct_duty correct_employment refresh_holidays
        freeze_controls
        record_employment file_cohort_memo close_cohort hand_over_lead plan_next_cohort
        confirm_goal decide_midpoint extend_pair""",
    "lead sponsor": "fulfil_duty cancel_cohort replace_sponsor",
    "lead steward": "replace_steward propose_reshuffle",
    "lead system": "plan_cohort waive_memo",
    "lead steward system": "end_pair",
    "steward": "record_steward_contact record_cohort_contact",
    "system": """
        record_holidays note_first_session record_shortlists record_match note_pair_activated note_pair_paused
        note_pair_resumed note_pair_ended note_memo_filed run_cohort_step
        note_days_off draw_lot change_steward withdraw_attendance form_pair note_kickoff_attended change_lead
        run_pair_step publish_kpis""",
}

SEES: Mapping[str, tuple[str, frozenset[str]]] = {
    name: (kind, frozenset(roles.split()))
    for roles, pages in _SEES.items()
    for kind, names in pages.items()
    for name in names.split()
}
"""Of each page: the kind of stream that it is about, and the roles that see it."""

MAY: Mapping[str, frozenset[str]] = {
    name: frozenset(roles.split()) for roles, names in _MAY.items() for name in names.split()
}
"""Of each command: the roles that may give it."""

STAFF = frozenset({"lead", "sponsor", "steward"})
"""The roles for which a machine may speak."""

READS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("duties", "checklist", "kpis"), STAFF),
    **dict.fromkeys(
        (
            *("board", "late", "matching", "work", "reminders", "surveys", "messages", "adherence"),
            *("timeline", "traps"),
        ),
        frozenset({"lead"}),
    ),
}
"""Of each read of the API: the roles that get it."""

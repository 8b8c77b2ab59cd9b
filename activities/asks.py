"""Which page a letter's link opens. Pure.

A letter that asks for something has a page here; one that only tells has none. Every letter to the partners
of a pair leads to their pair and to the safety steward, the neutral ones like all others.
"""

from __future__ import annotations

from collections.abc import Mapping

HOME = "home"
"""The page of one's own pair, on which everything can be done at any time."""

CONCERN = "concern"
"""The page of a pair on which one turns to the safety steward."""

TELL_STEWARD = "tell_steward"
"""The same for those who have no pair yet, or none any more."""

ASKS: Mapping[str, str] = {
    "charter_due": "charter",
    "duty_due": "duty",
    "enrolment_invitation": "join",
    "enrolment_reminder": "join",
    "shortlist_ready": "choose",
    "shortlist_refreshed": "choose",
    "shortlist_reminder": "choose",
    "match_proposed": "answer_match",
    "match_reminder": "answer_match",
    "baseline_invitation": "survey",
    "baseline_reminder": "survey",
    "survey_invitation": "survey",
    "survey_reminder": "survey",
    "prepare_pair": "prepare",
    "preparation_reminder": "prepare",
    "first_meeting_reminder": "session",
    "session_log": "session",
    "session_reschedule": "session",
    "feedback_due": "work",
    "phase_evidence": "work",
    "career_outcome_stated": "career",
    "circle_invitation": "circle",
    "pulse_invitation": "pulse",
    "pulse_reminder": "pulse",
    "milestone_invitation": "milestone",
    "milestone_reminder": "milestone",
    "reshuffle_proposed": "reshuffle",
    "routine_check_in": "check_in",
    "endpoint_invitation": "endpoint",
    "endpoint_reminder": "endpoint",
    "memo_due": "memo",
    "memo_reminder": "memo",
}
"""The page of each template."""

NEW_LINK = "new_link"
"""The letter that brings the link of another one again; its values say to which `page`."""

_OF_PARTICIPANTS = frozenset({"join", "choose", "answer_match", "survey", "circle"})

_TOLD = frozenset(
    {
        "check_in_over",
        "pair_activated",
        "pair_ended",
        "pair_extended",
        "phase_begins",
        "session_moved",
        "session_reminder",
        "sessions_moved",
        "stagnation_nudge",
        NEW_LINK,
    }
)


_TO_PARTICIPANTS = {name for name, page in ASKS.items() if page in _OF_PARTICIPANTS} | {
    "kickoff_cheat_sheet",
    "make_up_due",
    "match_confirmed",
    "waiting_list",
    "withdrawal_confirmed",
}
"""The letters of a cohort that only its mentors and mentees get."""


def page_of(template: str, values: Mapping[str, object]) -> str | None:
    """The page to which a letter leads; None where it asks for nothing."""
    return str(values["page"]) if template == NEW_LINK else ASKS.get(template)


def concern_page(stream: str, template: str) -> str | None:
    """The page by which a letter leads to the safety steward: every letter to participants has one."""
    if is_to_partners(stream, template):
        return CONCERN
    return TELL_STEWARD if stream.startswith("cohort-") and template in _TO_PARTICIPANTS else None


def is_to_partners(stream: str, template: str) -> bool:
    """Whether a letter goes to the partners of a pair, and to nobody else."""
    return stream.startswith("pair-") and (template in ASKS or template in _TOLD)

"""Which page a letter's link opens. Pure.

A letter that asks for something has a page here; one that only tells has none.
"""

from __future__ import annotations

from collections.abc import Mapping

HOME = "home"
"""The page of one's own pair, on which everything can be done at any time."""

CONCERN = "concern"
"""The page on which one turns to the safety steward."""

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
    "pulse_invitation": "pulse",
    "pulse_reminder": "pulse",
    "milestone_invitation": "milestone",
    "milestone_reminder": "milestone",
    "reshuffle_proposed": "reshuffle",
    "endpoint_invitation": "endpoint",
    "endpoint_reminder": "endpoint",
    "memo_due": "memo",
    "memo_reminder": "memo",
}
"""The page of each template."""

"""Enrolment and matching (T4, T5, R37). Pure."""

from __future__ import annotations

from turnabout import schedule
from turnabout.plan.draft import Draft


def enrolment_and_matching(draft: Draft) -> None:
    """T4, T5, R37."""
    spec, rules, opened_on = draft.spec, draft.rules, draft.spec.starts_on
    opens = schedule.on_day(spec, opened_on)
    draft.add(opens, "T4", "Enrolment opens")
    for at in schedule.opening_reminders(spec, rules, opened_on):
        draft.tell(at, "T4", "Enrolment to open", "lead", "enrolment_to_open", unless="opened")
    late = schedule.opening_escalation(spec, rules, opened_on)
    draft.escalate(late, "T4", "Enrolment not opened", "enrolment_not_opened", "opened", "sponsor")
    draft.tell(opens, "T4", "Invitation to join", "everyone", "enrolment_invitation")
    for at in schedule.enrolment_reminders(spec, rules, opened_on):
        draft.tell(at, "T4", "Enrolment closes soon", "everyone", "enrolment_reminder", unless="answered")
    closes = schedule.enrolment_closes(spec, rules, opened_on)
    draft.add(closes, "T4", "Enrolment closes", "deadline", unless="the lead closed it earlier")
    ranking_on = schedule.day_of(spec, closes)
    draft.tell(closes, "R36", "Shortlist to rank", "mentees", "shortlist_ready")
    at = schedule.choice_reminder(spec, rules, ranking_on)
    draft.tell(at, "T5", "Shortlist still to rank", "mentees", "shortlist_reminder", unless="ranked")
    chosen = schedule.choice_closes(spec, rules, ranking_on)
    draft.add(chosen, "T5", "Ranking closes", "deadline", unless="all have ranked")
    asked_on = schedule.day_of(spec, chosen)
    draft.tell(chosen, "R37", "Proposed match to accept", "mentors", "match_proposed")
    at = schedule.consent_reminder(spec, rules, asked_on)
    if at > chosen:
        draft.tell(at, "R37", "Match still to answer", "mentors", "match_reminder", unless="answered")
    draft.ready = schedule.consent_closes(spec, rules, asked_on)
    draft.add(draft.ready, "R37", "Consent closes", "deadline", unless="all have answered")
    draft.tell(draft.ready, "R37", "Match confirmed", "pairs", "match_confirmed")
    draft.tell(
        draft.ready, "R41", "Place on the waiting list", "everyone", "waiting_list", unless="in a pair"
    )

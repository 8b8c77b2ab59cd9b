"""Charter, launch clock and the sponsor's duties (T2, T3, T12, T21). Pure."""

from __future__ import annotations

from turnabout import schedule
from turnabout.plan.draft import Draft


def charter(draft: Draft) -> None:
    """T2, T3."""
    spec, rules, sent_on = draft.spec, draft.rules, draft.spec.starts_on
    sent, signed = schedule.on_day(spec, sent_on), "signed, and the sponsor has committed"
    draft.add(sent, "R26", "The charter goes to the sponsor")
    draft.tell(sent, "T2", "Charter to sign", "sponsor", "charter_due")
    for at in schedule.charter_reminders(spec, rules, sent_on):
        draft.tell(at, "T2", "Charter still to sign", "sponsor", "charter_due", unless=signed)
    at = schedule.charter_escalation(spec, rules, sent_on)
    draft.escalate(at, "T2", "Charter not signed", "charter_overdue", signed)
    clock, held = schedule.launch_clock(spec, rules, sent_on), "the kickoff is held"
    draft.tell(clock.info, "T3", "Launch clock: information", "lead", "launch_info", unless=held)
    draft.tell(clock.warning, "T3", "Launch clock: warning", "lead", "launch_warning", unless=held)
    at = schedule.launch_overdue(spec, rules, sent_on)
    draft.escalate(at, "R31", "Launch overdue", "launch_overdue", held)


def sponsor_duties(draft: Draft) -> None:
    """R28, T12, T21."""
    spec, rules, week = draft.spec, draft.rules, draft.shape.decision_week
    due, done = schedule.duties_due(spec, rules, week), "fulfilled"
    missed = due._replace(kickoff=schedule.kickoff_missed(spec, rules))
    opens = schedule.checkpoint_opens(spec, rules, week)
    draft.tell(opens, "T12", "Checkpoint to hold", "sponsor", "duty_due", unless=done)
    at = schedule.recognition_prompt(spec, rules, spec.kickoff_on)
    draft.tell(at, "T21", "Leaders to recognise", "sponsor", "duty_due", unless=done)
    if due.closing is not None:
        opens = schedule.closing_checkpoint_opens(spec)
        draft.tell(opens, "T12", "Closing checkpoint to hold", "sponsor", "duty_due", unless=done)
    for rule, duty in (("R54", "kickoff"), ("T12", "checkpoint"), ("T21", "recognition"), ("T12", "closing")):
        falls_due = getattr(due, duty)
        if falls_due is None:
            continue
        at = schedule.duty_reminder(spec, rules, falls_due)
        draft.before(at, rule, f"Duty falls due: {duty}", "sponsor", "duty_due", falls_due, unless=done)
        draft.escalate(getattr(missed, duty), rule, f"Duty missed: {duty}", "duty_overdue", done)

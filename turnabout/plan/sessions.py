"""The sessions at the default cadence (T9). Pure."""

from __future__ import annotations

from datetime import timedelta

from turnabout import schedule
from turnabout.plan.draft import Draft


def sessions(draft: Draft) -> None:
    """T9, at the default cadence."""
    spec, rules, shape = draft.spec, draft.rules, draft.shape
    starts = schedule.session_series(
        spec,
        spec.kickoff_on + timedelta(days=1),
        spec.kickoff_on.weekday(),
        spec.kickoff_at,
        spec.timezone,
        shape.interval_weeks,
        shape.sessions,
    )
    over = schedule.pair_ends(spec, rules)  # after it nobody is asked about a session any more
    for number, at in enumerate(starts, start=1):
        ends = at + timedelta(minutes=shape.session_minutes)
        session = f"Session {number}"
        before = schedule.session_reminder(rules, at)
        draft.before(before, "T9", f"{session} is near", "pairs", "session_reminder", at)
        draft.add(at, "T9", f"{session}, {shape.session_minutes} minutes")
        for prompt in schedule.session_log_prompts(rules, ends):
            if prompt < over:
                draft.tell(prompt, "T9", f"{session} to log", "pairs", "session_log", unless="logged")
        lapses = schedule.session_lapses(rules, ends)
        if lapses < over:
            draft.add(lapses, "K10", f"{session} counts as missed", "deadline", unless="logged")

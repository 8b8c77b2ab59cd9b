"""The baseline, the control group, and the baseline's questions again at the end (T6, R59, R60). Pure."""

from __future__ import annotations

from itertools import pairwise

from turnabout import schedule
from turnabout.plan.draft import Draft


def baseline(draft: Draft) -> None:
    """T6, R60."""
    spec, rules = draft.spec, draft.rules
    if not rules.measurement.waves:
        return
    opens, answered = max(schedule.baseline_opens(spec, rules), draft.ready), "answered"
    reminders = [at for at in schedule.baseline_reminders(spec, rules) if at > opens]
    draft.tell(opens, "T6", "Baseline", "pairs", "baseline_invitation")
    for at, end in pairwise((*reminders, spec.kickoff)):
        what = "Baseline still to answer"
        draft.before(at, "T6", what, "pairs", "baseline_reminder", end, unless=answered)
    draft.add(spec.kickoff, "G5", "A baseline is in time until the first session", "deadline")
    report = schedule.baseline_report(spec, rules)
    draft.escalate(report, "T6", "Baselines are missing", "baseline_missing", "all have answered")
    for at in (opens, *reminders[-1:]):
        what, unless = "Control group to freeze", "frozen, or nobody waits"
        draft.before(at, "R60", what, "lead", "control_group_due", spec.kickoff, unless=unless)


def again(draft: Draft) -> None:
    """R59: what the baseline asked. The people of pairs are invited by their pair, with its endpoint."""
    spec, rules, what = draft.spec, draft.rules, "Questions of the baseline, again"
    if not rules.measurement.waves:
        return
    opens = schedule.endpoint_opens(spec)
    draft.tell(opens, "R59", what, "everyone", "survey_invitation", unless="in a pair, or no control")
    reminders = schedule.endpoint_reminders(spec, rules)
    for number, at in enumerate(reminders, start=1):
        unless = "answered" if number == len(reminders) else "in a pair, or answered"
        draft.tell(at, "R59", f"{what}: open", "everyone", "survey_reminder", unless=unless)

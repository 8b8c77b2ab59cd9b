"""What the Temporal UI shows of a cohort: counts, and what needs someone. Pure; nothing confidential."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workflows.rules.cohort_kickoff import pairs_needed, too_few
from workflows.rules.cohort_state import OVER, CohortState
from workflows.rules.decider import Summary

SAID_ELSEWHERE = frozenset(
    {"message", "too_few", "duty_overdue", "launch_overdue", "line", "baseline_report"}
)
"""Kinds of items of which the lead was told and which have a line of their own here."""


def summarize(state: CohortState) -> Summary:
    """The cohort in a few lines; `attention` says that somebody must act."""
    spec = state.spec
    needs = tuple(_needs(state))
    return Summary(
        title=f"Cohort {spec.id}: {state.phase}",
        phase=state.phase,
        attention=bool(needs),
        details="\n".join(_lines(state, needs)),
        program=spec.program,
        cohort=spec.id,
    )


def _needs(state: CohortState) -> Iterator[str]:
    if state.phase in OVER:
        return
    if state.launch_overdue and not state.launched:
        yield "The kickoff is overdue."
    if too_few(state):
        yield f"{len(state.living)} of {pairs_needed(state)} pairs stand: the lead must choose how to go on."
    for duty, held in state.duties.items():
        if held.missed and not held.fulfilled:
            yield f"The sponsor missed the {duty}."
    for pair in state.living:
        if pair.pair in state.conflicts:
            yield f"Pair {pair.number} would not be made today: {state.conflicts[pair.pair]}."
    for item, one in state.ledger.open.items():
        told = any(step.action == "escalate" for step in one.chase.steps[: one.done])
        if told and one.chase.kind not in SAID_ELSEWHERE:
            yield f"Overdue: {item}."


def _lines(state: CohortState, needs: tuple[str, ...]) -> Iterator[str]:
    spec = state.spec
    yield f"- {spec.preset}, {state.shape.weeks} weeks, kickoff {spec.kickoff_on}, ends {spec.ends_on}"
    charter, sponsor = "signed" if state.charter else "open", "committed" if state.duties else "open"
    yield f"- charter {charter}, sponsor {sponsor}"
    if state.phase not in {"planned", "chartered"}:
        mentors, mentees = len(state.of_role("mentor")), len(state.of_role("mentee"))
        yield f"- joined: {mentors} mentors, {mentees} mentees; waiting: {len(state.waiting)}"
    for wave, survey in state.measurement.surveys.items():
        late = f", {len(survey.late)} late" if survey.late else ""
        yield f"- {wave}: {len(survey.answered)} of {len(survey.people)} answered{late}"
    if state.pairs:
        by_status = Counter(pair.status for pair in state.pairs.values())
        yield f"- pairs: {', '.join(f'{count} {status}' for status, count in sorted(by_status.items()))}"
        memos = sum(pair.memo is not None for pair in state.pairs.values())
        yield f"- memos: {memos} of {len(state.pairs)}"
    for need in needs:
        yield f"- **{need}**"

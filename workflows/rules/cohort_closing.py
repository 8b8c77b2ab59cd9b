"""The cohort's memo, its close and archive, and the way out: cancelling (G9, R75, R98, T16, T19). Pure."""

from __future__ import annotations

from dataclasses import replace

from events.base import Event
from events.chase import Chase
from events.cohort_closing import CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from turnabout import schedule
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort, FileCohortMemo
from turnabout.errors import Rejected
from workflows.rules import cohort_governance as governance
from workflows.rules import cohort_surveys as surveys
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules


def file_memo(state: CohortState, command: FileCohortMemo, moment: Moment) -> list[Event]:
    """File the closure memo (R75)."""
    _closing(state, "R75", "the memo is written")
    if state.memo_filed:
        raise Rejected("R75", "the memo is filed already.", hint="Close the cohort.")
    return [
        CohortMemoFiled(
            by=moment.actor.id,
            summary=command.summary,
            next_steps=command.next_steps,
            opens=to_close(Planner(replace(state, memo_filed=True), moment.now)),
            settles=state.ledger.still_open("cohort-memo"),
        )
    ]


def to_close(planner: Planner) -> tuple[Chase, ...]:
    """The lead owes the close once every memo is in (G9)."""
    state, spec, policy = planner.state, planner.state.spec, planner.state.policy
    if state.phase != "closing" or not state.memo_filed or any(not one.memo for one in state.pairs.values()):
        return ()
    late = schedule.close_escalation(spec, policy, planner.today)
    reminders = schedule.close_reminders(spec, policy, planner.today)
    return planner.chase(
        "close",
        "close",
        planner.prompts(reminders, [state.lead.id], "cohort_to_close", until=late),
        planner.tell(late, state.sponsor.id, "cohort_not_closed"),
    )


def close(state: CohortState, _: CloseCohort, moment: Moment) -> list[Event]:
    """Close the cohort: no memo may be missing (G9)."""
    _closing(state, "G9", "a cohort closes")
    open_pairs = [pair.pair for pair in state.pairs.values() if pair.memo is None]
    if open_pairs:
        raise Rejected(
            "G9",
            f"the memo of {', '.join(open_pairs)} is missing.",
            hint="File it, or waive it with a reason.",
        )
    if not state.memo_filed:
        raise Rejected("R75", "the cohort's own memo is missing.", hint="File it with file_cohort_memo.")
    planner, spec, policy = Planner(state, moment.now), state.spec, state.policy
    archive = schedule.archived(spec, policy, planner.today)
    return [
        CohortClosed(
            opens=(
                *planner.chase("archive", "archive", planner.expire(archive)),
                *(() if state.offices.next_cohort else _next_cohort(planner)),
            ),
            settles=_all_but(state, "duty", "duty_overdue"),
        ),
        *governance.recognition_from_close(planner),
        *surveys.close(state, "endpoint"),
    ]


def _next_cohort(planner: Planner) -> tuple[Chase, ...]:
    """The lead is asked once more about the next cohort (T19)."""
    state = planner.state
    late = schedule.next_cohort_late(state.spec, state.policy, planner.today)
    return planner.chase(
        "next-cohort-late", "message", planner.prompt(late, [state.lead.id], "next_cohort_late")
    )


def archived(_: CohortState) -> list[Event]:
    """A year after the close the stream ends."""
    return [CohortArchived()]


def cancel(state: CohortState, command: CancelCohort, moment: Moment) -> list[Event]:
    """Stop the cohort before it is closed; everyone who was invited is told, and its pairs end."""
    planner = Planner(state, moment.now)
    invited = [] if state.phase in {"planned", "chartered"} else list(state.roster)
    told = [state.lead.id, state.sponsor.id, *(who for who in invited if who not in state.declined)]
    opens = planner.message("cancelled", told, "cohort_cancelled")
    return [CohortCancelled(by=moment.actor.id, reason=command.reason, opens=opens, settles=_all_but(state))]


def _all_but(state: CohortState, *kinds: str) -> tuple[str, ...]:
    return tuple(item for item, one in state.ledger.open.items() if one.chase.kind not in kinds)


def _closing(state: CohortState, rule: str, what: str) -> None:
    if state.phase != "closing":
        raise Rejected(
            rule,
            f"{what} after the last pair has ended; the cohort is {state.phase}.",
            hint="Wait for the end of the pairs' work, or cancel the cohort.",
        )


RULES: Rules[CohortState] = {
    FileCohortMemo: file_memo,
    CloseCohort: close,
    CancelCohort: cancel,
}

"""The pure half of the engine: folding, deciding, and what is asked of the outside world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from events.contracts import Append, Compute, StoredEvent
from tests.rules.cohort.world import make_spec
from tests.workflow.counter_rules import COUNTER, Add, Ask, Close, Fail, Open, Schedule, State
from tests.workflow.lab import LEAD
from turnabout.commands.base import Command
from turnabout.commands.cohort_governance import PlanCohort
from turnabout.errors import CorruptLog, Rejected
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM, Actor
from workflows import stream as module
from workflows.rules.cohort import COHORT
from workflows.stream import Stream, event_id

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def envelope(command: Command) -> CommandEnvelope:
    return CommandEnvelope(command=command.wire(), actor=LEAD)


def stored(append: Append, **changes: Any) -> list[StoredEvent]:
    """What the store would say."""
    fields = append.model_dump(include={"stream", "command_id", "command_digest", "actor", "correlation_id"})
    return [
        StoredEvent(
            **{
                **fields,
                "version": append.expected_version + number,
                "position": 10 * (append.expected_version + number),
                "occurred_at": append.occurred_at,
                "recorded_at": append.occurred_at,
                "policy_version": append.policy_version,
                **event.model_dump(),
                **changes,
            }
        )
        for number, event in enumerate(append.events, 1)
    ]


def folded(*commands: Command, performed: int = 0) -> Stream[State]:
    """A stream of these commands, with ids c-0, c-1, ..."""
    one = Stream(COUNTER, "counter-1")
    one.performed = performed
    for number, command in enumerate(commands):
        one.fold(stored(one.decide(f"c-{number}", envelope(command), NOW)))
    return one


def test_nothing_is_believed_before_the_store_says_so() -> None:
    one = folded(Open(label="x"))
    append = one.decide("c", envelope(Add(by=3)), NOW)
    assert (one.version, one.state.total, one.receipt("c", "any")) == (1, 0, None)
    assert (append.expected_version, append.closes, append.correlation_id) == (1, False, "c")
    assert [event.event_id for event in append.events] == [event_id("counter-1", "c", 0)]
    one.fold(stored(append))
    receipt = one.receipt("c", envelope(Add(by=3)).digest)
    assert receipt is not None
    assert (one.version, one.state.total, receipt.version, receipt.position) == (2, 3, 2, 20)


def test_a_stream_is_begun_by_its_own_command_alone() -> None:
    spec = make_spec(id="q3")
    plan = CommandEnvelope(command=PlanCohort(spec=spec).wire(), actor=Actor(id=spec.lead.id))
    before = datetime(2026, 1, 5, 8, tzinfo=UTC)
    with pytest.raises(Rejected, match="begins cohort-q3, and this is cohort-q4") as refused:
        Stream(COHORT, "cohort-q4").decide("start", plan, before)
    assert (refused.value.rule, "cohort-q3" in (refused.value.hint or "")) == ("E7", True)
    assert Stream(COHORT, "cohort-q3").decide("start", plan, before).events


def test_nobody_takes_the_id_of_what_is_due() -> None:
    one = folded(Open(label="x"), Schedule(at=NOW))
    due = one.due(())
    assert due is not None
    with pytest.raises(Rejected, match="holds a colon"):
        one.decide(due.command_id, envelope(Add(by=1)), NOW)
    assert one.decide(due.command_id, CommandEnvelope(command=due.command.wire(), actor=SYSTEM), NOW).events


def test_a_closing_command_says_so() -> None:
    assert folded(Open(label="x")).decide("c", envelope(Close()), NOW).closes


def test_a_stream_keeps_the_name_of_the_policy_that_it_began_with() -> None:
    """Whatever a later release makes of the version of the same policy (R104)."""
    opened = Stream(COUNTER, "counter-1").decide("c-0", envelope(Open(label="x")), NOW)
    one = Stream(COUNTER, "counter-1")
    one.fold(stored(opened, policy_version="counter@old"))
    assert one.decide("c-1", envelope(Add(by=1)), NOW).policy_version == "counter@old"


def test_what_was_folded_before_is_passed_over() -> None:
    one = folded(Open(label="x"))
    tail = stored(one.decide("c", envelope(Add(by=3)), NOW))
    one.fold(tail)
    one.fold(tail)
    assert (one.version, one.state.total) == (2, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 7},
        {"type": "counter.unknown"},
        {"data": {"by": "x"}},
        {"type": "counter.failed", "data": {"place": "evolve"}},
    ],
)
def test_a_log_that_cannot_be_folded_is_corrupt(changes: dict[str, Any]) -> None:
    one = folded(Open(label="x"))
    append = one.decide("c", envelope(Add(by=3)), NOW)
    with pytest.raises(CorruptLog, match="counter-1"):
        one.fold(stored(append, **changes))


def test_an_id_used_again_for_another_command_is_rejected() -> None:
    one = folded(Open(label="x"))
    with pytest.raises(Rejected) as caught:
        one.receipt("c-0", envelope(Open(label="y")).digest)
    assert caught.value.rule == "E1"


def test_after_an_erasure_the_old_receipt_stands() -> None:
    one = Stream(COUNTER, "counter-1")
    one.fold(stored(one.decide("c-0", envelope(Open(label="x")), NOW), command_digest=""))
    assert one.receipt("c-0", envelope(Open(label="y")).digest) is not None


@pytest.mark.parametrize("place", ["evolve", "react", "agenda"])
def test_what_cannot_be_folded_is_never_stored(place: Any) -> None:
    one = folded(Open(label="x"))
    with pytest.raises(ZeroDivisionError):
        one.decide("c", envelope(Fail(place=place)), NOW)
    assert one.state == folded(Open(label="x")).state


def _asked(one: Stream[State]) -> Sequence[tuple[int, list[int]]]:
    portions = []
    while (portion := one.take_effects()) is not None:
        versions = [pending.version for pending in portion.effects]
        one.performed = portion.through
        portions.append((portion.through, versions))
    return portions


def test_effects_are_handed_out_once_in_order() -> None:
    one = folded(Open(label="x"), Ask(), Add(by=1), Ask(), Add(by=1))
    assert not one.settled
    assert _asked(one) == [(5, [2, 4])]
    assert one.settled
    assert one.take_effects() is None


def test_only_what_comes_after_the_performed_version_reacts() -> None:
    assert _asked(folded(Open(label="x"), Ask(), Ask(), performed=2)) == [(3, [3])]
    one = folded(Open(label="x"), Ask(), performed=2)
    assert one.settled


def test_large_portions_are_split_between_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = (folded(Open(label="x"), *(Ask() for _ in range(5))) for _ in range(2))
    size = len(Compute(task="double", command_id="answer-1", payload={"total": 0}).model_dump_json())
    monkeypatch.setattr(module, "MAX_BYTES", size)  # what one alone needs goes alone, however large
    assert [versions for _, versions in _asked(small)] == [[2], [3], [4], [5], [6]]
    monkeypatch.setattr(module, "MAX_BYTES", 6 * size)
    portions = _asked(large)
    assert 1 < len(portions) < 5
    assert [version for _, versions in portions for version in versions] == [2, 3, 4, 5, 6]
    assert portions[-1][0] == 6


def test_a_finished_stream_remembers_its_end() -> None:
    one = folded(Open(label="x"), Close(quietly=True))
    assert not one.settled
    assert _asked(one) == [(2, [])]
    assert one.settled
    assert one.due(()) is None


def test_what_is_due_is_told_without_what_failed() -> None:
    one = folded(Open(label="x"), Schedule(at=NOW))
    due = one.due(())
    assert due is not None
    assert (due.at, due.command_id) == (NOW, "remind:r1")
    assert one.due({"remind:r1"}) is None
    assert one.owes("remind:r1")
    assert not one.owes("remind:r2")
    assert Stream(COUNTER, "counter-2").due(()) is None

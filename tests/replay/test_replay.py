"""Histories of earlier releases replay in this one, with the same decisions; a breaking change shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.workflow import NondeterminismError

from tests.replay.changed import (
    LaterWorkflow,
    RashWorkflow,
    SlowerCohortWorkflow,
    SlowerWorkflow,
    StricterWorkflow,
)
from tests.replay.record import COHORT, COUNTER
from tests.replay.replaying import FOLDER, HISTORY, asked_before, histories, name_of, outline, replay

FIRST_RUN = FOLDER / f"counter.first-run{HISTORY}"
WHOLE_COHORT = FOLDER / f"cohort.with-reshuffle{HISTORY}"


@pytest.mark.parametrize("file", histories(), ids=name_of)
async def test_a_recorded_history_replays(file: Path) -> None:
    """In the same order, for the same commands, with the same effects. What the events of a cohort or a pair
    say may differ where rules changed since: the workflow believes what the store answered then."""
    asked, before = await replay(file), asked_before(file)
    if name_of(file) in COUNTER:
        assert asked == before
    assert list(map(outline, asked)) == list(map(outline, before))


def test_there_are_histories() -> None:
    assert {name_of(file) for file in histories()} >= {*COUNTER, *COHORT.values()}


@pytest.mark.parametrize(
    ("file", "changed"), [(FIRST_RUN, SlowerWorkflow), (WHOLE_COHORT, SlowerCohortWorkflow)]
)
async def test_an_incompatible_change_is_found(file: Path, changed: type) -> None:
    """Another sequence of commands: the engine waits a moment before it appends."""
    with pytest.raises(NondeterminismError):
        await replay(file, [changed])


async def test_a_stricter_rule_leaves_alone_what_was_accepted_before_it() -> None:
    """Named in `Decider.stricter`; without that the same history does not replay."""
    assert await replay(FIRST_RUN, [StricterWorkflow]) == asked_before(FIRST_RUN)
    with pytest.raises(NondeterminismError):
        await replay(FIRST_RUN, [RashWorkflow])


async def test_a_changed_decision_is_found() -> None:
    """The same sequence, other content: the server would not notice."""
    assert await replay(FIRST_RUN, [LaterWorkflow]) != asked_before(FIRST_RUN)

"""Histories of earlier releases replay in this one, with the same decisions; a breaking change shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio.workflow import NondeterminismError

from tests.replay.changed import LaterWorkflow, SlowerWorkflow
from tests.replay.replaying import FOLDER, histories, replay


@pytest.mark.parametrize("file", histories(), ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path) -> None:
    asked = await replay(file)
    assert asked == json.loads(file.with_suffix(".asked.json").read_text(encoding="utf-8"))


def test_there_are_histories() -> None:
    assert {file.stem for file in histories()} >= {"counter.first-run", "counter.second-run"}


async def test_an_incompatible_change_is_found() -> None:
    """Another sequence of commands: the engine waits a moment before it appends."""
    with pytest.raises(NondeterminismError):
        await replay(FOLDER / "counter.first-run.json", [SlowerWorkflow])


async def test_a_changed_decision_is_found() -> None:
    """The same sequence, other content: the server would not notice."""
    file = FOLDER / "counter.first-run.json"
    asked = await replay(file, [LaterWorkflow])
    assert asked != json.loads(file.with_suffix(".asked.json").read_text(encoding="utf-8"))

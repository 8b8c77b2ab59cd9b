"""What the Temporal UI shows of a stream. Details cost no history, changed search attributes one event."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from turnabout import search_attributes
    from workflows.rules.decider import Summary


class Visibility:
    """Shows a summary, and only what changed since it was shown last."""

    def __init__(self) -> None:
        self._shown: Summary | None = None

    def show(self, summary: Summary | None, *, attributes: bool) -> None:
        """`attributes` says whether this server has our search attributes."""
        if summary is None or summary == self._shown:
            return
        self._shown = summary
        workflow.set_current_details(f"**{summary.title}**\n\n{summary.details}")
        if attributes:
            changes: list[SearchAttributeUpdate[Any]] = [
                *_keyword(search_attributes.PROGRAM, summary.program),
                *_keyword(search_attributes.COHORT, summary.cohort),
                *_keyword(search_attributes.PHASE, summary.phase),
                *_flag(search_attributes.ATTENTION, summary.attention),
            ]
            if changes:
                workflow.upsert_search_attributes(changes)


def _keyword(key: SearchAttributeKey[str], value: str) -> list[SearchAttributeUpdate[str]]:
    current = workflow.info().typed_search_attributes.get(key)
    return [key.value_set(value)] if value and current != value else []


def _flag(key: SearchAttributeKey[bool], value: bool) -> list[SearchAttributeUpdate[bool]]:
    current = workflow.info().typed_search_attributes.get(key)
    return [key.value_set(value)] if bool(current) != value else []

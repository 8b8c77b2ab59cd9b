"""The page of a cohort's matching, and the command that shows it (R37, R39, R41)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.cli.shell import Shell
from tests.processes.coming import coming_cohort
from tests.spec.files import write
from turnabout.cli.matching_page import matching_page, summary
from turnabout.results import MatchingReport, MatchSolve, OpenAnswer, Waiting
from workers.embedded.stack import Stack

AT = datetime(2026, 1, 12, 9, tzinfo=UTC)


def report(**facts: Any) -> MatchingReport:
    solve = MatchSolve(round=1, solve=1, at=AT, profile=(5, 2), worst_rank=2, total_rank=9, blocking_pairs=1)
    given = {
        "cohort": "q3",
        "pairs": 8,
        "matched": 7,
        "assigned": 1,
        "declined": 2,
        "silent": 1,
        "profile": (5, 0, 2),
        "worst_rank": 3,
        "total_rank": 11,
        "crosses": {"function": 6, "location": 3, "background": 0},
        "wanted": {"function": 4, "location": 0, "background": 0},
        "solves": (solve,),
        "unmatched": (Waiting(person="m-9", role="mentor", reason="no mentee chose you this time"),),
    }
    return MatchingReport.model_validate(given | facts)


def page(*arguments: Any) -> str:
    console = Console(file=io.StringIO(), width=120)
    for part in matching_page(*arguments):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_r37_the_page_tells_ranks_solves_open_answers_and_who_waits() -> None:
    answer = OpenAnswer(
        cohort="q3", kind="consent", person="m-3", since=AT, closes_at=AT, item="consent-1-m-3:t-1"
    )
    text = page(report(), [answer])
    for words in (
        "8: 7 by choice, 1 assigned by the lead",
        "5 first, 2 third",
        "3 and 11",
        "2 declined, 1 without an answer",
        "6 (at least 4 wanted)",
        "5 first, 2 second",
        "to a proposal",
        "no mentee chose you this time",
    ):
        assert words in text


def test_r39_too_few_pairs_tell_nothing_of_what_they_cross() -> None:
    text = page(report(pairs=4, matched=4, assigned=0, crosses=None))
    assert text.count("suppressed") == 3


def test_the_summary_names_nobody() -> None:
    text = str(list(summary(report())))
    assert "m-9" not in text
    assert "('without a partner', '1')" in text
    assert "('blocking pairs', '1 (solve by solve)')" in text


async def test_the_command_shows_a_cohort_that_has_just_begun(
    stack: Stack, shell: Shell, tmp_path: Path
) -> None:
    data = coming_cohort().model_dump(mode="json")
    path = write(tmp_path, {**data, "id": "matching"}, "matching.yaml")
    started = await shell("cohort", "start", path, "-o", "json")
    position = str(started.document["position"])
    shown = await shell("cohort", "matching", "matching", "--after", position, "-o", "json")
    assert shown.code == 0, shown.errors
    assert (shown.document["pairs"], shown.document["open_answers"]) == (0, [])
    unknown = await shell("cohort", "matching", "nowhere")
    assert unknown.code != 0
    assert "nowhere" in unknown.errors

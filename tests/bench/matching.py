"""Shortlists and match of 500 mentors and 500 mentees: how long, and how much memory at the peak."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from activities.match import SOLVERS
from tests.bench.figures import Figure, Report
from tests.matching.people import crowd, match_task, shortlist_task
from turnabout.commands.cohort_rounds import RecordShortlists

PEOPLE = 500
GIB = 2**30


@dataclass(frozen=True)
class Effort:
    """How often it is done, each time by a process of its own."""

    rounds: int


async def measure(effort: Effort) -> Report:
    """Each round in a process of its own, for a peak of memory never falls."""
    shortlists, matches, peaks = [], [], []
    for _ in range(effort.rounds):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.matching", stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        first, second, peak = map(float, said.split())
        shortlists.append(first)
        matches.append(second)
        peaks.append(peak / GIB)
    both = tuple(one + other for one, other in zip(shortlists, matches, strict=True))
    what = f"{PEOPLE} by {PEOPLE} people"
    return Report(
        "matching",
        [
            Figure(f"{what}, shortlists and match", both, "s", target=10, at_least=False),
            Figure(f"{what}, shortlists", tuple(shortlists), "s"),
            Figure(f"{what}, match", tuple(matches), "s"),
            Figure(f"{what}, memory at the peak", tuple(peaks), "GiB", target=2, at_least=False),
        ],
    )


def _once() -> tuple[float, float, int]:
    """Seconds for the shortlists, seconds for the match, and this process's peak in bytes."""
    mentors, mentees = crowd(PEOPLE)
    asked = shortlist_task(mentors, mentees)
    began = time.perf_counter()
    answer = RecordShortlists.model_validate(SOLVERS["shortlists"](asked))
    between = time.perf_counter()
    listed = {who.mentee: [candidate.mentor for candidate in who.candidates] for who in answer.shortlists}
    task = match_task(listed)
    again = time.perf_counter()
    SOLVERS["match"](task)
    return between - began, time.perf_counter() - again, _peak()


def _peak() -> int:
    """The most memory that this process has had, by /proc: elsewhere 0."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    sys.stdout.write(" ".join(map(str, _once())))

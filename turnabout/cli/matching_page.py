"""The page of a cohort's matching. Takes results and returns what to print; no I/O. Times are in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from turnabout.cli.output import table
from turnabout.results import MatchingReport, OpenAnswer

ANSWERS = {
    "invitation": "to the invitation",
    "choice": "to the shortlist",
    "consent": "to a proposal",
}


def matching_page(report: MatchingReport, answers: Sequence[OpenAnswer] = ()) -> Iterator[RenderableType]:
    """How matching went, whose answers are open, and who waits."""
    yield Text.assemble(("Matching", "bold"), f" ({report.cohort})")
    yield _part(table(("what", "value"), list(_facts(report))))
    if report.solves:
        yield Text("\nSolves", "bold")
        columns = ("round", "solve", "pairs", "by rank", "worst", "total", "blocking")
        rows = [
            (
                str(one.round),
                str(one.solve),
                str(sum(one.profile)),
                _ranks(one.profile),
                str(one.worst_rank),
                str(one.total_rank),
                None if one.blocking_pairs is None else str(one.blocking_pairs),
            )
            for one in report.solves
        ]
        yield _part(table(columns, rows))
    if answers:
        yield Text("\nOpen answers", "bold")
        rows_open = [
            (
                one.person,
                ANSWERS[one.kind],
                f"{one.since:%a %d %b %H:%M}",
                None if one.closes_at is None else f"{one.closes_at:%a %d %b %H:%M}",
            )
            for one in answers
        ]
        yield _part(table(("who", "answers", "asked (UTC)", "until (UTC)"), rows_open))
    if report.unmatched:
        yield Text("\nWithout a partner", "bold")
        waiting = [(one.person, one.role, one.reason) for one in report.unmatched]
        yield _part(table(("who", "role", "why"), waiting))


def summary(report: MatchingReport) -> Iterator[tuple[str, str]]:
    """The report in a few lines, without a name."""
    yield from _facts(report)
    blocking = [one.blocking_pairs for one in report.solves if one.blocking_pairs is not None]
    if blocking:
        yield "blocking pairs", ", ".join(map(str, blocking)) + " (solve by solve)"
    yield "without a partner", str(len(report.unmatched))


def _facts(report: MatchingReport) -> Iterator[tuple[str, str]]:
    yield "pairs", f"{report.pairs}: {report.matched} by choice, {report.assigned} assigned by the lead"
    yield "by rank", _ranks(report.profile) or "-"
    yield "worst and total rank", f"{report.worst_rank} and {report.total_rank}"
    yield "proposals not taken", f"{report.declined} declined, {report.silent} without an answer"
    for trait in ("function", "location", "background"):
        crossed = "suppressed" if report.crosses is None else str(report.crosses[trait])
        least = report.wanted[trait]
        yield f"across {trait}s", crossed + (f" (at least {least} wanted)" if least else "")


def _ranks(profile: Sequence[int]) -> str:
    """Pairs by the choice they are, such as `6 first, 2 second`."""
    names = ("first", "second", "third", "fourth", "fifth")
    told = [
        f"{count} {names[place] if place < len(names) else f'{place + 1}th'}"
        for place, count in enumerate(profile)
        if count
    ]
    return ", ".join(told)


def _part(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, 2), expand=False)

"""The demo prints one document, and Ctrl-C at any time leaves no process and no data."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from events.templates import STEWARD_ONLY
from tests.cli.shell import PROGRAM, ROOT, Shell
from tests.processes.child import open_directory, processes_with
from tests.waiting import until
from turnabout.cli.output import render
from turnabout.cli.views import cohort_page, pair_page
from turnabout.results import CohortBoard, PairCard
from workers.demo import show
from workers.demo.report import DemoReport


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Where the demo's servers keep what is temporary."""
    with open_directory() as folder:
        folder.chmod(0o777)  # PostgreSQL's own user makes its directory there
        yield folder


def children(parent: int) -> list[int]:
    """All processes below one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(fields[1]) == parent:
            pid = int(entry.parent.name)
            found += [pid, *children(pid)]
    return found


def remains(scratch: Path, pids: Iterable[int] = ()) -> list[str]:
    """Files that are still there, and processes that still run."""
    running = [f"process {pid}" for pid in pids if Path(f"/proc/{pid}").exists()]
    return [*running, *(path.name for path in scratch.iterdir())]


async def demo(scratch: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        PROGRAM,
        *("demo", *words),
        cwd=ROOT,
        env=Shell({"TMPDIR": str(scratch)}).variables(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_the_demo_prints_one_document_and_leaves_samples(
    scratch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / "here"
    process = await demo(scratch, "-o", "json", "--out", str(out))
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert errors.startswith(b"11 January 2027, day 0\n")
    assert b"Traceback" not in errors
    report = json.loads(output)
    assert report["cohort"]["state"] == "closed"
    assert len({pair["mentee"] for pair in report["pairs"]}) == 10
    assert report["cohort"]["pairs_by_state"] == {"graduated": 10, "reshuffled": 1}
    assert all(pair["memo"] == "filed" for pair in report["pairs"])
    assert any(pair["pauses"] for pair in report["pairs"])
    assert not processes_with(str(scratch))
    assert remains(scratch) == []
    _pages_are_whole(report, capsys)
    _tells_of_the_rules(report)
    _samples_can_be_read(out, {count["what"] for count in report["mails"]})
    _the_readme_shows_it(report, capsys)


def _the_readme_shows_it(report: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Each line of the excerpt in the README stands in the page of this run."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"<!-- demo -->\n```text\n(.*?)```", text, re.DOTALL)
    render(*show.page(DemoReport.model_validate(report)))
    # A column is as wide as its longest cell, which may be one that the README leaves out.
    printed = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
    promised = [" ".join(line.split()) for line in shown.splitlines() if line.strip() not in {"", "…"}]
    # How long it takes is the machine's.
    assert [line for line in promised if line not in printed and " simulated days took " not in line] == []
    assert len(promised) > 25


def _tells_of_the_rules(report: dict[str, Any]) -> None:
    """What the page shows beside the pairs: the neutral text, the traps, the mails."""
    assert "Subject: Routine check-in\n" in report["pause"]
    traps = {one["trap"]: one["here"] for one in report["traps"]}
    assert len(traps) == 6
    assert "1 vague goal was refused" in traps["vague goals"]
    assert {one["rule"] for one in report["refusals"]} >= {"G2", "G9"}
    mails = {count["what"]: count["count"] for count in report["mails"]}
    assert mails["kickoff_cheat_sheet"] == 19
    assert not STEWARD_ONLY & mails.keys()


def _samples_can_be_read(out: Path, kinds: set[str]) -> None:
    """Mails with their files, documents and calendars, as their programs read them (R53, R67, R82)."""
    mails = {}
    for file in (out / "mails").iterdir():
        kind = file.stem.partition("-")[2]
        mails[kind] = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mails.keys() >= kinds
    for mail in mails.values():
        body = mail.get_body(("plain",))
        assert body is not None
        assert body.get_content().startswith("Hello ")
    (sheet,) = mails["kickoff_cheat_sheet"].iter_attachments()
    assert sheet.get_content() == (out / "cheat-sheet.pdf").read_bytes()
    assert len(PdfReader(out / "cheat-sheet.pdf").pages) == 2
    calendar = Calendar.from_ical((out / "sessions.ics").read_bytes())
    assert calendar.walk("VEVENT")
    assert (out / "charter.html").read_text(encoding="utf-8").startswith("<!doctype html>")


async def test_a_folder_that_cannot_be_made_is_told_before_the_demo_starts(scratch: Path) -> None:
    process = await demo(scratch, "--out", "/proc/nowhere")
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert errors.startswith(b"/proc/nowhere cannot be made: ")


def _pages_are_whole(report: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    """What the pages show of a cohort that has everything."""
    assert set(report) == set(DemoReport.model_fields)
    cards = [PairCard.model_validate(pair) for pair in report["pairs"]]  # type: ignore[attr-defined]
    render(*cohort_page(CohortBoard.model_validate(report["cohort"]), (), cards))
    page = capsys.readouterr().out
    for card in cards:
        assert f"  {card.pair}  {card.state} " in page
        render(*pair_page(card))
        own = capsys.readouterr().out
        for text in (card.goal, card.teaches, card.summary, card.lesson, card.next_steps[0].what):
            assert text
            assert text in own
        assert own.count("\n  ") >= 15 + len(card.sessions)


@pytest.mark.parametrize("while_it", ["starts", "runs"])
async def test_ctrl_c_leaves_nothing_behind(scratch: Path, while_it: str) -> None:
    process = await demo(scratch)
    assert process.stderr is not None

    async def begun() -> bool:
        return bool(children(process.pid))

    async with asyncio.timeout(90):
        await until(begun)
        if while_it == "runs":
            for _week in range(2):
                await process.stderr.readuntil(b", day ")
        below = children(process.pid)
        assert below
        process.send_signal(signal.SIGINT)
        output, errors = await process.communicate()
    assert (process.returncode, output) == (130, b"")
    assert errors.endswith(b"Interrupted.\n")
    assert b"Traceback" not in errors
    assert remains(scratch, below) == []

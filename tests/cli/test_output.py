"""Data goes to stdout whole, for people or for programs, and everything else to stderr."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from tests.cli.shell import NOWHERE, PROGRAM, ROOT, Shell
from turnabout.cli.output import cell, instant, render, table

PLAN = ("cohort", "plan", "examples/cohort.yaml")
LONG = "The mentee will publish three posts. " * 40


async def test_a_plan_comes_in_three_forms() -> None:
    shell = Shell(NOWHERE)  # a plan needs no server
    page, document, lines = await asyncio.gather(
        shell(*PLAN), shell(*PLAN, "-o", "json"), shell(*PLAN, "--output", "jsonl")
    )
    assert page.code == document.code == lines.code == 0
    items = document.document["items"]
    assert lines.lines == items
    assert len(items) > 100
    for item in items:
        assert item["what"] in page.output
    assert "Mon 25 Jan 2027 14:30  R51  Kickoff, 90 minutes" in page.output
    assert re.search(r"^week 7 +iterate$", page.output, re.MULTILINE)
    assert page.errors == document.errors == f"{len(items)} items for q1-2027. Nothing was started.\n"
    assert all(line == line.rstrip() for line in page.output.splitlines())


def on_terminal(*words: str, columns: int, **variables: str) -> str:
    """What somebody sees on a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    inherited = Shell(variables).variables()
    environment = {name: inherited[name] for name in inherited.keys() - {"COLUMNS", "LINES"}}
    environment["TERM"] = "xterm-256color"
    with subprocess.Popen(  # noqa: S603 -- our own program
        [PROGRAM, *words], stdout=theirs, stderr=theirs, env=environment, cwd=ROOT
    ):
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


def test_a_terminal_gets_weight_unless_no_color_is_set() -> None:
    assert "\x1b[1m" in on_terminal(*PLAN, columns=100)
    plain = on_terminal(*PLAN, columns=60, NO_COLOR="1")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60


def test_a_pipe_gets_whole_lines_and_nothing_is_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    render(table(("goal", "rule"), [(LONG.strip(), "[G2] [bold]as written[/bold] :smile:")], shortens="goal"))
    (head, line) = capsys.readouterr().out.splitlines()
    assert head.split() == ["goal", "rule"]
    assert line == f"{LONG.strip()}  [G2] [bold]as written[/bold] :smile:"


def test_what_people_wrote_cannot_steer_the_terminal() -> None:
    assert cell("a\x1b[2Jb\x07\r") == "a\ufffd[2Jb\ufffd\ufffd"


def test_values_read_well_in_a_table() -> None:
    assert cell(None) == cell("") == cell([]) == cell({}) == "-"
    assert cell({"active": 9, "paused": True}) == "active: 9, paused: yes"
    assert cell(["a", 1.50]) == "a; 1.5"
    assert instant("2027-01-04T09:00:00Z") == "2027-01-04 09:00Z"
    assert instant("2027-01-04T09:00:00+01:00") == "2027-01-04 09:00+0100"
    assert instant("The end of 2027-T is near") == "The end of 2027-T is near"


async def test_a_reader_that_goes_away_is_no_failure() -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *PLAN,
        cwd=ROOT,
        env=Shell(NOWHERE).variables(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout._transport.close()  # type: ignore[attr-defined]  # as `head` does when it has enough
    assert process.stderr is not None
    errors = await process.stderr.read()
    assert await process.wait() == 0
    assert b"Traceback" not in errors


async def test_a_terminal_that_knows_only_ascii_loses_nothing(tmp_path: Path) -> None:
    spec = (
        (ROOT / "examples/cohort.yaml").read_text(encoding="utf-8").replace("Future Skills", "Zuk\u0151nft")
    )
    path = tmp_path / "cohort.yaml"
    path.write_text(spec.replace("people.csv", str(ROOT / "examples/people.csv")), encoding="utf-8")
    shell = Shell({**NOWHERE, "PYTHONIOENCODING": "ascii"})
    document = await shell("cohort", "plan", path, "-o", "json")
    assert document.document["name"].startswith("Zuk\u0151nft")
    assert "Zuk\\u0151nft" in (await shell("cohort", "plan", path)).output

"""`--help` is quick, imports nothing heavy and documents the exit codes that our errors have."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Iterator

import pytest
from cyclopts import App

from tests.cli.shell import PROGRAM, ROOT, Shell
from turnabout import __version__, errors
from turnabout.cli.main import GUIDE, app, run

HEAVY = ("temporalio", "asyncpg", "pydantic", "asyncio", "yaml", "events", "workflows", "workers")
PROBE = f"""
import sys
from turnabout.cli.main import run
code = run(["--help"])
print([name for name in {HEAVY} if name in sys.modules], code, file=sys.stderr)
"""


def verbs(group: App, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in group.resolved_commands().items():
        if not name.startswith("-"):
            yield from verbs(inner, *path, name)


ALL = list(verbs(app))
PROMISED = """cohort plan|cohort start|cohort show|cohort list|cohort execute|pair show|pair execute
events tail|events show|projection list|projection lag|projection rebuild
people import|people list|people change|db migrate|db status|doctor|demo|up|worker|projector|recover|stuck"""


def test_every_verb_that_was_promised_is_there() -> None:
    assert {tuple(verb.split()) for verb in re.split(r"[|\n]", PROMISED)} <= set(ALL)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_verb_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--help"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(" ".join(("Usage: turnabout", *words)))
    assert "Exit codes:" in shown.out
    assert shown.err == ""


def test_every_exit_code_of_our_errors_is_documented() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.TurnaboutError)}
    assert codes == {1, 2, 3, 4, 5}
    for code in {0, *codes, 130}:
        assert re.search(rf"^  {code} +\w", GUIDE, re.MULTILINE)


async def test_help_imports_nothing_heavy() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", PROBE),
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert (await process.communicate())[1].decode() == "[] 0\n"


def test_help_takes_less_than_half_a_second() -> None:
    """Of the processor, at best of three: others use this machine, too."""
    spent = []
    for _ in range(3):
        pid = os.posix_spawn(PROGRAM, [str(PROGRAM), "--help"], os.environ, file_actions=QUIET)
        _, status, usage = os.wait4(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        spent.append(usage.ru_utime + usage.ru_stime)
    assert min(spent) < 0.5


QUIET = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]


async def test_the_version_is_the_packages() -> None:
    ended = await Shell({})("--version")
    assert (ended.code, ended.output, ended.errors) == (0, f"{__version__}\n", "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("cohrt list", 'Did you mean "cohort"'),
        ("cohort shw x", 'Did you mean "show"'),
        ("cohort plan", "FILE"),
        ("cohort list -o xml", '"table", "json", "jsonl"'),
        ("cohort list --bogus", "--bogus"),
        ("cohort list more", "more"),
        ("events show 0", "POSITION"),
        ("events show soon", "POSITION"),
        ("events show 99999999999999999999", "POSITION"),
        ("events tail --last -1", "--last"),
    ],
)
def test_a_line_that_does_not_fit_is_usage(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
    assert "--help`" in shown.err

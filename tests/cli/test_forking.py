"""A fork of the loaded command line says what the installed program says, to the letter."""

from __future__ import annotations

from tests.cli.forking import forking
from tests.cli.shell import NOWHERE, Shell

RUNS = (
    (("cohort", "plan", "examples/cohort.yaml", "-o", "json"), b""),
    (("cohort", "list"), b""),
    (("pair", "execute", "x-1", "log-session", "--json", "@-", "--actor", "a"), b"\xff{"),
)
"""One that succeeds, one that finds no server, and one that reads a bad stdin."""


async def test_a_fork_says_what_the_installed_program_says() -> None:
    async with forking() as forks:
        for words, stdin in RUNS:
            installed = await Shell(NOWHERE)(*words, stdin=stdin)
            assert await Shell(NOWHERE, forks)(*words, stdin=stdin) == installed
            assert installed.output or installed.code

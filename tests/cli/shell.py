"""The command line as people and scripts use it: its two outputs and its exit code.

It is the installed program, or a fork of a process that has loaded it, for folders with hundreds of runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.forking import Forking

PROGRAM = Path(sysconfig.get_path("scripts"), "turnabout")
ROOT = Path(__file__).parents[2]
PASSWORD = "hunter2"
NOWHERE = {
    "TURNABOUT_DATABASE_URL": f"postgresql://turnabout:{PASSWORD}@127.0.0.1:1/turnabout",
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
}
"""Servers that do not answer."""


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it said."""

    code: int
    output: str
    errors: str

    @property
    def document(self) -> Any:
        """The one JSON document that stdout holds."""
        return json.loads(self.output)

    @property
    def lines(self) -> list[Any]:
        """The JSON documents of stdout, one a line."""
        return [json.loads(line) for line in self.output.splitlines()]


class Shell:
    """Runs `turnabout <words>` with these variables and none of ours besides."""

    def __init__(self, environment: Mapping[str, str], forking: Forking | None = None) -> None:
        self.environment = dict(environment)
        self._forking = forking

    def with_variables(self, **more: str) -> Shell:
        """The same with more or other variables."""
        return Shell({**self.environment, **more}, self._forking)

    async def __call__(self, *words: str | Path, stdin: str | bytes = b"") -> Ended:
        """Run a command line to its end. Whatever happens, nobody meets a traceback or a password."""
        asked = stdin.encode() if isinstance(stdin, str) else stdin
        if self._forking:
            code, output, errors = await self._forking.run([*map(str, words)], self.variables(), asked)
        else:
            code, output, errors = await self._installed(words, asked)
        ended = Ended(code, output.decode(), errors.decode())
        said = ended.output + ended.errors
        assert "Traceback" not in said
        assert "Unexpected" not in said
        assert PASSWORD not in said
        return ended

    async def _installed(self, words: Sequence[str | Path], stdin: bytes) -> tuple[int, bytes, bytes]:
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *words,
            cwd=ROOT,
            env=self.variables(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate(stdin)
        assert process.returncode is not None
        return process.returncode, output, errors

    def variables(self) -> dict[str, str]:
        """What the program finds in its environment."""
        ours = ("TURNABOUT_", "TEMPORAL_", "NO_COLOR", "FORCE_COLOR")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**inherited, **self.environment}

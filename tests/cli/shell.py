"""The command line as people and scripts use it: the installed program, its two outputs and its exit code."""

from __future__ import annotations

import asyncio
import json
import os
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)

    def with_variables(self, **more: str) -> Shell:
        """The same with more or other variables."""
        return Shell({**self.environment, **more})

    async def __call__(self, *words: str | Path, stdin: str | bytes = b"") -> Ended:
        """Run a command line to its end. Whatever happens, nobody meets a traceback or a password."""
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *words,
            cwd=ROOT,
            env=self.variables(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate(stdin.encode() if isinstance(stdin, str) else stdin)
        assert process.returncode is not None
        ended = Ended(process.returncode, output.decode(), errors.decode())
        said = ended.output + ended.errors
        assert "Traceback" not in said
        assert "Unexpected" not in said
        assert PASSWORD not in said
        return ended

    def variables(self) -> dict[str, str]:
        """What the program finds in its environment."""
        ours = ("TURNABOUT_", "TEMPORAL_", "NO_COLOR", "FORCE_COLOR")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**inherited, **self.environment}

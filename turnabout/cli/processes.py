"""The verbs that run or examine the engine: demo, up, worker, projector, gateway, recover, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from turnabout.cli.output import Format, note, show
from turnabout.cli.session import engine, job


def demo(*, out: Path | None = None, output: Format = "table") -> None:
    """Run a whole cohort in simulated time on servers of its own, and print what happened. [engine]

    Takes less than a minute and leaves nothing behind but what you ask for. With `-o json` it prints one
    document.

    Parameters
    ----------
    out
        A folder for a sample of the mails, the documents (the cheat sheet as PDF) and calendar files.
    """
    engine("workers.demo.show").run(output, out)


def up(*, directory: Annotated[Path | None, Parameter(name="--dir")] = None, example: bool = False) -> int:
    """Run the whole stack in real time until Ctrl-C, with a page that shows every mail. [engine]

    Parameters
    ----------
    directory
        Where its data lives; default TURNABOUT_STATE_DIR.
    example
        Put two cohorts of made-up people into an empty stack, and play them up to your turn.
    """
    return int(engine("workers.up").up(directory, with_example=example))


def worker() -> int:
    """Run a worker until SIGTERM or Ctrl-C; it drains first. [engine]"""
    return int(engine("workers.processes").worker())


def projector() -> int:
    """Run the projector until SIGTERM or Ctrl-C. [engine]"""
    return int(engine("workers.processes").projector())


def gateway() -> int:
    """Run the gateway, on whose pages people answer, until SIGTERM or Ctrl-C. [engine]"""
    return int(engine("workers.gateway.process").gateway())


def recover(*, output: Format = "table") -> None:
    """Start every unfinished workflow that is not running, from the log. [engine]"""
    started = job("recover")
    if started or output != "table":
        show(started, output)
    note(f"Started {len(started)}." if started else "Everything that should run, runs.")


def stuck(*, output: Format = "table") -> int:
    """List the streams that are late with what is due, the latest first. [engine]

    It reads all unfinished streams: some seconds for a thousand. Exits with 1 where there are any.
    """
    late = job("stuck", module="workers.agenda")
    if late or output != "table":
        show(late, output)
    note(f"{len(late)} stuck." if late else "Nothing is stuck.")
    return int(bool(late))


def doctor(*, output: Format = "table") -> int:
    """Check everything the engine needs and say the fix for each fault. [engine]

    Exits with 5 when a server does not answer, with 1 when something else is at fault; warnings are no fault.
    """
    checks = job("examine")
    show(checks, output)
    return max((check.exit_code for check in checks), default=0)

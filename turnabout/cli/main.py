"""Assembles the commands and turns every outcome into an exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from cyclopts import App, CycloptsError, Group

from turnabout.cli import (
    backups,
    cohorts,
    events,
    keys,
    kpis,
    measurement,
    notifications,
    operations,
    pairs,
    processes,
    reports,
    templates,
    tokens,
    verify,
)
from turnabout.cli.output import note
from turnabout.errors import TurnaboutError

INTERRUPTED = 130

GUIDE = """\
Results go to stdout as a table, or as JSON with -o json|jsonl; everything else goes to stderr.

Exit codes:
  0    done
  1    failure
  2    usage or bad input; every problem is named with its place and its fix
  3    not found
  4    rejected by a rule, which is named
  5    PostgreSQL or Temporal does not answer
  130  interrupted

Without settings it speaks to the stack that `turnabout up` runs here. To speak to another one, set
  TURNABOUT_DATABASE_URL  PostgreSQL
  TURNABOUT_CODEC_KEYS    the keys that encrypt what Temporal stores
  TEMPORAL_ADDRESS        and Temporal's other variables, or its temporal.toml
  TURNABOUT_ACTOR         who gives commands, where --actor does not say
NO_COLOR is honoured. TURNABOUT_DEBUG=1 shows the traceback of an unexpected error, and what libraries log.
Verbs marked [engine] need the engine beside the client: a checkout, or the image.
"""

FOOT = (
    "Exit codes: 0 done, 1 failure, 2 usage or bad input, 3 not found, 4 rejected by a rule, 5 unreachable. "
    "Settings: turnabout --help\n"
)

app = App(
    name="turnabout",
    help="Run reverse-mentoring programs from charter to closure memo.",
    help_epilogue=GUIDE,
    help_format="plaintext",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)
for title, verbs in {
    "Programs": (
        cohorts.app,
        pairs.app,
        measurement.employment,
        measurement.instrument,
        kpis.app,
        reports.app,
        events.app,
    ),
    "Operations": (
        operations.people,
        tokens.app,
        templates.app,
        notifications.app,
        operations.projection,
        operations.db,
        backups.app,
        keys.app,
        keys.config,
        processes.doctor,
        processes.recover,
        processes.stuck,
        verify.verify,
    ),
    "Processes": (processes.demo, processes.up, processes.worker, processes.projector, processes.gateway),
}.items():
    group = Group.create_ordered(title)
    for verb in verbs:
        if isinstance(verb, App):
            verb.group = group
            verb.help_epilogue = FOOT
            app.command(verb)
        else:
            app.command(verb, group=group, help_epilogue=FOOT)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; errors are told on stderr, without a traceback."""
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except TurnaboutError as error:
        note(f"{error}")
        return error.exit_code
    except CycloptsError as error:
        words = ("turnabout", *(error.command_chain or ()), "--help")
        note(f"{error}\nSee `{' '.join(words)}`.")
        return 2
    except KeyboardInterrupt:
        note("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 -- the last resort: nobody should meet a traceback
        if os.environ.get("TURNABOUT_DEBUG"):
            traceback.print_exc()
        else:
            note(f"Unexpected {type(error).__name__}: {error}. Set TURNABOUT_DEBUG=1 for the traceback.")
        return 1
    return code if isinstance(code, int) else 0


def main() -> NoReturn:
    """The console script."""
    from turnabout.process import leave

    if not os.environ.get("TURNABOUT_DEBUG"):
        # What libraries log goes nowhere: errors are told in our words. The engine's processes have logs of
        # their own, which replace this.
        logging.getLogger().addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may know fewer letters than people's texts
            stream.reconfigure(errors="backslashreplace")
    leave(run())

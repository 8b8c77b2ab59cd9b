"""How a process that used Temporal's client ends: at once, after its output is out.

With Python 3.11 and 3.12 the client's runtime now and then crashes an interpreter that shuts down in the
usual way, after all work was done, and the exit code is lost. Ending without that shutdown keeps it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """End the process with this exit code, now: no `finally`, `atexit` or `__del__` runs any more. The caller
    has closed its event loop and stopped its children."""
    for stream in (sys.stdout, sys.stderr):
        # A reader that went away is no reason for another exit code.
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    logging.shutdown()
    os._exit(code)

"""What our logs say: each line as it is written, in JSON."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from workers import logs

Written = Callable[[], list[dict[str, Any]]]


@contextmanager
def logged(level: str) -> Iterator[Written]:
    """Inside the block everything is logged from `level` on; yields what gives the lines so far."""
    root = logging.getLogger()
    before, was, hook = root.handlers, root.level, sys.excepthook
    output = io.StringIO()
    logs.configure("json", level, stream=output)
    try:
        yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    finally:
        root.handlers, sys.excepthook = before, hook
        root.setLevel(was)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()

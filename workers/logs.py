"""Logs for operators: JSON lines in production, readable ones on a terminal, both on stderr.

Only listed keys with plain values are written, and of an exception its type and place: what people answered,
or who they are, is never logged, whatever a caller passes.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
import temporalio.activity
import temporalio.workflow
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio.service import RPCError

from turnabout.errors import TurnaboutError

Format = Literal["auto", "json", "console"]

ALLOWED = frozenset({
    *("event", "level", "logger", "timestamp", "exception", "error", "process", "reason"),
    *("stream", "streams", "version", "position", "type"),
    *("actor", "command_id", "correlation_id", "causation_id", "event_id"),
    *("recipient", "template", "channel", "outcome", "subject", "effect", "attempt"),
    *("workflow_type", "run_id", "activity_type", "activity_id", "task_queue", "namespace"),
    *("projection", "events", "checkpoint", "lag_events", "lag_seconds", "seconds", "retry_in", "rows"),
    *("alert", "build", "from_version", "to_version", "dropped"),
    *("address", "port", "path", "count", "started", "signal", "migration", "sqlstate"),
})  # fmt: skip
"""What a log line may hold. Add a key only if no value of it can say what a person answered or is called."""

TEMPORAL = {"workflow_id": "stream"} | {
    name: name
    for name in ("workflow_type", "run_id", "activity_type", "activity_id", "task_queue", "attempt")
}
"""What is kept of the details that Temporal's loggers bring along, by the key it gets."""

EXPLAINED = (TurnaboutError, OSError, RPCError)
"""Errors whose message is ours or the system's. Others may quote a value, so their message stays out."""

LONGEST = 500
FRAMES = 12


def configure(log_format: Format = "auto", level: str = "info", *, stream: TextIO | None = None) -> None:
    """Send what this process logs, through structlog or the standard library, to `stream` (stderr).

    May be called again; the last call counts.
    """
    output = stream or sys.stderr
    console = log_format == "console" or (log_format == "auto" and output.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=output.isatty())
        if console
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[explain, ProcessorFormatter.remove_processors_meta, allow, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # Their details come as fields; in the message they could not be sifted.
    temporalio.activity.logger.activity_info_on_message = False
    temporalio.workflow.logger.workflow_info_on_message = False


def explain(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replaces an exception by its type, the message where it is harmless, and where it was raised."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = "\ncaused by ".join(_story(error))
    if isinstance(event.get("error"), BaseException):
        event["error"] = summary(event["error"])
    return event


def allow(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Keeps the allowed keys with plain values, and Temporal's details; drops the rest and says how much."""
    for details in (event.pop("temporal_activity", None), event.pop("temporal_workflow", None)):
        if isinstance(details, Mapping):
            for name, key in TEMPORAL.items():
                if name in details:
                    event.setdefault(key, details[name])
    kept = {key: _plain(value) for key, value in event.items() if key in ALLOWED and _is_plain(value)}
    if len(kept) < len(event):
        kept["dropped"] = len(event) - len(kept)
    return kept


def summary(error: BaseException) -> str:
    """The type of an error, and its message where that cannot hold a person's words."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, EXPLAINED) else name


def log_unhandled(loop: asyncio.AbstractEventLoop) -> None:
    """Errors that nobody awaits go to the log, not to stderr with all they hold."""
    log = structlog.stdlib.get_logger("asyncio")
    loop.set_exception_handler(
        lambda _, context: log.error("unhandled_error", exc_info=context.get("exception"))
    )

    def hook(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        log.critical("unhandled_error", exc_info=error)

    sys.excepthook = hook


def _story(error: BaseException) -> list[str]:
    told, seen = [], set[int]()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)[-FRAMES:]
        places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        told.append("\n".join([summary(current), *places]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return all(isinstance(one, str | int | float | bool | None) for one in value)
    return isinstance(value, str | int | float | bool | None)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST or "\n" in value else value[:LONGEST] + "..."
    return sorted(value, key=str) if isinstance(value, set | frozenset) else value

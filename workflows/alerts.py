"""How a workflow calls for a person: an error in the log and a count that alerting watches. No values."""

from __future__ import annotations

import traceback
from typing import Literal

from temporalio import workflow

Reason = Literal["due_failed", "internal_error", "effects_refused", "corrupt_log"]


def alert(reason: Reason, message: str) -> None:
    """Log once (never on replay) and count under `turnabout_engine_alerts`. No field values in `message`."""
    workflow.logger.error(message, extra={"alert": reason})
    workflow.metric_meter().create_counter(
        "turnabout_engine_alerts", "Times the engine needs a person to look, by reason"
    ).add(1, {"reason": reason})


def where(error: BaseException) -> str:
    """The error's type and place. Its text may hold what a person wrote, so it is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"

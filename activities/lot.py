"""Draws the lots of pairs (G6) from a key that nobody reads, so that nobody works them out of a spec.

The same key and stream give the same lot, so that drawing twice is drawing once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from events.lot import LotTask
from turnabout.commands.pair_care import DrawLot


def drawing(key: bytes) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The computation, from a LotTask to a DrawLot, with that key."""

    def draw(payload: dict[str, Any]) -> dict[str, Any]:
        task = LotTask.model_validate(payload)
        return DrawLot(secret=hmac.digest(key, task.stream.encode(), hashlib.sha256).hex()).wire()

    return draw


draw = drawing(secrets.token_bytes(32))
"""With a key of this process's own."""

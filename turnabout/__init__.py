"""Turnabout: reverse-mentoring programs as durable workflows; all that an operations team installs.

Names are loaded when first used, so that `import turnabout` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from turnabout.client import Stream, Turnabout
    from turnabout.errors import InvalidInput, NotFound, Rejected, TurnaboutError, Unreachable
    from turnabout.messages import Receipt
    from turnabout.policy import Policy
    from turnabout.results import Adherence, CohortBoard, PairCard
    from turnabout.spec import CohortSpec

__version__ = "0.1.0"

_HOMES = {
    "Adherence": "turnabout.results",
    "CohortBoard": "turnabout.results",
    "CohortSpec": "turnabout.spec",
    "InvalidInput": "turnabout.errors",
    "NotFound": "turnabout.errors",
    "PairCard": "turnabout.results",
    "Policy": "turnabout.policy",
    "Receipt": "turnabout.messages",
    "Rejected": "turnabout.errors",
    "Stream": "turnabout.client",
    "Turnabout": "turnabout.client",
    "TurnaboutError": "turnabout.errors",
    "Unreachable": "turnabout.errors",
}

__all__ = [
    "Adherence",
    "CohortBoard",
    "CohortSpec",
    "InvalidInput",
    "NotFound",
    "PairCard",
    "Policy",
    "Receipt",
    "Rejected",
    "Stream",
    "Turnabout",
    "TurnaboutError",
    "Unreachable",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'turnabout' has no attribute {name!r}")

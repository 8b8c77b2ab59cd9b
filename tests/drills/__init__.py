"""Long chaos: whole cohorts by the rules alone, kills of processes and servers, and crashes of the log, again
and again with new dice.
"""

from __future__ import annotations

import os
import random

SEED = "TURNABOUT_DRILL_SEED"


def dice(name: str) -> random.Random:
    """The dice of a test: the same in every run of `make test`, new ones in each round of a drill."""
    return random.Random(f"{name}{os.environ.get(SEED, '')}")  # noqa: S311 -- a test's dice

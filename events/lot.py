"""The lot by which pairs that are well get a routine check-in (G6): what is asked for. Pure.

The answer is the command `draw_lot`.
"""

from __future__ import annotations

from turnabout.model import Model

LOT = "lot"


class LotTask(Model):
    """Draw the lot of a pair, named by its stream."""

    stream: str

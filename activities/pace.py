"""How many letters go out in a second, and whose turn it is: those to safety stewards first, then one of each
cohort in turn, however many another one has.

One event loop's; each process keeps its own pace.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

Turn = asyncio.Future[None]


class Pace:
    """At most `per_second` turns in a second, the first at once; None: nobody ever waits."""

    def __init__(self, per_second: float | None = None) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lines: tuple[OrderedDict[str, deque[Turn]], ...] = (OrderedDict(), OrderedDict())
        self._giving: asyncio.Task[None] | None = None

    @property
    def limited(self) -> bool:
        """Whether anybody ever waits."""
        return self._gap > 0

    async def turn(self, whose: str, *, urgent: bool = False) -> None:
        """Wait for the next turn of a cohort. One that is cancelled meanwhile costs nobody a turn."""
        if not self.limited:
            return
        mine: Turn = asyncio.get_running_loop().create_future()
        self._lines[not urgent].setdefault(whose, deque()).append(mine)
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give())
        await mine

    async def _give(self) -> None:
        clock = asyncio.get_running_loop().time
        while any(self._lines):
            await asyncio.sleep(max(0.0, self._next - clock()))
            if (turn := self._first()) is not None:
                turn.set_result(None)
                self._next = clock() + self._gap

    def _first(self) -> Turn | None:
        """Whose turn it is, out of the line; None where nobody waits any more."""
        for line in self._lines:
            while line:
                whose, waiting = next(iter(line.items()))
                turn = waiting.popleft()
                if waiting:
                    line.move_to_end(whose)
                else:
                    del line[whose]
                if not turn.done():
                    return turn
        return None

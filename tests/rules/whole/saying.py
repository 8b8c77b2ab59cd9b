"""What somebody says: a command by its name, drawn with what they know at the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
SECRET = "between-us-only"
"""In every text that nobody but its reader may see."""


@dataclass(frozen=True)
class Saying:
    """A command by its type and fields; `by` somebody else than who read the letter."""

    type: str
    fields: Mapping[str, Any]
    by: str | None = None


def ask(type_: str, /, by: str | None = None, **fields: Any) -> Saying:
    """A command in words."""
    return Saying(type_, fields, by)


@dataclass(frozen=True)
class Talk:
    """Somebody thinks about a stream: what is known of it, who thinks, when, and the dice."""

    state: Any
    who: str
    now: datetime
    dice: Random
    values: Mapping[str, Any]

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.dice.random() < share

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return self.dice.choice(options)


Reply = Callable[[Talk], Iterator[Saying]]

"""What a picture is: marks in a plane, what they say in words, and the same as a table. Pure.

A picture is made of published lines alone; what they do not tell has no mark, at no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Literal

WIDTH = 360.0
"""Units across; a phone shows a little less than a pixel for each."""
Tag = Literal["path", "rect", "circle", "line", "text"]


@dataclass(frozen=True)
class Mark:
    """A shape of SVG: its class (the look is the style sheet's), attributes and text."""

    tag: Tag
    kind: str
    at: Mapping[str, str | float]
    text: str = ""


@dataclass(frozen=True)
class Table:
    """The same for those who read it: column names, and rows whose first cell names them."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A picture with its caption. Without marks it only says why there is none. `described` is for those who
    do not see it."""

    name: str
    title: str
    says: str
    height: float = 0.0
    marks: Sequence[Mark] = ()
    described: str = ""
    table: Table | None = None
    legend: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True)
class Axis:
    """Numbers on a line from `begin` to `end` units."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, number: float) -> float:
        """Where a number is, in units."""
        return round(self.begin + (number - self.low) / (self.high - self.low) * (self.end - self.begin), 2)


def span(numbers: Iterable[float], step: float) -> tuple[float, float]:
    """The least multiples of a step that hold all the numbers, and are not the same."""
    some = list(numbers)
    low, high = floor(min(some) / step) * step, ceil(max(some) / step) * step
    return (low, high) if high > low else (low, low + step)


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Mark:
    return Mark("line", kind, {"x1": x1, "y1": y1, "x2": x2, "y2": y2})


def text(kind: str, x: float, y: float, said: str, anchor: str = "start") -> Mark:
    return Mark("text", kind, {"x": round(x, 2), "y": round(y, 2), "text-anchor": anchor}, said)


def dot(kind: str, x: float, y: float, radius: float) -> Mark:
    return Mark("circle", kind, {"cx": round(x, 2), "cy": round(y, 2), "r": radius})


def rect(kind: str, x: float, y: float, width: float, height: float) -> Mark:
    at = {"x": x, "y": y, "width": width, "height": height}
    return Mark("rect", kind, {name: round(number, 2) for name, number in at.items()})


def path(kind: str, points: Sequence[tuple[float, float]], *, closed: bool = False) -> Mark:
    """Straight lines from point to point."""
    way = " ".join(f"{'M' if not n else 'L'}{x:g},{y:g}" for n, (x, y) in enumerate(points))
    return Mark("path", kind, {"d": f"{way}{' Z' if closed else ''}"})


def whisker(kind: str, x: float, low: float, high: float) -> tuple[Mark, ...]:
    """An upright interval with ends."""
    ends = (line(kind, x - 4, y, x + 4, y) for y in (low, high))
    return (line(kind, x, low, x, high), *ends)

"""One thing to mend in a spec: where it stands, which rule it touches, and how. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """`path` leads to the field; `rule` is None where only the form is wrong; `fix` is the next step."""

    path: Path
    rule: str | None
    reason: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{field(self.path)}: {self.text}"

    @property
    def text(self) -> str:
        """The finding without its place."""
        rule = f"[{self.rule}] " if self.rule else ""
        return f"{rule}{self.reason} {self.fix}".rstrip()


def field(path: Path) -> str:
    """A path as people write it, such as `people[3].level`; counted from 0 as in JSON."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "spec"


def some(ids: Collection[str], most: int = 5) -> str:
    """The first few ids and how many more there are."""
    shown = ", ".join(list(ids)[:most])
    return shown if len(ids) <= most else f"{shown} and {len(ids) - most} more"

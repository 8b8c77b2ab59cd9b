"""Whether an organisation's own prompts add something to the library. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding
from turnabout.prompts import LIBRARY

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """A prompt that stands there twice, or in the library: a pair would get it twice (R80)."""
    known = {_bare(prompt.text) for prompt in LIBRARY}
    for number, prompt in enumerate(spec.prompts):
        if _bare(prompt.text) in known:
            yield Finding(
                ("prompts", number, "text"),
                "R80",
                "This prompt is there already.",
                "Remove it, or reword it.",
            )
        known.add(_bare(prompt.text))


def _bare(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())

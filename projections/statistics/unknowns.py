"""How what readers do not know is named: by whose it is, where it lies, and which of their answers. Pure.

`ann` is Ann's answer; `ann end` and `ann base` are two of hers; `ann+bob@q1-07` is what Ann and Bob together
make of a pair, `q1-07@2 level` something of a pair that stands at 2: corrected, it is another unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

NOBODY_KNOWS = "?"
"""The owner of what an earlier release told without noting whose it was."""
_OWNERS = re.compile(r"[^@ ]+")


def owners(unknowns: Iterable[str]) -> frozenset[str]:
    """The people (or pairs) whose these are."""
    return frozenset(who for one in unknowns for who in _owners(one).split("+"))


def unit(unknown: str) -> str:
    """What all answers of one person, or of one pair, have in common."""
    return unknown.partition(" ")[0]


def question(unknown: str) -> str:
    """Which of somebody's answers it is."""
    return unknown.partition(" ")[2]


def changed(some: AbstractSet[str], others: AbstractSet[str]) -> frozenset[str]:
    """Whose answers are in one of the two alone. Of a pair that more people speak of than before, those who
    came."""
    found: dict[str, frozenset[str]] = {}
    for one in some ^ others:
        whose = _owners(one)
        place = one[len(whose) :]
        found[place] = found.get(place, frozenset()) ^ frozenset(whose.split("+"))
    return frozenset[str]().union(*found.values())


def _owners(unknown: str) -> str:
    found = _OWNERS.match(unknown)
    return found[0] if found else unknown

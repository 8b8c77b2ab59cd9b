"""Whether sums of confidential answers leave everybody both ends of the scale, all sums taken at once. Pure.

Dobra, A. and Fienberg, S. E. (2000), PNAS 97, 11885-11892: bounds of what is not shown, by linear
programming. An audit cannot know what readers have heard elsewhere, such as from the people themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import block_diag

from projections.statistics.unknowns import question, unit

Sum = tuple[frozenset[str], float, float]
"""Unknowns, each from 0 to 1, and what their sum is at least and at most."""
_SLACK = 1e-7
"""By how much a sum may be off."""


class Limits(NamedTuple):
    """The least value with which somebody's flag is up, and the greatest with which it is not."""

    up: float
    down: float


@dataclass(frozen=True)
class Link:
    """Of each person the answer `flag` is 1 where their answer `value` reaches what `limits` says of them,
    else 0: so the one tells of the other."""

    value: str
    flag: str
    limits: Callable[[str], Limits | None]

    def within(self, unknowns: Iterable[str]) -> bool:
        """Whether it links any of these."""
        asked = {question(one) for one in unknowns}
        return {self.value, self.flag} <= asked


@dataclass(frozen=True)
class _Kind:
    """People who are alike for the reader: their answers, by question in which sums each is."""

    answers: tuple[tuple[str, frozenset[int]], ...]
    limits: Limits | None


def safe(sums: Sequence[Sum], link: Link | None = None) -> bool:
    """Whether for everybody all of their answers may be 0, and all may be 1. (Where high answers to two
    questions pull a sum apart, turn one of them round.)"""
    kinds = Counter(_kinds(sums, link))
    places = [(kind, asked, inside) for kind in kinds for asked, inside in kind.answers]
    column = {(kind, asked): number for number, (kind, asked, _) in enumerate(places)}
    rows = np.array([[row in inside for _, _, inside in places] for row in range(len(sums))], dtype=float)
    tied = [(kind, kind.limits) for kind in kinds if kind.limits is not None]
    links = np.zeros((2 * len(tied), len(places)))
    for number, (kind, limits) in enumerate(tied):
        pair = [column[kind, asked] for asked in ((link.value, link.flag) if link else ())]
        links[2 * number, pair] = -1, limits.up
        links[2 * number + 1, pair] = 1, limits.down - 1
    lows, highs = (np.array([one[side] for one in sums]) for side in (1, 2))
    one_case = np.vstack([rows, -rows, links])
    cases: list[NDArray[Any]] = []
    bounds: list[tuple[float, float]] = []
    # One case for each kind and end: somebody of that kind gave that end, all others anything.
    for kind in kinds:
        own = np.array([other is kind for other, _, _ in places], dtype=float)
        for end in (0.0, 1.0):
            theirs = rows @ own * end
            downs = [
                most
                for other, limits in tied
                for most in (0.0, (kinds[other] - (other is kind)) * limits.down)
            ]
            cases.append(np.concatenate([highs - theirs + _SLACK, theirs - lows + _SLACK, downs]))
            bounds += [(0.0, float(kinds[other] - (other is kind))) for other, _, _ in places]
    matrix: Any = block_diag([one_case] * len(cases), format="csc")
    found = linprog(np.zeros(len(bounds)), A_ub=matrix, b_ub=np.concatenate(cases), bounds=bounds)
    return bool(found.status == 0)


def _kinds(sums: Sequence[Sum], link: Link | None) -> list[_Kind]:
    inside: dict[str, dict[str, set[int]]] = {}
    for row, (unknowns, _, _) in enumerate(sums):
        for one in unknowns:
            inside.setdefault(unit(one), {}).setdefault(question(one), set()).add(row)
    return [
        _Kind(
            tuple((asked, frozenset(where)) for asked, where in sorted(of.items())),
            link.limits(who) if link is not None and {link.value, link.flag} <= of.keys() else None,
        )
        for who, of in inside.items()
    ]

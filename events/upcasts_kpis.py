"""How what earlier publications told of answers is read as sums of unknowns (`cohort.kpis_published`). Pure.

Until version 2 it lay open beside the figures, where it stays; it named people and pairs alone, and of K3
three measures apart on their own scales. Now they are one, in parts of the scale, the baseline turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Told = dict[str, Any]
_TURNED: Final = {"exact": "exact", "at least": "at most", "at most": "at least"}


def told_of_unknowns(data: dict[str, Any]) -> dict[str, Any]:
    """The body of version 2 as that of version 3."""
    figures = {name: value for name, value in data["publication"].items() if name != "disclosed"}
    disclosed = [_unknowns(one) for one in data["publication"].get("disclosed", ())]
    return {**data, "publication": figures, "disclosed": disclosed, "keeper": "system"}


def _reached(told: Told) -> Told:
    return {**told, "people": [f"{who} reached" for who in told["people"]]}


def _gain(told: Told) -> Told:
    n = len(told["people"])
    unknowns = [f"{who} {asked}" for who in told["people"] for asked in ("base", "end")]
    return {**told, "people": unknowns, "low": (told["low"] + 4 * n) / 4, "high": (told["high"] + 4 * n) / 4}


def _base(told: Told) -> Told:
    n = len(told["people"])
    return {
        **told,
        "people": [f"{who} base" for who in told["people"]],
        "low": (5 * n - told["high"]) / 4,
        "high": (5 * n - told["low"]) / 4,
        "bound": _TURNED[told["bound"]],
    }


_K3: Final[Mapping[str, Callable[[Told], Told]]] = {
    "K3 reached": _reached,
    "K3 gain": _gain,
    "K3 base": _base,
}


def _unknowns(told: Told) -> Told:
    measure = told["measure"]
    if measure in _K3:
        return {**_K3[measure](told), "measure": "K3"}
    if measure.startswith("K8 "):  # whose ratings they were was not noted
        return {**told, "people": [f"?@{pair}" for pair in told["people"]]}
    return told

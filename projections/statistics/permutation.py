"""Could the arms have come out so by chance? The pair is what is assigned, so it is what is moved. Pure.

Fisher, R. A. (1935), The Design of Experiments, section 21; Pitman, E. J. G. (1937), JRSS Supplement 4,
119-130. Drawn assignments: p = (b + 1) / (draws + 1), Phipson, B. and Smyth, G. K. (2010), Statistical
Applications in Genetics and Molecular Biology 9, article 39.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from turnabout.errors import InternalError

DRAWS = 10_000
"""Assignments that are drawn where there are more than can be gone through."""
ENUMERABLE = 40_000
"""Assignments up to which all are gone through."""
_TIES = 1e-9

Numbers = NDArray[Any]


class Cluster(NamedTuple):
    """People who were assigned together: a pair, or one control. Only within a stratum could the
    assignment have been another one."""

    values: tuple[float, ...]
    program: bool
    stratum: str = ""


class Chance(NamedTuple):
    """The share of assignments at least as extreme as the real one; `exact` where all were gone through."""

    p: float
    exact: bool
    assignments: int


def permutation(clusters: Sequence[Cluster], seed: int) -> Chance:
    """Two-sided p of the difference of the arms' means over people. Each eligible assignment gives the
    program as many clusters of a stratum as it had. Raises InternalError where an arm is empty."""
    strata = _strata(clusters)
    ordered = [cluster for stratum in strata for cluster in stratum]
    sums = np.array([sum(cluster.values) for cluster in ordered])
    sizes = np.array([len(cluster.values) for cluster in ordered], dtype=float)
    real = np.array([[cluster.program for cluster in ordered]])
    if not real.any() or real.all():
        raise InternalError("A permutation test needs two arms.")
    count = prod(comb(len(one), sum(cluster.program for cluster in one)) for one in strata)
    exact = count <= ENUMERABLE
    drawn = _all(strata) if exact else _drawn(strata, seed)
    seen = float(_gaps(real, sums, sizes)[0])
    extreme = int((np.abs(_gaps(drawn, sums, sizes)) >= abs(seen) - _TIES).sum())
    return Chance(extreme / count, True, count) if exact else _of_draws(extreme)


def signs(changes: Sequence[float], seed: int) -> Chance:
    """Two-sided p of a mean change being nought, where each cluster's change could as well have had the other
    sign: Fisher's test of pairs. 1.0 where nothing changed."""
    moved = np.array([change for change in changes if change != 0])
    if not len(moved):
        return Chance(1.0, True, 1)
    count = 2 ** len(moved)
    exact = count <= ENUMERABLE
    if exact:
        drawn = np.array(list(product((1.0, -1.0), repeat=len(moved))))
    else:
        drawn = np.random.default_rng(seed).choice((1.0, -1.0), size=(DRAWS, len(moved)))
    extreme = int((np.abs(drawn @ moved) >= abs(moved.sum()) - _TIES).sum())
    return Chance(extreme / count, True, count) if exact else _of_draws(extreme)


def _of_draws(extreme: int) -> Chance:
    return Chance((extreme + 1) / (DRAWS + 1), False, DRAWS)


def _strata(clusters: Sequence[Cluster]) -> list[list[Cluster]]:
    names = dict.fromkeys(cluster.stratum for cluster in clusters)
    return [[cluster for cluster in clusters if cluster.stratum == name] for name in names]


def _gaps(program: Numbers, sums: Numbers, sizes: Numbers) -> Numbers:
    """By assignment (a row of who is in the program) the difference of the means."""
    other = ~program
    gaps: Numbers = (program @ sums) / (program @ sizes) - (other @ sums) / (other @ sizes)
    return gaps


def _all(strata: Sequence[Sequence[Cluster]]) -> Numbers:
    ways = []
    for stratum in strata:
        chosen = combinations(range(len(stratum)), sum(cluster.program for cluster in stratum))
        ways.append([[place in way for place in range(len(stratum))] for way in map(frozenset, chosen)])
    return np.array([[one for part in way for one in part] for way in product(*ways)])


def _drawn(strata: Sequence[Sequence[Cluster]], seed: int) -> Numbers:
    generator = np.random.default_rng(seed)
    parts = []
    for stratum in strata:
        real = np.tile([cluster.program for cluster in stratum], (DRAWS, 1))
        parts.append(generator.permuted(real, axis=1))
    return np.concatenate(parts, axis=1)

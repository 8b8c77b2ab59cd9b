"""Fisher's exact test of two proportions. Pure.

Fisher, R. A. (1935), The Design of Experiments, chapter 2. Two-sided: all tables with the same margins that
are no likelier than the one found, as Agresti, A. (1992), Statistical Science 7, 131-153, section 2.1.
"""

from __future__ import annotations

from scipy.stats import hypergeom

_TIES = 1 + 1e-7
"""Tables whose chances differ by rounding only are equally likely."""


def fisher(first: tuple[int, int], second: tuple[int, int]) -> float:
    """The two-sided p of two proportions, each given as successes of trials; 1.0 where a margin is empty."""
    (a, m), (c, n) = first, second
    chances = hypergeom(m + n, a + c, m)
    seen = chances.pmf(a) * _TIES
    low, high = max(0, a + c - n), min(m, a + c)
    likely = [float(chances.pmf(k)) for k in range(low, high + 1)]
    return min(1.0, sum(chance for chance in likely if chance <= seen))

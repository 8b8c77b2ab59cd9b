"""K15: how the matching went: first choices, assigned pairs, pairs that block, pairs across functions.
Pure."""

from __future__ import annotations

from projections.kpi.facts import Facts
from projections.kpi.values import Figure, counted, suppressed
from turnabout.eligibility import crosses

WINDOW = "all rounds"


def matching(found: Facts) -> tuple[Figure, ...]:
    """Of all pairs that were formed. What pairs reach across is told of no fewer than k pairs (R39). Pairs
    block of whom each would rather have the other: as the last solve of a round counted them."""
    pairs = list(found.pairs.values())
    first = sum(not pair.assigned and found.ranks.get(pair.people) == 1 for pair in pairs)
    across = "pairs across functions"
    traits = [crosses(found.person(pair.mentor), found.person(pair.mentee)) for pair in pairs]
    return (
        counted("K15", "first choices", WINDOW, first, len(pairs)),
        counted("K15", "assigned pairs", WINDOW, sum(pair.assigned for pair in pairs), len(pairs)),
        counted("K15", across, WINDOW, sum("function" in one for one in traits), len(pairs))
        if len(pairs) >= found.k
        else suppressed("K15", across, WINDOW),
        *(
            Figure(
                kpi="K15",
                what="blocking pairs",
                window=f"round {number}",
                method="count of all",
                n=1,
                value=blocking,
                missing=0.0,
            )
            for number, blocking in sorted(found.blocking.items())
        ),
    )

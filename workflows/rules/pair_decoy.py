"""Which pairs have a routine check-in although they are well (G6). Pure.

Without them a check-in would say that one of two people answered low, and the other would know who.
"""

from __future__ import annotations

import hashlib

from turnabout.commands.pair_terms import Terms
from workflows.rules.pair_state import name_of


def drawn(terms: Terms, wave: int) -> str | None:
    """The partner whose answer in that wave begins the check-in, and None for a pair that is not drawn. It
    follows from the cohort's seed, so it is the same whenever it is asked."""
    lot = hashlib.sha256(f"{terms.seed}/{name_of(terms)}/{wave}".encode()).digest()
    if int.from_bytes(lot[:8], "big") % 100 >= terms.policy.safety.decoys:
        return None
    return (terms.mentor, terms.mentee)[lot[8] % 2]

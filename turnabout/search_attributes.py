"""The search attributes by which the Temporal UI and `temporal workflow list` find streams.

They bypass the payload codec: no names, no confidential values. Prefixed, because a namespace may be shared.
"""

from __future__ import annotations

from temporalio.common import SearchAttributeKey

PROGRAM = SearchAttributeKey.for_keyword("TurnaboutProgram")
COHORT = SearchAttributeKey.for_keyword("TurnaboutCohort")
PHASE = SearchAttributeKey.for_keyword("TurnaboutPhase")
ATTENTION = SearchAttributeKey.for_bool("TurnaboutAttention")

TYPES = {PROGRAM.name: "Keyword", COHORT.name: "Keyword", PHASE.name: "Keyword", ATTENTION.name: "Bool"}
"""Name and type of each, as `temporal operator search-attribute create` takes them."""

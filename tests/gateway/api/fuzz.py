"""Schemathesis over the API's description: a bounded number of requests, the same in every run."""

from __future__ import annotations

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

EXAMPLES = 12
"""Requests for each operation."""
UNSAID = [positive_data_acceptance]
"""A description cannot say all that makes a cohort or a command sound, such as that a name is no blank."""


def fuzz(document: dict[str, Any], at: str, headers: dict[str, str]) -> int:
    """Ask every operation, and check each answer by all that Schemathesis knows. Returns how many operations
    were asked."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"{at.rstrip('/')}/v1")
    asked: Counter[str] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @seed(4)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answered(case: Any) -> None:
            asked[case.operation.label] += 1
            case.call_and_validate(headers=headers, excluded_checks=UNSAID)

        answered()
    return len(asked)

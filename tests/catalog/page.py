"""docs/rules.md: every rule with where it is decided, its policy values and its tests. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.catalog import mentions
from tests.catalog.catalog import Entry, entries
from turnabout.model import Model
from turnabout.policy import Policy

PAGE = mentions.ROOT / "docs" / "rules.md"
TITLES = {"R": "Requirements", "T": "Timers", "G": "Guards"}
HEAD = """\
# Rules

<!-- Made by `python -m tests.catalog`. Edit docstrings, the policy or tests/catalog/rules.csv instead. -->

What the program promises, one line for each id that a rejection, a docstring or a test may name: where it is
decided, the values of the [policy](../turnabout/policy.py) that belong to it, and the tests that name it. A
check fails when a rule of a cohort or a pair has no home or no test.

Scopes: `cohort` and `pair` are rules of these streams; `program` of the program's; `kpi` and `answers` are
figures and questions to the log; `operate` holds for the whole engine. Rules of the last four are partly
still to come. Modules are named from `workflows/rules/` where they are there; tests from `tests/`.
"""


def render() -> str:
    """The page as Markdown."""
    known, values = entries(), policy_values(Policy())
    parts = [HEAD]
    for letter, title in TITLES.items():
        rows = [_row(entry, values.get(entry.id, ())) for entry in known.values() if entry.id[0] == letter]
        table = ["| id | what | scope | decided in | policy | tests |", "|---|---|---|---|---|---|", *rows]
        parts.append(f"## {title}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def policy_values(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """By id the policy's values with their defaults, such as `safety.contact` = 48."""
    found: dict[str, list[str]] = {}
    for path, rule, value in _ruled(policy, ""):
        found.setdefault(rule, []).append(f"`{path}` {_shown(value)}")
    return {rule: tuple(texts) for rule, texts in found.items()}


def _ruled(group: Model, prefix: str) -> Iterator[tuple[str, str, Any]]:
    for name, field in type(group).model_fields.items():
        value = getattr(group, name)
        extra = field.json_schema_extra
        if isinstance(value, Model):
            yield from _ruled(value, f"{prefix}{name}.")
        elif isinstance(extra, dict) and "rule" in extra:
            yield f"{prefix}{name}", str(extra["rule"]), value


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _row(entry: Entry, values: tuple[str, ...]) -> str:
    homes = [module.removeprefix("workflows/rules/") for module in mentions.homes().get(entry.id, ())]
    tests = [test.removeprefix("tests/") for test in mentions.tests().get(entry.id, ())]
    cells = (
        entry.id,
        entry.title,
        ", ".join(sorted(entry.scopes)),
        _list(name.removesuffix(".py") for name in homes),
        "<br>".join(values),
        _list(name.removesuffix(".py") for name in tests),
    )
    return f"| {' | '.join(cells)} |"


def _list(names: Iterator[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names)

"""The shape of every stored event type is written down: who changes one must say how old events are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from events import registry
from turnabout.model import digest

SHAPES = Path(__file__).with_name("shapes.json")


def shapes() -> dict[str, str]:
    """By type and schema version, the digest of what an event of it looks like, defaults included."""
    known = registry.standard()
    return {
        f"{name}@{known.schema_version(name)}": digest(_bare(known.schema(name)))[:12]
        for name in sorted(known.names())
    }


def _bare(schema: Any, *, names: bool = False) -> Any:
    """The same without words for people; `names`: the keys are names of fields."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    words = set() if names else {"title", "description", "rule"}
    return {key: _bare(one, names=key == "properties") for key, one in schema.items() if key not in words}


def test_no_stored_shape_changes_without_a_new_version_and_an_upcaster() -> None:
    """A field or a policy value that is added needs a new `schema_version` and an upcaster with the value
    that was in force, never today's default. Then `python -m tests.store.test_shapes` writes them anew."""
    recorded = json.loads(SHAPES.read_text(encoding="utf-8"))
    changed = {name for name, shape in shapes().items() if recorded.get(name, shape) != shape}
    assert not changed
    assert shapes() == recorded


if __name__ == "__main__":
    SHAPES.write_text(json.dumps(shapes(), indent=1) + "\n", encoding="utf-8")

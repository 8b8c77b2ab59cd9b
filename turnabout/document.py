"""Reads a YAML or JSON file into plain values and remembers the line of each.

Every YAML scalar stays text except an empty one and `null`: what it means is the models' business, so that
`10:00` is a time and not 600, and `no` is a word.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from turnabout.errors import InvalidInput
from turnabout.textfile import read_text

MAX_NODES = 200_000
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
Place = tuple[str | int, ...]


@dataclass
class Document:
    """The values of a file, the line of each (from 1) by its path, and keys that stand twice."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[tuple[Place, str]] = field(default_factory=list)

    def line(self, path: Place) -> int | None:
        """The line of a path, or of the nearest thing that contains it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_document(path: Path) -> tuple[Document, tuple[str, ...]]:
    """Read a file that ends in `.json` as JSON and any other as YAML; also returns notices on its encoding.

    Raises InvalidInput with the line of a syntax error.
    """
    text, notices = read_text(path)
    if path.suffix.lower() == ".json":
        return _read_json(path, text), notices
    return _read_yaml(path, text), notices


def _read_yaml(path: Path, text: str) -> Document:
    try:
        nodes = list(_compose(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        reason = " ".join(filter(None, (error.context, error.problem))) or "it cannot be read"
        raise InvalidInput(
            f"{path} is not valid YAML.",
            (f"{path.name}{line}: {reason}. Check indentation, colons and quotes near this line.",),
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidInput(f"{path} is not valid YAML: {error}.") from None
    if len(nodes) != 1:
        raise InvalidInput(f"{path} holds {len(nodes)} YAML documents.", hint="Keep one in each file.")
    document = Document()
    document.value = _Walk(path, document).value(nodes[0], ())
    return document


def _compose(text: str) -> Iterator[yaml.Node]:
    return yaml.compose_all(text, Loader=yaml.SafeLoader)


class _Walk:
    """Turns nodes into values, noting lines."""

    def __init__(self, path: Path, document: Document) -> None:
        self.path = path
        self.document = document
        self.left = MAX_NODES

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.left -= 1
        if self.left < 0:
            raise InvalidInput(
                f"{self.path} holds more than {MAX_NODES} values.", hint="Is it the right file?"
            )
        self.document.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in NOTHING:
            return None
        return node.value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.document.problems.append((place, f"line {line}: a field's name must be a word."))
                continue
            inside = (*place, key.value)
            if key.value in values:
                first = self.document.lines[inside]
                self.document.problems.append(
                    (inside, f"{key.value} stands in line {first} and again in line {line}. Remove one.")
                )
            self.document.lines.setdefault(inside, line)
            values[key.value] = self.value(item, inside)
        return values


def _read_json(path: Path, text: str) -> Document:
    document = Document()
    try:
        document.value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"{path} is not valid JSON.", (f"{path.name}:{error.lineno}: {error.msg}. Mend this line.",)
        ) from None
    except RecursionError:
        raise InvalidInput(f"{path} is nested too deeply.") from None
    try:
        # JSON is YAML but for a few corners; where it is, the lines are a gift.
        lines = _read_yaml(path, text)
        document.lines, document.problems = lines.lines, lines.problems
    except InvalidInput:
        pass
    return document

"""Which module or test names which rule: in docstrings, texts, comments and names, read without importing."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.catalog.catalog import ids_in

ROOT = Path(__file__).parents[2]
PACKAGES = ("workflows", "turnabout", "activities", "events", "projections", "workers")
POLICY = "turnabout/policy.py"
"""Its values are listed by themselves."""
VOCABULARY = ("events/", "turnabout/commands/")
"""Words in which rules are told; a rule is at home where something is done."""
_TEXTS = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
_IN_NAME = re.compile(r"(?:^|_)([rtg]\d{1,3})(?=_|$)")


@cache
def homes() -> dict[str, tuple[str, ...]]:
    """By id the modules that do something about it, rules first."""
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    found = _by_id((_name(path), _texts(path)) for path in files if _name(path) != POLICY)
    return {
        id_: tuple(sorted((m for m in modules if not m.startswith(VOCABULARY)), key=_rules_first))
        for id_, modules in found.items()
    }


@cache
def tests() -> dict[str, tuple[str, ...]]:
    """By id the files of tests that name it: in a test's name, in a docstring, or as an expected rule."""
    files = [
        path for path in sorted((ROOT / "tests").rglob("test_*.py")) if path.parent != Path(__file__).parent
    ]
    return _by_id((_name(path), _words_of_tests(path)) for path in files)


def _by_id(files: Iterable[tuple[str, Iterator[str]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, texts in files:
        for id_ in {id_ for text in texts for id_ in ids_in(text)}:
            found.setdefault(id_, []).append(name)
    return {id_: tuple(names) for id_, names in found.items()}


def _texts(path: Path) -> Iterator[str]:
    source = io.StringIO(path.read_text(encoding="utf-8"))
    return (token.string for token in tokenize.generate_tokens(source.readline) if token.type in _TEXTS)


def _words_of_tests(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (id_.upper() for id_ in _IN_NAME.findall(node.name))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _rules_first(module: str) -> tuple[bool, str]:
    return not module.startswith("workflows/rules/"), module

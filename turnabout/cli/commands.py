"""The commands that people may give from the command line: read one, list all. Engine's own are left out."""

from __future__ import annotations

import json
import re
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from turnabout.cli.fields import described
from turnabout.commands.base import Command
from turnabout.errors import InvalidInput
from turnabout.faults import told
from turnabout.model import Model, Role
from turnabout.textfile import read_text

EXAMPLE = 'Write --json \'{"field": "value"}\', or --json @FILE.'


class CommandLine(Model):
    """A command as `commands` lists it: its name here, its fields with what each takes (`?` where one may be
    left out), whose roles may give it, and what it is for."""

    command: str
    fields: tuple[str, ...]
    given_by: tuple[str, ...]
    meaning: str


def listing(union: Any) -> tuple[CommandLine, ...]:
    """The commands of a union that people may give, by name."""
    lines = [
        CommandLine(
            command=name,
            fields=tuple(described(kind)),
            given_by=tuple(sorted(str(role) for role in kind.roles if role is not Role.SYSTEM)),
            meaning=" ".join((kind.__doc__ or "").split()),
        )
        for name, kind in _known(union).items()
    ]
    return tuple(sorted(lines, key=lambda line: line.command))


def read_command(union: Any, name: str, body: str) -> Command:
    """A command from its name (`sign-charter`, `sign_charter` or `SignCharter`) and its fields as JSON,
    `@FILE` or `@-` (stdin). Raises InvalidInput that names every field at fault."""
    known = _known(union)
    wanted = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).replace("_", "-").lower()
    if wanted not in known:
        near = get_close_matches(wanted, known, n=2, cutoff=0.7)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(sorted(known))}."
        raise InvalidInput(f"There is no command {name!r}.", hint=hint)
    fields, kind, wire_name = _read_fields(body), known[wanted], wanted.replace("-", "_")
    if fields.get("type", wire_name) != wire_name:
        raise InvalidInput(f"--json holds another command than {wanted}.", hint="Leave out its type.")
    try:
        return kind.model_validate_json(json.dumps({**fields, "type": wire_name}))
    except ValidationError as error:
        takes = ", ".join(described(kind))
        takes += " (? may be left out)" if "?" in takes else ""
        raise InvalidInput(
            f"The command {wanted} does not fit.",
            tuple(f"{problem}." for problem in told(error)),
            hint=f"It takes {takes}." if takes else "It takes no fields.",
        ) from None


def _known(union: Any) -> dict[str, type[Command]]:
    kinds: tuple[type[Command], ...] = get_args(union)
    by_people = (kind for kind in kinds if kind.roles != frozenset({Role.SYSTEM}))
    return {str(kind.model_fields["type"].default).replace("_", "-"): kind for kind in by_people}


def _read_fields(body: str) -> dict[str, Any]:
    try:
        fields = json.loads(_text(body) or "{}")
        json.dumps(fields, ensure_ascii=False).encode()  # an escape such as \ud800 is half a character
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"--json is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.", hint=EXAMPLE
        ) from None
    except UnicodeEncodeError:
        raise InvalidInput("--json holds an escape that stands for no character.", hint=EXAMPLE) from None
    except (ValueError, RecursionError) as error:  # a number too long, nested too deeply
        raise InvalidInput(f"--json cannot be read ({type(error).__name__}).", hint=EXAMPLE) from None
    if not isinstance(fields, dict):
        raise InvalidInput("--json must be an object.", hint=EXAMPLE)
    return fields


def _text(body: str) -> str:
    """What an argument says, or the file or stdin that it names. Raises InvalidInput unless it is UTF-8."""
    try:
        if body == "@-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        if body.startswith("@"):
            text, guesses = read_text(Path(body[1:]))
            if not guesses:
                return text
        else:
            body.encode()  # bytes that were no UTF-8 came as halves of characters
            return body
    except UnicodeError:
        pass
    name = {"@-": "What stdin holds"}.get(body, body[1:] if body.startswith("@") else "The text of --json")
    raise InvalidInput(f"{name} is not UTF-8.", hint="Save or send it as UTF-8.") from None

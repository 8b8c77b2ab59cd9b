"""What a command's fields take, in a few words each, for people who write their JSON by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from turnabout.commands.base import Command
from turnabout.model import KEY_PATTERN, PERSON_PATTERN

FORMATS = {"date": "YYYY-MM-DD", "date-time": "YYYY-MM-DDTHH:MM+HH:MM", "time": "HH:MM"}
PATTERNS = {PERSON_PATTERN: "person id", KEY_PATTERN: "id"}
WIDEST = 4
"""How many fields an object may have to be shown with what each of them takes."""

Schema = Mapping[str, Any]


def described(kind: type[Command]) -> Iterator[str]:
    """The fields of a command as `number: whole number from 1` or, where one may be left out, with `?` and
    its short default, as `held?: true|false = true`."""
    schema = kind.model_json_schema()
    parts: Schema = schema.get("$defs", {})
    for name, field in schema["properties"].items():
        if name != "type":
            yield _field(name, field, parts, required=name in schema.get("required", ()))


def _field(name: str, field: Schema, parts: Schema, *, required: bool) -> str:
    default = field.get("default")
    short = "" if default is None or isinstance(default, list | dict) else f" = {json.dumps(default)}"
    return f"{name}{'' if required else '?'}: {_takes(field, parts)}{short}"


def _takes(field: Schema, parts: Schema, *, inside: bool = False) -> str:
    match field:
        case {"$ref": str(ref)}:
            return _object(parts[ref.rpartition("/")[2]], parts, inside=inside)
        case {"anyOf": options} | {"oneOf": options}:
            real = [one for one in options if one.get("type") != "null"]
            return "|".join(_takes(one, parts, inside=inside) for one in real)
        case {"enum": values}:
            return "|".join(map(str, values))
        case {"const": value}:
            return str(value)
        case {"type": "array"}:
            return f"[{_takes(field.get('items', {}), parts, inside=inside)}, ...]{_length(field)}"
        case {"type": "boolean"}:
            return "true|false"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"{least}..{most}"
        case {"type": "integer"}:
            return f"whole number from {field['minimum']}" if "minimum" in field else "whole number"
        case {"type": "number"}:
            return "number"
        case {"type": "string"}:
            return FORMATS.get(field.get("format", "")) or PATTERNS.get(field.get("pattern", ""), "text")
        case _:
            return "{...}"


def _object(field: Schema, parts: Schema, *, inside: bool) -> str:
    fields: Schema = field.get("properties", {})
    if "enum" in field:
        return "|".join(map(str, field["enum"]))
    if inside or len(fields) > WIDEST:
        more = ", ..." if len(fields) > WIDEST else ""
        return f"{{{', '.join(list(fields)[:WIDEST])}{more}}}"
    required = field.get("required", ())
    named = (
        f"{name}{'' if name in required else '?'}: {_takes(one, parts, inside=True)}"
        for name, one in fields.items()
    )
    return f"{{{', '.join(named)}}}"


def _length(field: Schema) -> str:
    match field.get("minItems"), field.get("maxItems"):
        case None, None:
            return ""
        case least, None:
            return f" (at least {least})"
        case None, most:
            return f" (at most {most})"
        case least, most:
            return f" (exactly {least})" if least == most else f" ({least} to {most})"

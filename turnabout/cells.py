"""Reads one cell of a roster into the value that our models want. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from turnabout import calendar
from turnabout.errors import InvalidInput

YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"no", "n", "false", "0"})
IDS = frozenset({"reports_to", "conflicts"})
LISTS = frozenset({"skills", "interests"})
FLAGS = frozenset({"high_potential", "customer_facing", "digitally_skilled"})
ROLES = frozenset({"mentor", "mentee", "staff"})
FIXES = {
    "id": "Use up to 63 letters, digits or dashes.",
    "role": "Write mentor, mentee or staff.",
    "name": "Write a name of up to 280 letters.",
    "email": "Write one address, such as someone@example.org.",
    "timezone": "Use an IANA name, such as Europe/Berlin.",
    "language": "Use a tag such as en or pt-br.",
    "level": "Write a whole number from 1 to 20, or map the grades under `values.level` of a mapping.",
    "gaps": "Write skill:current>target with levels 1-5, such as short video:2>4.",
    **dict.fromkeys(FLAGS, "Write yes or no."),
    **dict.fromkeys(IDS, "Write ids or addresses, separated by | or ;."),
    **dict.fromkeys(LISTS, "Write short entries, separated by | or ;."),
}
"""How to mend a cell, by field."""
_GAP = re.compile(r"^(?P<skill>.+?)\s*:\s*(?P<current>\d)\s*-?>\s*(?P<target>\d)$")


def person_id(text: str) -> str:
    """The pseudonymous id of an id or an address in a file. An address becomes a digest, so that it cannot be
    read off the id; the same address always gives the same id."""
    plain = text.strip().lower()
    if "@" in plain:
        return f"p-{hashlib.sha256(plain.encode()).hexdigest()[:10]}"
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")


def value(field: str, text: str) -> Any:
    """A cell that is not empty, as the model wants it. Raises ValueError with the reason."""
    if field == "role":
        if text.lower() not in ROLES:
            raise ValueError(f"{text!r} is no role.")
        return text.lower()
    if field == "id":
        return person_id(text)
    if field == "timezone":
        try:
            calendar.zone(text)
        except InvalidInput as error:
            raise ValueError(error.message) from error
        return text
    if field in FLAGS:
        if text.lower() not in YES | NO:
            raise ValueError(f"{text!r} is neither yes nor no.")
        return text.lower() in YES
    if field == "gaps":
        return [_gap(part) for part in _split(text)]
    if field in IDS:
        return [person_id(part) for part in _split(text)]
    return _split(text) if field in LISTS else text


def plain(constant: str | bool | int) -> str:
    """A value of a mapping as it would stand in a cell."""
    return ("yes" if constant else "no") if isinstance(constant, bool) else str(constant)


def _split(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in re.split(r"[|;]", text) if part.strip()))


def _gap(text: str) -> dict[str, Any]:
    match = _GAP.match(text)
    if not match:
        raise ValueError(f"{text!r} is no skill gap.")
    return match.groupdict()

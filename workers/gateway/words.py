"""What a rule says to those who send commands, in the words of a page. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workers.gateway.fields import Field

_ASIDE = re.compile(r" \(`[^)]*\)")
_CODE = re.compile(r"`([^`]+)`|\b([a-z]+(?:_[a-z]+)+)\b")


def in_words(text: str, fields: Iterable[Field] = ()) -> str:
    """The text without names of the machine: a field's is its label, any other one reads as words."""
    labels = {field.name: field.label.rstrip("?") for field in fields}

    def said(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return f"“{labels.get(name, name.replace('_', ' '))}”"

    return _CODE.sub(said, _ASIDE.sub("", text))

"""The base of everything that travels: frozen, strict about unknown fields, JSON in and out. Pure."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Instant = AwareDatetime
"""A point in time with its offset; stored and compared in UTC."""

PERSON_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
KEY_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"

PersonId = Annotated[str, StringConstraints(pattern=PERSON_PATTERN)]
"""A pseudonymous id, such as `p-014`; names and addresses live in the people directory alone."""

Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
"""An id that becomes part of a stream name."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=280)]
"""One line of text that a person wrote."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""A short text that a person wrote."""


Rating = Annotated[int, Field(ge=1, le=5)]
"""An answer on the scale from 1 (low) to 5 (high)."""


class Model(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")


class Role(StrEnum):
    """Who somebody is in a program (domain.md section 1)."""

    LEAD = "lead"
    SPONSOR = "sponsor"
    BUSINESS_SPONSOR = "business_sponsor"
    MENTOR = "mentor"
    MENTEE = "mentee"
    LINE_MANAGER = "line_manager"
    STEWARD = "steward"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Actor(Model):
    """Who gives a command: a person's id, or the engine itself (`system`)."""

    id: PersonId

    @property
    def is_system(self) -> bool:
        return self.id == "system"


SYSTEM = Actor(id="system")


def digest(value: Any) -> str:
    """SHA-256 (hex) of a JSON value in canonical form: sorted keys, no spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

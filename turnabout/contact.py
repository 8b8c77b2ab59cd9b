"""How a person is reached: the one place of names and addresses, kept out of specs and events. Pure."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from turnabout.model import Line, Model, PersonId

EMAIL_PATTERN = r"^[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]+$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=EMAIL_PATTERN,
    ),
]
"""An address as far as its shape can tell; kept in lower case, so that one person is one address."""

Language = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=LANGUAGE_PATTERN),
]
"""A BCP 47 tag, such as `en` or `pt-br`."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"{name!r} is no time zone of the IANA database, such as Europe/Berlin"
        raise ValueError(message) from None
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""A name of the IANA time-zone database."""


class Contact(Model):
    """Who a pseudonymous id is. `timezone` is an IANA name; without an address only the log channel reaches
    them."""

    id: PersonId = Field(description="a pseudonymous id; without it, it is made from the address")
    name: Line = Field(description="what letters and pages call them; kept in the directory alone")
    email: Email | None = Field(default=None, description="where letters go; kept in the directory alone")
    timezone: ZoneName = Field(description="where they work, an IANA name (R108)")
    language: Language = Field(default="en", description="language of their letters, such as `en` or `pt-br`")

    def __repr__(self) -> str:
        return f"Contact(id={self.id!r})"

    __str__ = __repr__

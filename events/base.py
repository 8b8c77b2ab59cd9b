"""What an event is: a frozen fact in the past tense with a wire name that never changes. Pure.

Fields that only their author, the engine and the steward may read are marked `Annotated[..., Sealed("who")]`,
where `who` names the sibling field holding the person's id; the store encrypts them with that person's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from turnabout.model import Model


@dataclass(frozen=True)
class Sealed:
    """Marks a confidential field; `owner` is the field of the same event that holds the person's id.

    A sealed field must be optional: after an erasure it reads None, and `evolve` takes it as missing.
    """

    owner: str


class Event(Model):
    """The base of all events. `type` is the wire name: `<stream kind>.<past tense>`."""

    type: str
    schema_version: ClassVar[int] = 1

    def payload(self) -> dict[str, Any]:
        """The JSON body as stored, without the wire name."""
        return self.model_dump(mode="json", exclude={"type"})

    @classmethod
    def sealed_fields(cls) -> dict[str, str]:
        """The confidential fields of this type and, for each, the field that names its owner."""
        return {
            name: mark.owner
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Sealed)
        }

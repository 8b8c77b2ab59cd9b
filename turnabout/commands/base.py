"""What a command is: an imperative, frozen wish with the roles that may utter it (G21). Pure."""

from __future__ import annotations

from typing import Any, ClassVar

from turnabout.model import Model, Role


class Command(Model):
    """The base of all commands. `type` is the wire name, in the imperative."""

    type: str
    roles: ClassVar[frozenset[Role]]

    def wire(self) -> dict[str, Any]:
        """The command as JSON, with its wire name."""
        return self.model_dump(mode="json")


PARTNERS = frozenset({Role.MENTOR, Role.MENTEE})
ENGINE = frozenset({Role.SYSTEM})
LEAD = frozenset({Role.LEAD})
SPONSOR = frozenset({Role.SPONSOR})

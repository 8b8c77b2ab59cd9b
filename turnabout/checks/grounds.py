"""Whether a roll-out may start, as far as its file says; its sponsor commits later (G13, R24, R30). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """A roll-out without enough signals of the readiness check and without a pilot that is to be scaled."""
    grounds, needed = spec.grounds, spec.policy.matching.roll_out_signals
    if spec.kind != "roll_out":
        return
    held = set(grounds.signals) if grounds else set()
    decided = grounds is not None and grounds.pilot is not None and grounds.scale_decided_on is not None
    if len(held) >= needed or decided:
        return
    if grounds is None:
        reason = "A roll-out needs grounds."
    elif grounds.pilot is not None:
        reason = f"The pilot {grounds.pilot} is named without the day of the decision to scale."
    else:
        reason = f"{len(held)} of the eight signals hold; a roll-out needs {needed}."
    yield Finding(
        ("grounds",),
        "G13",
        reason,
        f"List {needed} or more `signals`, or name the closed `pilot` with `scale_decided_on`; or start it "
        "with kind: pilot.",
    )


def warnings(spec: CohortSpec) -> Iterator[Finding]:
    """Grounds that nobody asks for, and a decision that is still to come."""
    grounds = spec.grounds
    if grounds is not None and grounds.scale_decided_on and grounds.scale_decided_on > spec.starts_on:
        yield Finding(
            ("grounds", "scale_decided_on"),
            "G13",
            f"The decision to scale ({grounds.scale_decided_on}) comes after the charter goes out.",
            "Check the day.",
        )

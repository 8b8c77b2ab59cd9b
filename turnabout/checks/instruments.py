"""What can be wrong with the instruments that a cohort's waves ask. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding, Path
from turnabout.instruments import NEEDED, Instrument

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec

BANNED = ("gallup", "q12")
"""Instruments that nobody may ask here, whatever the file says of its licence."""
MANY = 15
"""Questions in a wave above which a reader is told that it is not light any more (R58)."""


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """Instruments that may not be asked, and measures that the baseline needs (R55)."""
    for index, instrument in enumerate(spec.instruments):
        yield from instrument_problems(instrument, ("instruments", index))
    names = Counter(instrument.id for instrument in spec.instruments)
    for name in (name for name, count in names.items() if count > 1):
        yield Finding(("instruments",), "R59", f"{name} stands there {names[name]} times.", "Keep one.")
    if not spec.policy.measurement.waves:
        return
    measured = {item.measure for instrument in spec.instruments for item in instrument.items}
    for measure in NEEDED:
        if measure not in measured:
            yield Finding(
                ("instruments",),
                "R55",
                f"No item asks for {measure}.",
                "Add `house`, or an item with this measure.",
            )


def instrument_problems(instrument: Instrument, path: Path = ()) -> Iterator[Finding]:
    """What is wrong with one instrument, which stands at `path` of a spec."""
    said = f"{instrument.id} {instrument.name} {instrument.source} {instrument.licence}".lower()
    if any(word in said for word in BANNED):
        yield Finding(
            path, "R58", "Gallup's items may not be used here.", "Use `house`, or an instrument of your own."
        )
    names = Counter(item.id for item in instrument.items)
    for name in (name for name, count in names.items() if count > 1):
        yield Finding((*path, "items"), "R59", f"{names[name]} items have the id {name}.", "Name them apart.")
    for position, item in enumerate(instrument.items):
        if item.yes_no and any(one.measure == item.measure and not one.yes_no for one in instrument.items):
            yield Finding(
                (*path, "items", position),
                "R59",
                f"{item.measure} mixes ratings with yes and no.",
                "Give the yes-or-no item a measure of its own.",
            )
    for measure in instrument.rescaled:
        if all(item.measure != measure for item in instrument.items):
            yield Finding((*path, "rescaled"), "R59", f"No item measures {measure}.", "Remove it.")


def warnings(spec: CohortSpec) -> Iterator[Finding]:
    """A wave that is long."""
    count = sum(len(instrument.items) for instrument in spec.instruments)
    if count > MANY:
        yield Finding(
            ("instruments",), "R58", f"A wave asks {count} questions.", "Fewer are answered by more people."
        )

"""What of confidential answers may be told, held against all that was told before (section 6). Pure.

A line whose group has changed by fewer than k since it was last told stands as it was told then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from projections.statistics.audit import Link
from projections.statistics.disclosure import Cell, Partition, Scale, Shown, Told, publish
from turnabout.kpi import Disclosed, Figure

Key = tuple[str, str, str]


class Guard:
    """Decides for one publication. `disclosed` grows by what it tells."""

    def __init__(self, k: int, before: Iterable[Disclosed] = (), figures: Iterable[Figure] = ()) -> None:
        self.k = k
        self.disclosed = list(before)
        self._old = {figure.key: figure for figure in figures}

    def told(
        self,
        measure: str,
        groups: Sequence[Mapping[str, Mapping[str, float]]],
        scale: Scale | None,
        k: int | None = None,
        link: Link | None = None,
    ) -> dict[str, Told]:
        """What may be told of each group: `groups` holds partitions, the whole first, each a mapping from a
        group's name to the value of every unknown in it (`statistics/unknowns`). Measures that differ in
        what follows the first word only, such as a wave, are a series."""
        offered = [
            Partition(measure, tuple(Cell(name, values) for name, values in cells.items()))
            for cells in groups
        ]
        before = [_shown(one) for one in self.disclosed if one.measure == measure]
        kind = measure.partition(" ")[0]
        series = [
            _shown(one)
            for one in self.disclosed
            if one.measure != measure and one.measure.partition(" ")[0] == kind
        ]
        k = self.k if k is None else k
        found = publish(offered, scale, k, before, series=series, link=link)
        for one in found:
            if one.shown is not None and not one.held and one.shown not in before:
                self.disclosed.append(_disclosed(measure, one.shown))
        return {one.name: one for one in found}

    def line(
        self, told: Sequence[Told], make: Callable[[], Figure], blank: Figure, *, exactly: bool = False
    ) -> Figure:
        """The line made of these groups; as it was, where one of them stands as of earlier; else `blank`,
        where one may not be told (or not `exactly`)."""
        if any(one.shown is None or one.held for one in told):
            return self._old_one(blank.key) or blank
        if exactly and any(one.shown is not None and one.shown.bound != "exact" for one in told):
            return blank
        return make()

    def _old_one(self, key: Key) -> Figure | None:
        old = self._old.get(key)
        if old is None or (old.value is None and old.verdict in {"suppressed", "not yet"}):
            return None
        flags = tuple(dict.fromkeys((*old.flags, "stands as of earlier")))
        return Figure.model_validate({**old.model_dump(), "flags": flags})


def _shown(one: Disclosed) -> Shown:
    return Shown(one.name, frozenset(one.people), one.low, one.high, one.bound)


def _disclosed(measure: str, one: Shown) -> Disclosed:
    return Disclosed(
        measure=measure,
        name=one.name,
        people=tuple(sorted(one.unknowns)),
        low=one.low,
        high=one.high,
        bound=one.bound,
    )

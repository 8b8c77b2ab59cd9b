"""The quick dashboard (R86): at most three tiles and a line on the quality of the data. Pure.

It shows what was published and computes nothing: whatever it told beyond that, day by day, could be taken
from what was told before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from turnabout import kpi_units, kpi_words
from turnabout.kpi import Figure, Verdict
from turnabout.kpi_series import tabled
from turnabout.kpi_words import day
from turnabout.model import Model
from turnabout.results.kpis import KpiReport

SAYS: dict[Verdict, str] = {
    "better": "Better: the whole interval lies on the good side of nought.",
    "worse": "Worse: the whole interval lies on the bad side of nought.",
    "cannot tell yet": "Cannot tell yet: the numbers fit a gain as well as a loss.",
    "descriptive only": "Describes this cohort; it is compared with nothing.",
    "not yet": "Not yet: its time is not over, or too little of it was watched.",
    "suppressed": "Suppressed: too few people or pairs to tell without telling of one. This is not 0.",
}
NOTHING = "Nothing to show yet."


class Tile(Model):
    """A number that matters now: its `value` in words (None: there is none yet), its `interval` with what
    that is, and what it says."""

    title: str
    kpi: str
    what: str
    window: str
    value: str | None
    share: str | None
    interval: str | None
    n: int | None
    missing: float | None
    verdict: Verdict
    says: str
    notes: str


class Dashboard(Model):
    """A cohort at a glance, as of its newest publication."""

    cohort: str
    number: int
    as_of: date
    tiles: Annotated[tuple[Tile, ...], Field(max_length=3)]
    quality: str


def dashboard(report: KpiReport) -> Dashboard:
    """Progress towards the goals, safety (or engagement where no pulse has closed) and the tied metric, of
    what everybody may read."""
    lines = [one for one in tabled(report.figures) if one.audience == "everyone"]
    chosen = (
        ("Progress towards goals", _progress(lines)),
        ("Safety and engagement", _last(lines, "K8") or _named(lines, "K2", "mean change")),
        ("The tied metric", _metric(lines)),
    )
    tiles = tuple(tile(title, one) for title, one in chosen if one is not None)
    return Dashboard(
        cohort=report.cohort,
        number=report.number,
        as_of=report.as_of,
        tiles=tiles,
        quality=" ".join(quality(report, lines, tiles)),
    )


def tile(title: str, one: Figure) -> Tile:
    """A line as a tile."""
    empty = one.value is None and one.verdict not in {"suppressed", "not yet"}
    return Tile(
        title=title,
        kpi=one.kpi,
        what=one.what,
        window=one.window,
        value=kpi_units.value(one),
        share=kpi_words.share(one),
        interval=kpi_units.named_interval(one),
        n=one.n,
        missing=one.missing,
        verdict=one.verdict,
        says=NOTHING if empty else SAYS[one.verdict],
        notes=kpi_words.notes(one),
    )


def quality(report: KpiReport, lines: Sequence[Figure], tiles: Sequence[Tile] = ()) -> Iterable[str]:
    """What a reader must know of the data: how old they are, what is unknown, left out or not final."""
    yield f"As published for {day(report.as_of)} (publication {report.number}); what came later is not in it."
    known = [f"{kpi_units.percent(one.missing)} in {one.kpi}" for one in tiles if one.missing is not None]
    if known:
        yield f"Unknown: {', '.join(known)}."
    for count, words in (
        (sum(one.verdict == "suppressed" for one in lines), "suppressed"),
        (sum("window still open" in one.flags for one in lines), "may still change"),
        (sum("stands as of earlier" in one.flags for one in lines), "kept from an earlier publication"),
    ):
        if count:
            yield f"{count} of {len(lines)} lines {words}."


def _progress(lines: Sequence[Figure]) -> Figure | None:
    """Goals attained once that is settled; until then how both partners rate their progress."""
    attained = _named(lines, "K6", "goals attained")
    if attained is not None and "window still open" not in attained.flags:
        return attained
    rated = [one for one in lines if (one.kpi, one.what) == ("K7", "progress, all")]
    return _last(rated, "K7") or attained


def _metric(lines: Sequence[Figure]) -> Figure | None:
    """That of the cohort; where it is insufficient, that of the pairs."""
    own, pairs = (_named(lines, "K12", f"tied metric, {which}") for which in ("cohort", "mean of pairs"))
    return pairs if (own is None or own.value is None) and pairs is not None and pairs.n != 0 else own


def _last(lines: Sequence[Figure], kpi: str) -> Figure | None:
    """The last wave that is told; where none is, the last."""
    waves = [one for one in reversed(lines) if one.kpi == kpi]
    return next((one for one in waves if one.verdict != "suppressed"), waves[0] if waves else None)


def _named(lines: Sequence[Figure], kpi: str, what: str) -> Figure | None:
    return next((one for one in lines if (one.kpi, one.what) == (kpi, what)), None)

"""The quick dashboard: three published lines at most, in words, and how good the data are (R86, G19)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tests.kpi.published import report
from turnabout import kpi_units
from turnabout.dashboard import NOTHING, Dashboard, dashboard, tile
from turnabout.kpi import Figure
from turnabout.results import KpiReport

SEEDS = range(500, 530)
HALF_WAY = datetime(2026, 5, 5, tzinfo=UTC)


def of(*lines: Figure) -> Dashboard:
    plain = report(500)
    return dashboard(KpiReport.model_validate({**dict(plain), "figures": lines}))


def test_r86_three_tiles_at_most_each_a_published_line() -> None:
    words = set()
    for seed in SEEDS:
        for now in (HALF_WAY, datetime(2027, 6, 1, tzinfo=UTC)):
            found, made = report(seed, now), None
            made = dashboard(found)
            assert 1 <= len(made.tiles) <= 3
            by_key = {one.key: one for one in found.figures}
            for one in made.tiles:
                line = by_key[one.kpi, one.what, one.window]
                assert line.audience == "everyone"
                assert one.value == kpi_units.value(line)
                assert (one.n, one.verdict) == (line.n, line.verdict)
                words.add(one.verdict)
            assert str(found.as_of.year) in made.quality
    assert {"suppressed", "descriptive only"} <= words


def test_r86_there_is_no_room_for_a_fourth() -> None:
    made = dashboard(report(500))
    four = (*made.tiles, *made.tiles)[:4]
    with pytest.raises(ValidationError):
        Dashboard(cohort="q", number=1, as_of=made.as_of, tiles=four, quality="-")


def test_goals_count_once_they_are_settled_and_until_then_what_partners_say() -> None:
    assert dashboard(report(501)).tiles[0].kpi == "K6"
    early = [dashboard(report(seed, HALF_WAY)).tiles[0].kpi for seed in SEEDS]
    assert "K7" in early


def test_suppressed_is_a_word_and_no_number() -> None:
    hidden = [one for seed in SEEDS for one in dashboard(report(seed)).tiles if one.verdict == "suppressed"]
    assert hidden
    for one in hidden:
        assert (one.value, one.share, one.interval, one.n) == ("suppressed", None, None, None)
        assert "This is not 0" in one.says


def line(kpi: str, what: str, **more: object) -> Figure:
    return Figure.model_validate(
        {"kpi": kpi, "what": what, "window": "-", "method": "-", "n": 9, "value": 0.5, **more}
    )


def test_what_is_for_the_lead_alone_is_on_no_dashboard() -> None:
    made = of(line("K8", "safe pairs"), line("K8", "safe pairs, lead's", audience="lead"))
    assert [one.what for one in made.tiles] == ["safe pairs"]


def test_without_a_pulse_engagement_stands_in_and_the_pairs_for_the_cohort() -> None:
    nothing = {"value": None, "n": 0}
    made = of(
        line("K2", "mean change", value=4.25, low=-1, high=9.5),
        line("K12", "tied metric, cohort", flags=("insufficient",), **nothing),
        line("K12", "tied metric, mean of pairs", value=0.35, verdict="better"),
    )
    assert [(one.kpi, one.value, one.interval) for one in made.tiles] == [
        ("K2", "+4.2 points", f"95 % interval {kpi_units.MINUS}1.0 to 9.5 points"),
        ("K12", "+35 %", None),
    ]
    assert made.tiles[1].says.startswith("Better")
    assert tile("-", line("K12", "tied metric, cohort", **nothing)).says == NOTHING


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (line("K1", "share that stays, minus controls", value=-0.083), f"{kpi_units.MINUS}8 points"),
        (line("K9", "would recommend it", flags=("at least",), value=0.9), "at least 90 %"),
        (line("K7", "progress, all", value=3.92), "3.9 of 5"),
        (line("K11", "days from charter to kickoff", value=43), "43 days"),
        (line("K16", "net return", value=-12345.67), f"{kpi_units.MINUS}12,346"),
        (line("K2", "mean change", value=-0.04), "0.0 points"),
    ],
)
def test_numbers_stand_in_the_unit_that_people_think_in(one: Figure, said: str) -> None:
    assert kpi_units.value(one) == said

"""The report tells all that was published and nothing that was not, in no form (R84, G19, R110)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise

import pytest

from projections.kpi.folds import facts
from projections.kpi.report import publication
from tests.kpi.lives import Life
from tests.kpi.published import report
from tests.report.reading import Element, numbers, read
from turnabout import kpi_units
from turnabout.kpi import Figure
from turnabout.kpi_series import STAYS_CONTROL, STAYS_PROGRAM, WEEKLY, series, tabled
from turnabout.report import cohort_report, program_report
from turnabout.report.goals import goals
from turnabout.report.picture import Axis
from turnabout.report.retention import BOTTOM, LEFT, RIGHT, TOP
from turnabout.results import KpiReport

SEEDS = range(500, 516)
ENGAGED = ("house.energy", "house.meaning", "house.voice")
HALF_WAY = datetime(2026, 5, 5, tzinfo=UTC)


@lru_cache
def page(seed: int, *, sponsor: bool = False) -> Element:
    return read(cohort_report(report(seed), sponsor=sponsor))


def picture(found: Element, name: str) -> Element | None:
    return next((one for one in found.all("svg") if f"{name}-title" in one.at["aria-labelledby"]), None)


def other(like: KpiReport, *figures: Figure) -> KpiReport:
    return like.model_copy(update={"figures": figures})


def test_every_published_line_is_there_with_value_interval_n_and_verdict() -> None:
    for seed in SEEDS:
        rows = [row for row in page(seed).all("tr", role="row") if row.at.get("class")]
        lines = tabled(report(seed).figures)
        assert len(rows) == len(lines)
        for row, line in zip(rows, lines, strict=True):
            assert f"{line.what} {line.window}".casefold() in row.text.casefold()
            assert row.text.count(line.verdict) >= 1
            for said in (kpi_units.value(line), kpi_units.interval(line), line.n):
                assert said is None or str(said) in row.text, line.key


def test_g19_a_suppressed_line_has_no_number() -> None:
    hidden = 0
    for seed in SEEDS:
        for row in page(seed).all("tr", look="untold"):
            cells = [cell.text for cell in row.all("td")]
            assert cells[:5] == ["suppressed", "-", "-", "-", "suppressed"]
            assert not re.search(r"\d", cells[5])
            hidden += 1
    assert hidden > 50


def engaged(seed: int, before: int, after: int) -> str:
    """The report of the life in which all answer alike."""
    log = []
    for one in Life(seed).log:
        if one.type == "cohort.survey_answered" and one.data["answers"]:
            given = before if one.data["wave"] == "baseline" else after
            answers = {
                **one.data["answers"],
                **dict.fromkeys(("house.energy", "house.meaning", "house.voice"), given),
            }
            log.append(one.model_copy(update={"data": {**one.data, "answers": answers}}))
        else:
            log.append(one)
    found = facts(log)
    assert found is not None
    made = publication(found, datetime(2027, 6, 1, tzinfo=UTC), "lea")
    return cohort_report(other(report(seed), *made.figures))


def test_g19_whatever_suppressed_answers_were_the_file_is_the_same_to_the_byte() -> None:
    """So no word, coordinate or order in it hangs on them. Who all went from one end to the other is not told
    of."""
    for seed in (500, 504):
        assert picture(page(seed), "engagement") is not None, "told, as it happened"
        pages = {engaged(seed, before, after) for before, after in ((1, 5), (5, 1))}
        assert len(pages) == 1
        (only,) = pages
        assert picture(read(only), "engagement") is None
        assert "Suppressed" in only


def test_k6_a_bound_is_said_without_an_interval_and_suppressed_means_are_no_number() -> None:
    seen = set()
    for seed in SEEDS:
        lines = {one.what: one for one in report(seed).figures if one.kpi == "K6"}
        words = goals(report(seed).figures).says
        assert "None" not in words
        reached, mean = lines["goals attained"], lines["mean T of goals"]
        if reached.value is not None:
            assert ("95 % interval" in words.partition("Mean T")[0]) is (reached.low is not None)
            bounds = {"at least", "at most"} & set(reached.flags)
            assert words.startswith(tuple(one.capitalize() for one in bounds)) or not bounds
            seen |= bounds | {mean.verdict}
    assert seen >= {"at least", "suppressed"}


def levels(one: Figure) -> list[float]:
    return [end for end in (one.low, one.value, one.high) if end is not None]


def test_g19_a_curve_is_made_of_told_points_alone() -> None:
    """Whoever measures the picture gets the published numbers back, and no other."""
    drawn = 0
    for seed in SEEDS:
        svg = picture(page(seed), "retention")
        told = {
            look: [(at, one) for at, one in series(report(seed).figures, what) if one.value is not None]
            for look, what in (("program", STAYS_PROGRAM), ("control", STAYS_CONTROL))
        }
        assert (svg is None) is not any(told.values())
        if svg is None:
            continue
        last = max(points[-1][0] for points in told.values() if points)
        ticks = [int(one.text.split()[0]) for one in svg.all("text", look="tick") if one.text.endswith("%")]
        days, shares = Axis(0, max(last, 90), LEFT, RIGHT), Axis(min(ticks) / 100, 1, BOTTOM, TOP)
        for look, points in told.items():
            corners = [(at, end) for at, one in points for end in levels(one)]
            corners += [(at, end) for (_, one), (at, _) in pairwise(points) for end in levels(one)]
            known = {(days.at(at), shares.at(end)) for at, end in corners}
            for path in svg.all("path", look=look):
                xy = numbers(path.at["d"])
                found = set(zip(xy[::2], xy[1::2], strict=True))
                assert all(any(abs(x - a) + abs(y - b) < 0.02 for a, b in known) for x, y in found), seed
                drawn += 1
    assert drawn > 20


def test_g19_a_suppressed_week_has_the_same_mark_whatever_it_was_like() -> None:
    marks, seen = set(), 0
    for seed in SEEDS:
        svg = picture(page(seed), "sessions")
        weeks = series(report(seed).figures, WEEKLY)
        if svg is None:
            assert all(one.figure.value is None for one in weeks)
            continue
        hidden = list(svg.all("rect", look="hidden"))
        assert len(hidden) == sum(one.figure.value is None for one in weeks)
        assert len(list(svg.all("rect", look="filled"))) == sum(one.figure.value is not None for one in weeks)
        marks |= {(one.at["y"], one.at["height"]) for one in hidden}
        seen += len(hidden)
    assert seen > 3
    assert len(marks) == 1


def test_r110_what_is_for_the_lead_changes_nothing_of_a_sponsors_report() -> None:
    plain = report(502)
    without = other(plain, *(one for one in plain.figures if one.audience == "everyone"))
    told = cohort_report(plain, sponsor=True)
    assert told == cohort_report(without, sponsor=True)
    assert picture(read(told), "sessions") is None
    assert "K10" not in told
    assert picture(page(502), "sessions") is not None


def test_it_asks_for_nothing_and_runs_nothing() -> None:
    for text in (cohort_report(report(500)), program_report("acme", [report(500), report(501)])):
        found = read(text)
        assert not list(found.all("script"))
        for one in ("a", "link", "svg", "image", "use", "img", "iframe"):
            for element in found.all(one):
                for name in ("href", "src", "xlink:href"):
                    assert element.at.get(name, "#").startswith(("#", "data:,"))
        assert not re.search(r"https?://|url\(|@import|javascript:|\son\w+=", text)
        names = [
            element.at["id"]
            for tag in ("h2", "h3", "title", "desc")
            for element in found.all(tag)
            if "id" in element.at
        ]
        assert len(names) == len(set(names))
        for link in found.all("a"):
            assert link.at["href"].removeprefix("#") in names


def test_every_picture_has_words_and_a_table() -> None:
    for seed in SEEDS:
        found = page(seed)
        figures = list(found.all("figure"))
        assert len(figures) == 4
        for svg in found.all("svg"):
            name = svg.at["aria-labelledby"].split()[0].removesuffix("-title")
            assert svg.at["role"] == "img"
            assert next(svg.all("title")).text
            assert next(svg.all("desc")).text
            assert [one for one in found.all("table") if one.at.get("aria-labelledby") == f"{name}-table"]
        for one in figures:
            assert next(one.all("figcaption")).text


def test_what_people_wrote_is_text() -> None:
    days = date(2026, 3, 3), date(2026, 5, 26)
    text = cohort_report(report(500), "<script>alert(1)</script> & Co", days)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in text
    assert "3 March 2026 to 26 May 2026" in text


def test_an_old_publication_without_curves_says_so() -> None:
    plain = report(500)
    text = read(cohort_report(other(plain, *tabled(plain.figures)))).text
    assert "Not in this publication. The next one will hold it." in text


@pytest.mark.parametrize("seed", [500, 503, 507])
def test_half_way_and_with_nothing_at_all_there_is_a_page(seed: int) -> None:
    assert "At a glance" in read(cohort_report(report(seed, HALF_WAY))).text
    assert "All numbers" in read(cohort_report(other(report(seed)))).text


def test_the_verdicts_stand_in_words_beside_what_they_mean() -> None:
    text = page(500).text
    for one in report(500).figures:
        assert one.verdict in text
        for flag in one.flags:
            assert flag in text
    assert "Kaplan and Meier (1958)" in text
    assert "goal attainment scaling" in text


def test_a_program_shows_each_cohort_that_tells_and_names_those_that_do_not() -> None:
    reports = [report(seed) for seed in range(500, 508)]
    found = read(program_report("acme", reports))
    svg = picture(found, "stays")
    assert svg is not None
    told = [
        one
        for each in reports
        for one in each.figures
        if (one.what, one.window) == ("share that stays, minus controls", "365 days")
        and one.value is not None
    ]
    assert 0 < len(told) < len(reports)
    assert len(list(svg.all("circle"))) == len(told)
    assert [one.text for one in svg.all("text")].count("not told") == len(reports) - len(told)
    hidden = [other(one, *(line for line in one.figures if line.audience == "everyone")) for one in reports]
    assert program_report("acme", reports, sponsor=True) == program_report("acme", hidden, sponsor=True)

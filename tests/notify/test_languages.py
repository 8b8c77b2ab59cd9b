"""A language is a folder: people read what it has in it, and the rest in English, dates included (R82)."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import TemplateNotFound

from activities.languages import FOLDER, STANDARD, Templates
from activities.letters import Letter, render

DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)
GERMAN = """\
weekdays = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
  "November", "Dezember"]
day = "{weekday}, {day}. {month} {year}"
moment = "{date}, {time} Uhr ({zone})"
[words]
"the kickoff" = "der Auftakt"
"""


@pytest.fixture
def two(tmp_path: Path) -> Templates:
    """What ships, and a German that knows one message."""
    shutil.copytree(FOLDER, tmp_path / "templates")
    german = tmp_path / "templates" / "de"
    german.mkdir()
    (german / "language.toml").write_text(GERMAN, encoding="utf-8")
    (german / "_letter.txt.j2").write_text(
        "Guten Tag {{ recipient }},\n\n{% block body required %}{% endblock %}"
    )
    (german / "duty_due.txt.j2").write_text(
        '{% extends "_letter.txt.j2" %}\n'
        "{% block subject %}Ihr Einsatz: {{ values.duty | word }}{% endblock %}\n"
        "{% block body %}Bis {{ values.closes_at | when }}.{% endblock %}\n",
        encoding="utf-8",
    )
    return Templates(tmp_path / "templates")


def read(templates: Templates, template: str, language: str) -> Letter:
    values = {"duty": "the kickoff", "closes_at": "2026-03-13T16:00:00+00:00"}
    return render(
        template,
        recipient="Ada",
        zone="Europe/Berlin",
        stream="cohort-q3",
        due_at=DUE,
        values=values,
        language=language,
        templates=templates,
    )


@pytest.mark.parametrize("language", ["de", "de-at", "DE"])
def test_a_message_is_read_in_the_language_of_its_reader(two: Templates, language: str) -> None:
    letter = read(two, "duty_due", language)
    assert letter.subject == "Ihr Einsatz: der Auftakt"
    assert letter.body == "Guten Tag Ada,\n\nBis Freitag, 13. März 2026, 17:00 Uhr (Europe/Berlin).\n"
    assert (letter.language, letter.html.splitlines()[1]) == ("de", '<html lang="de">')


@pytest.mark.parametrize(
    ("template", "language"), [("duty_overdue", "de"), ("duty_due", "fr"), ("duty_due", "den")]
)
def test_what_a_language_lacks_comes_whole_in_english(two: Templates, template: str, language: str) -> None:
    assert read(two, template, language) == read(STANDARD, template, "en")


def test_another_text_has_another_digest_and_so_has_another_frame(two: Templates, tmp_path: Path) -> None:
    before = two.find("duty_due.txt.j2", "de").digest
    assert before != two.find("duty_due.txt.j2", "en").digest
    (tmp_path / "templates" / "de" / "_letter.txt.j2").write_text(
        "Hallo {% block body required %}{% endblock %}"
    )
    assert Templates(tmp_path / "templates").find("duty_due.txt.j2", "de").digest != before


@pytest.mark.parametrize("tag", STANDARD.shipped)
def test_every_language_that_ships_writes_every_day_and_time(tag: str) -> None:
    language = STANDARD.find("_letter.txt.j2", tag).language
    days = {language.day(date(2026, month, day)) for month in range(1, 13) for day in range(1, 8)}
    assert len(days) == 84
    assert "Asia/Kolkata" in language.moment(DUE, ZoneInfo("Asia/Kolkata"))


def test_an_unknown_template_is_an_error(two: Templates) -> None:
    with pytest.raises(TemplateNotFound):
        two.find("no_such_message.txt.j2", "de")

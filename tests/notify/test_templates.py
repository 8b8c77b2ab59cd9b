"""Every message can be written whatever the values are, and the neutral ones give nothing away."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError, UndefinedError, meta

from activities.languages import FOLDER, STANDARD
from activities.letters import Letter, render, sample
from events.templates import STEWARD_ONLY, TEMPLATES

KNOWN = {"recipient", "cohort", "cohort_name", "pair", "item", "due_at", "values", "ways"}
VALUES = st.dictionaries(
    st.sampled_from(
        [
            *("starts_at", "closes_at", "due_at", "number", "duty", "item", "cohort_name", "partner", "more"),
            *("days", "limit", "days_left", "hours", "minutes"),
        ]
    ),
    st.none()
    | st.integers()
    | st.text(max_size=40)
    | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
    | st.dates().map(lambda day: day.isoformat()),
)
REVEALING = re.compile(
    r"\b(un)?saf(e|ety)\b|concern|worr[iy]|problem|issue|risk|\bred\b|amber|level|rat(ed|ing)|score|answer|pulse"
    r"|survey|question|feedback|steward|report|compla|incident|investigat|because|reason|\bwhy\b|\bdue\b|trust"
    r"|conflict|sorry|unfortunate|harm|hurt|pause|suspend|\bstop|confiden|\blow|trouble|difficult|wrong|alert"
)
DUE = datetime(2026, 3, 2, 8, tzinfo=UTC)


def write(template: str, recipient: str = "Ada", zone: str = "Europe/Berlin", **values: Any) -> Letter:
    return render(template, recipient=recipient, zone=zone, stream="pair-q3-07", due_at=DUE, values=values)


def test_each_message_has_its_template_and_no_other_exists() -> None:
    files = {path.name.removesuffix(".txt.j2") for path in FOLDER.glob("en/[a-z]*.txt.j2")}
    assert files == set(TEMPLATES)
    assert {path.name.removesuffix(".txt.j2") for path in FOLDER.glob("*/[a-z]*.txt.j2")} <= files


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=12)
@given(
    recipient=st.text(min_size=1, max_size=30),
    zone=st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]),
    stream=st.sampled_from(["pair-q3-07", "pair-q3-eu-07", "cohort-q3"]),
    values=VALUES,
)
def test_every_template_can_be_filled(
    template: str, recipient: str, zone: str, stream: str, values: dict[str, object]
) -> None:
    letter = render(template, recipient=recipient, zone=zone, stream=stream, due_at=DUE, values=values)
    assert letter.subject == " ".join(letter.subject.split())
    assert letter.body.startswith("Hello")
    assert letter.body.endswith("\n")
    assert (
        "None" not in render(template, recipient="Ada", zone=zone, stream=stream, due_at=DUE, values={}).body
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_uses_only_what_is_promised(template: str) -> None:
    for tag in STANDARD.shipped:
        found = STANDARD.find(f"{template}.txt.j2", tag)
        source = found.language.loader.get_source(found.language.environment, found.file)[0]
        assert meta.find_undeclared_variables(found.language.environment.parse(source)) <= KNOWN


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("tag", STANDARD.shipped)
def test_every_message_can_be_read_in_every_language_that_ships(tag: str, template: str) -> None:
    letter = sample(template, tag)
    assert letter.language in {tag, "en"}
    assert letter.subject
    assert f'lang="{letter.language}"' in letter.html


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_subject_never_names_the_person(template: str) -> None:
    assert "Zebulon" not in write(template, "Zebulon").subject
    assert "Zebulon" in write(template, "Zebulon").body


@pytest.mark.parametrize("template", ["routine_check_in", "check_in_over"])
def test_a_check_in_says_nothing_but_that_it_is_one(template: str) -> None:
    letter = write(template)
    assert not REVEALING.findall(f"{letter.subject} {letter.body}".lower())


@pytest.mark.parametrize("template", ["routine_check_in", "check_in_over"])
@given(values=VALUES.map(lambda values: {**values, "cohort_name": None}))
def test_a_check_in_is_the_same_whatever_the_engine_knows(template: str, values: dict[str, Any]) -> None:
    assert write(template, **values) == write(template)


@pytest.mark.parametrize("template", sorted(STEWARD_ONLY))
@given(secret=st.from_regex(r"[A-Z]{12}", fullmatch=True))
def test_what_the_steward_reads_leads_to_the_pair_and_quotes_nothing(template: str, secret: str) -> None:
    letter = write(template, text=secret, rating=secret, respondent=secret, level=secret, item=secret)
    verb = "concerns" if template == "concern_received" else "show"
    assert f"turnabout pair {verb} q3-07" in letter.body
    assert secret not in letter.subject + letter.body


def test_the_page_says_what_the_text_says_and_runs_nothing() -> None:
    letter = write("concern_received", recipient="<script>alert(1)</script>", cohort_name="R&D <b>")
    assert "<script>" not in letter.html
    assert "<b>" not in letter.html
    told = re.sub(r"<(style|title)>.*?</\1>|<[^>]+>", " ", letter.html.partition("</head>")[2])
    assert unescape(told).split() == letter.body.split()
    assert (
        re.findall(r"<pre[^>]*>(.*)</pre>", letter.html)[0] == "turnabout pair concerns q3-07 --actor YOUR-ID"
    )


def test_the_lead_hears_of_an_overdue_pause_in_neutral_words() -> None:
    letter = write("pause_overdue")
    text = f"{letter.subject} {letter.body}".lower()
    assert "routine check-in" in text
    assert set(REVEALING.findall(text.replace("steward", ""))) == set()


def test_instants_are_read_in_the_recipients_zone() -> None:
    letter = write(
        "session_reminder", zone="America/New_York", starts_at="2026-03-10T13:00:00+00:00", number=4
    )
    assert letter.subject == "Your next session: Tuesday 10 March 2026, 09:00 (America/New_York)"
    text = " ".join(letter.body.split())
    assert "Session 4 is coming up on Tuesday 10 March 2026, 09:00 (America/New_York)." in text
    assert text.endswith("Turnabout, q3 (pair q3-07)")


def words(template: str, **values: Any) -> str:
    """The body on one line."""
    return " ".join(write(template, **values).body.split())


def test_partners_read_with_whom_and_when_they_begin() -> None:
    text = words("match_confirmed", partner="Bo Lind", starts_at="2026-03-03T09:00:00+00:00")
    assert "you and Bo Lind are a pair" in text
    assert "The joint kickoff is on Tuesday 3 March 2026, 10:00 (Europe/Berlin)." in text
    late = words("match_confirmed", partner="Bo Lind")
    assert "joint kickoff is" not in late, "it has been held"
    assert "a make-up of it" in late


def test_the_lead_reads_only_of_ways_that_exist() -> None:
    """A decided midpoint takes no other decision; before and after the close the words differ."""
    assert "end-pair" in words("midpoint_defaulted")
    assert "new partners" not in words("midpoint_defaulted")
    assert "will soon be over" in words("next_cohort_due")
    assert "This cohort is closed" in words("next_cohort_late")
    few = words("too_few_pairs", pairs=0, pairs_needed=4)
    assert "Matching is over with none of the 4 pairs that are needed. The kickoff waits" in few


def test_days_need_no_zone() -> None:
    assert "by Friday 13 March 2026" in " ".join(write("charter_due", closes_at="2026-03-13").body.split())


def test_a_name_cannot_break_out_of_its_line() -> None:
    letter = write("prepare_pair", "Ada\r\nBcc: everybody@example.org")
    assert letter.body.splitlines()[0] == "Hello Ada Bcc: everybody@example.org,"


def test_an_unknown_name_and_an_undefined_variable_are_errors() -> None:
    with pytest.raises(TemplateError):
        write("no_such_message")
    with pytest.raises(UndefinedError):
        STANDARD.find("memo_due.txt.j2").language.environment.from_string("{{ rating }}").render()

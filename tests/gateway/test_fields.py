"""What a browser sends, as the command's values: days and times by the clock of who sends them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from turnabout.commands.base import Command
from turnabout.commands.cohort_offices import ReplaceSteward
from turnabout.commands.cohort_rounds import RankShortlist
from turnabout.commands.pair_practice import RecordExperiment
from turnabout.commands.pair_preparation import ProposeGoal
from turnabout.commands.pair_sessions import RescheduleSession
from workers.gateway import render
from workers.gateway.fields import TWICE, Field, Form, Option
from workers.gateway.words import in_words

BERLIN = ZoneInfo("Europe/Berlin")
MOVE = Form(RescheduleSession, (Field("starts_at", "When?", "datetime"),), fixed={"number": 3})


def told(text: str, zone: ZoneInfo = BERLIN) -> Command | dict[str, str]:
    return MOVE.command_of(MOVE.read({"starts_at": [text]}), zone)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2027-03-01T09:00", datetime(2027, 3, 1, 8, tzinfo=UTC)),
        ("2027-03-01T09:00:30", datetime(2027, 3, 1, 8, 0, 30, tzinfo=UTC)),
        ("2027-07-01T09:00", datetime(2027, 7, 1, 7, tzinfo=UTC)),
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # comes twice: the first
        ("2027-03-28T03:00", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ],
)
def test_a_day_and_time_is_meant_by_the_senders_clock(text: str, at: datetime) -> None:
    assert told(text) == RescheduleSession(number=3, starts_at=at)


def test_the_clock_is_that_of_the_zone() -> None:
    at = datetime(2027, 3, 1, 3, 30, tzinfo=UTC)
    assert told("2027-03-01T09:00", ZoneInfo("Asia/Kolkata")) == RescheduleSession(number=3, starts_at=at)


def test_a_time_that_does_not_exist_is_refused_in_clear_words() -> None:
    answer = told("2027-03-28T02:30")
    assert answer == {
        "starts_at": "The clocks go forward on 2027-03-28: there is no 02:30 then in Europe/Berlin. "
        "Choose another time."
    }


@pytest.mark.parametrize("text", ["tomorrow", "2027-03-01T25:00", "2027-03-01T09:00Z", "9999-12-31T23:59"])
def test_what_is_no_day_and_time_is_refused(text: str) -> None:
    answer = told(text, ZoneInfo("America/New_York"))
    assert isinstance(answer, dict)
    assert answer["starts_at"]


def test_nothing_sent_is_asked_for_again() -> None:
    assert told("") == {"starts_at": "Please answer this."}


PEOPLE = tuple(Option(one, one) for one in ("p-1", "p-2", "p-3"))
RANK = Form(RankShortlist, (Field("mentors", "In which order?", "rank", options=PEOPLE),))


def ranked(**places: str) -> Command | dict[str, str]:
    sent = {f"mentors.p-{number[1:]}": [place] for number, place in places.items()}
    return RANK.command_of(RANK.read(sent), BERLIN)


def test_an_order_is_read_and_who_is_left_out_is_left_out() -> None:
    assert ranked(p1="3", p2="", p3="1") == RankShortlist(mentors=("p-3", "p-1"))


def test_an_order_in_which_two_share_a_place_is_refused_and_shown_as_it_was() -> None:
    assert ranked(p1="1", p2="2", p3="1") == {"mentors": TWICE}


SIZE = Form(ProposeGoal, (Field("baseline", "Today", "number"),), fixed={"statement": "-", "metric": "posts"})


@pytest.mark.parametrize(
    ("typed", "read"), [("1200", 1200), ("12,5", 12.5), ("0.125", 0.125), ("1234.5", 1234.5), ("-3", -3)]
)
def test_a_number_is_read_with_either_point(typed: str, read: float) -> None:
    assert SIZE.read({"baseline": [typed]})["baseline"] == read


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1.200", "This reads as two numbers. Write 1200 or 1.2."),
        ("1,450", "This reads as two numbers. Write 1450 or 1.45."),
        ("1.200,5", "Write a number in digits, such as 1200 or 12.5."),
        ("many", "Write a number in digits, such as 1200 or 12.5."),
    ],
)
def test_what_may_be_in_thousands_is_asked_for_again(typed: str, told: str) -> None:
    values = SIZE.read({"baseline": [typed]})
    assert values["baseline"] == typed, "the page shows it as it was typed"
    assert SIZE.command_of(values, BERLIN) == {"baseline": told}


LEFT = (Field("left", "Who left?"), Field("state", "How does the pair end?"))


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (
            "Nobody is named who left. Name them in `left`.",
            "Nobody is named who left. Name them in “Who left”.",
        ),
        ("Say it in the sentence, or give the day (`due_on`).", "Say it in the sentence, or give the day."),
        ("Move single ones with reschedule_session.", "Move single ones with “reschedule session”."),
        ("p-001 is not in this pair.", "p-001 is not in this pair."),
    ],
)
def test_a_refusal_reads_without_names_of_the_machine(told: str, read: str) -> None:
    assert in_words(told, LEFT) == read


TRIED = Form(
    RecordExperiment,
    (
        Field("metric", "What did you count?"),
        Field(
            "variants",
            "What did you try?",
            "rows",
            columns=(Field("name", "Name"), Field("exposures", "Seen", "number")),
            rows=3,
        ),
    ),
    fixed={"direction": "increase"},
)
OFFICE = Form(
    ReplaceSteward,
    (Field("to", "The new one", "group", columns=(Field("id", "Who?"), Field("timezone", "Where?"))),),
)


@pytest.mark.parametrize(
    ("form", "sent", "faulty"),
    [
        (TRIED, {"variants.1.name": "long", "variants.1.exposures": "many"}, ["What did you try? 1: Seen"]),
        (OFFICE, {"to.id": "p-1"}, ["The new one: Where?"]),
        (OFFICE, {"to.id": "P 1", "to.timezone": "Europe/Berlin"}, ["The new one: Who?"]),
        (OFFICE, {}, ["The new one"]),
    ],
)
def test_what_is_wrong_within_rows_and_groups_is_named_where_it_stands(
    form: Form, sent: dict[str, str], faulty: list[str]
) -> None:
    values = form.read({name: [value] for name, value in sent.items()})
    wrong = form.command_of(values, BERLIN)
    assert isinstance(wrong, dict)
    assert [label for _, label in form.faulty(wrong)] == faulty
    shown = {"form": form, "given": values, "wrong": wrong, "marks": (), "press": ""}
    page = render.page(
        "form_page.html.j2",
        {"forms": [shown], "closed": None, "told": "", "saved": False, "notice": "", "action": "/here"}
        | {"intro": "", "visit": None, "page": {"of": "", "name": ""}},
    )
    ((name, _),) = form.faulty(wrong)
    assert f'id="{form.id}-{name}-fault"'.encode() in page.body
    assert f'href="#{form.id}-{name}"'.encode() in page.body

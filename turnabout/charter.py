"""The charter as a draft from a cohort's spec: one page that the executive sponsor signs (R26-R29). Pure.

People stand in it by their ids, so the signed text may stay in the log for ever. What is signed is the text
that the sponsor sends with `sign_charter`; the draft is only a proposal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Literal, NamedTuple

from turnabout import schedule
from turnabout.errors import Rejected
from turnabout.spec import CohortSpec

Area = Literal["charter", "operations", "measurement", "relevance", "uptake"]
Office = Literal["executive sponsor", "lead (HR or Talent Operations)", "business sponsor"]


class Responsibility(NamedTuple):
    """Who answers for an area, and what that means."""

    area: Area
    office: Office
    means: str


MATRIX: tuple[Responsibility, ...] = (
    Responsibility("charter", "executive sponsor", "signs this page and stands behind it in public"),
    Responsibility("operations", "lead (HR or Talent Operations)", "invites, matches and keeps the calendar"),
    Responsibility("measurement", "lead (HR or Talent Operations)", "runs the waves and reports the KPIs"),
    Responsibility("relevance", "business sponsor", "sees that goals serve a real need of the business"),
    Responsibility(
        "uptake", "business sponsor", "frees time for those who take part, and puts results to use"
    ),
)
"""The responsibility matrix (R29): each area has one owner."""

TITLES = {"cpo": "Chief People Officer", "chro": "Chief HR Officer", "business_head": "head of the business"}


def draft(spec: CohortSpec) -> str:
    """The charter in Markdown. Raises Rejected (R26) where the spec's own words are too many for the page."""
    text = "\n\n".join(_parts(spec)) + "\n"
    words, limit = len(text.split()), spec.rules.charter.max_words
    if words > limit:
        raise Rejected(
            "R26",
            f"the charter would have {words} words; {limit} fit on its page.",
            hint="Shorten the names of KPIs, metric and objectives.",
        )
    return text


def owner(spec: CohortSpec, one: Responsibility) -> tuple[Office, str]:
    """Who answers for it in this cohort, by office and id: without a business sponsor the executive sponsor
    does."""
    if one.office == "lead (HR or Talent Operations)":
        return one.office, spec.lead.id
    if one.office == "business sponsor" and spec.business_sponsor is not None:
        return one.office, spec.business_sponsor.id
    return "executive sponsor", spec.sponsor.id


def _parts(spec: CohortSpec) -> Iterator[str]:
    shape, most = spec.shape, spec.rules.matching.max_pairs
    kind = "A pilot" if spec.kind == "pilot" else "A roll-out cohort"
    yield f"# Charter: {spec.name}"
    yield "## What it is for"
    yield _bullets([*spec.objectives, *([spec.aim] if spec.aim else [])] or ["learning across generations"])
    yield (
        "In reverse mentoring a junior teaches and a senior leader learns; in return the leader opens doors "
        "and explains how decisions are made."
    )
    yield "## What will happen"
    yield (
        f"{kind} of at most {most} pairs over {shape.weeks} weeks, from the kickoff on "
        f"{_day(spec.kickoff_on)} to {_day(spec.ends_on)}. Each pair agrees on one goal that can be measured "
        f"and meets {_rhythm(shape.interval_weeks)} for {shape.session_minutes} minutes. Half-way every pair "
        "is reviewed: it goes on, gets a new partner, or graduates. Everyone joins of their own free will; "
        "mentees choose, mentors consent."
    )
    yield "## How we will know"
    yield _bullets(f"{kpi.id}: {kpi.name} ({kpi.outcome})" for kpi in spec.kpis)
    metric = spec.priority_metric
    yield (
        f"The priority metric is {metric.name} (in {metric.unit}, to {metric.direction}; source: "
        f"{metric.source}). A figure is published only where enough people stand behind it; where the data "
        "does not tell yet, we say so."
    )
    yield "## What the sponsor promises"
    yield _bullets(_duties(spec))
    yield "## Who answers for what"
    yield _bullets(_answers(spec))
    yield "## What everyone may rely on"
    yield (
        "What is said in a pair stays there. Sponsors see no pair's data. Answers to surveys never reach a "
        "performance or succession system. Whoever is worried turns to the safety steward, "
        f"`{spec.steward.id}`, and to nobody else."
    )
    yield "## Signature"
    title = TITLES[spec.sponsor.title]
    yield f"`{spec.sponsor.id}`, {title}, signs this charter and commits to these duties."


def _duties(spec: CohortSpec) -> Iterator[str]:
    """The duties with their days (R28, T12)."""
    rules, week = spec.rules, spec.shape.decision_week
    due = schedule.duties_due(spec, rules, week)
    opens = schedule.checkpoint_opens(spec, rules, week)
    thanks = schedule.recognition_prompt(spec, rules, spec.kickoff_on)
    yield f"to be at the kickoff on {_day(spec.kickoff_on)}, all {rules.kickoff.minutes} minutes of it"
    until = _of(spec, due.checkpoint)
    yield f"to hold the mid-pilot checkpoint from {_of(spec, opens)} on and before {until}"
    yield (
        "to thank the leaders who take part in public: soon after the kickoff "
        f"({_of(spec, thanks)}), and again by {_of(spec, due.recognition)}"
    )
    if due.closing is not None:
        yield f"to hold the closing checkpoint by {_of(spec, due.closing)}"


def _answers(spec: CohortSpec) -> Iterator[str]:
    """The matrix with this cohort's people (R29)."""
    for one in MATRIX:
        office, person = owner(spec, one)
        yield f"{one.area}: the {office}, `{person}`, who {one.means}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _rhythm(weeks: int) -> str:
    return "every week" if weeks == 1 else f"every {weeks} weeks"


def _of(spec: CohortSpec, at: datetime) -> str:
    return _day(schedule.day_of(spec, at))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

"""What must hold of a cohort's whole life, whoever did what: judged from the log, not from what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from activities.letters import render
from events.chase import Chasing, Escalated, Reminded
from events.templates import STEWARD_ONLY
from tests.rules.bdd import RULES
from tests.rules.whole.saying import SECRET
from tests.rules.whole.town import Town
from turnabout import calendar
from turnabout.commands.pair_terms import Terms
from turnabout.eligibility import exclusion, is_eligible
from turnabout.spec import CohortSpec

SEALED_NAMES = frozenset(
    {"progress", "safety", "recommend", "attainability", "note", "worked", "improve", "text"}
)
"""What fields with answers are called; no effect has one."""

OFFICES = frozenset({"cohort.lead_handed_over", "cohort.sponsor_replaced", "cohort.steward_replaced"})
"""The events after which somebody else holds an office."""


def it_ends(town: Town) -> None:
    """Every stream came to an end: the cohort archived or cancelled, every pair wound up."""
    assert town.over
    assert town.cohort.state.phase in {"archived", "cancelled"}
    for name, pair in town.pairs.items():
        ends = [event.type for _, event in town.of(name) if event.type == "pair.ended"]
        memos = [event.type for _, event in town.of(name) if event.type.startswith("pair.memo_")]
        assert len(ends) == len(memos) == 1, f"{name}: {ends}, {memos}, {pair.state.life}"


def pairs_may_be(town: Town, spec: CohortSpec) -> None:
    """G10, G11, G12, R9, R42: no two are a pair who may not be, and nobody is in too many."""
    known = {person.id: person for person in spec.people}
    living: dict[str, tuple[str, str]] = {}
    former: set[tuple[str, str]] = set()
    willing: set[str] = set()
    for _, event in town.of(f"cohort-{spec.id}"):
        told: Any = event
        match event.type:
            case "cohort.person_joined":
                willing.add(told.person)
            case "cohort.person_declined" | "cohort.person_withdrew" | "cohort.person_exited":
                willing.discard(told.person)
            case "cohort.reporting_line_changed":
                known[told.person] = known[told.person].model_copy(update={"reports_to": told.reports_to})
            case "cohort.pair_end_noted":
                former.add(living.pop(told.pair))
                willing -= set(told.left)
            case "cohort.pair_arranged":
                two = told.terms.mentor, told.terms.mentee
                mentor, mentee = known[two[0]], known[two[1]]
                assert mentor.level < mentee.level
                assert exclusion(mentor, mentee, spec.policy, spec.kickoff_on) is None
                assert is_eligible(mentor)
                assert is_eligible(mentee)
                assert willing >= set(two), f"{two} are not both willing"
                assert two not in former, f"{two} are a pair again"
                living[told.pair] = two
                load = Counter(person for pair in living.values() for person in pair)
                assert load[two[0]] <= 2
                assert load[two[1]] <= 1


def nudges_are_few(town: Town) -> None:
    """G20: at most three nudges for one person on one occasion of an item, over all its revisions."""
    occasions: dict[tuple[str, str], int] = {}
    count: Counter[tuple[str, str, int, str]] = Counter()
    for one in town.log:
        if isinstance(one.event, Reminded):
            occasion = occasions[one.stream, one.event.item]
            count.update((one.stream, one.event.item, occasion, person) for person in one.event.to)
        if isinstance(one.event, Chasing):
            occasions |= {(one.stream, chase.item): chase.occasion for chase in one.event.opens}
    assert max(count.values(), default=0) <= 3, count.most_common(1)


def nobody_is_reminded_at_night(town: Town, spec: CohortSpec) -> None:
    """R108: whoever is reminded or told is at work then, where they live."""
    zones = {one.id: one.timezone for one in spec.people}
    zones |= {one.id: one.timezone for one in (spec.lead, spec.sponsor, spec.steward)}
    for one in town.log:
        told: Any = one.event
        if one.event.type in OFFICES:
            zones[told.to.id] = told.to.timezone
        if isinstance(one.event, Reminded | Escalated):
            for person in told.to:
                seen = calendar.local(one.at, zones[person])
                good = calendar.is_working(one.at, zones[person], spec.holidays, 8, 18)
                assert good, f"{person} gets {told.template} of {told.item} at {seen}"


def memos_precede_the_close(town: Town, spec: CohortSpec) -> None:
    """G9: when the cohort closes, every pair that it ever had has a memo or a waiver."""
    formed: set[str] = set()
    wound_up: set[str] = set()
    for one in town.log:
        if one.event.type == "pair.formed":
            formed.add(one.stream)
        elif one.event.type in {"pair.memo_filed", "pair.memo_waived"}:
            wound_up.add(one.stream)
        elif one.event.type == "cohort.closed":
            assert formed == wound_up, f"{formed - wound_up} have no memo"


def refusals_name_a_rule(town: Town) -> None:
    """Every refusal names a rule of the catalog or of the engine, and says what to do."""
    for one in town.refused:
        rule = one.rejection.rule
        assert rule in RULES, f"{one.command.type} is refused by {rule}"
        assert one.rejection.hint
        assert SECRET not in str(one.rejection)


def secrets_stay(town: Town) -> None:
    """G6, G16: no answer, note or concern in an effect, in what Temporal shows, or outside a sealed field."""
    for _, stream, effect in town.effects:
        text = effect.model_dump_json()
        assert SECRET not in text, f"{stream}: {text}"
        values = getattr(effect, "values", None) or {}
        assert not SEALED_NAMES & set(_names(values)), f"{stream}: {values}"
    assert not [summary for summary in town.summaries if SECRET in summary]
    for one in town.log:
        open_fields = one.event.model_dump_json(exclude=set(one.event.sealed_fields()))
        assert SECRET not in open_fields, f"{one.event.type} shows {open_fields}"


def letters_reach_the_right(town: Town, spec: CohortSpec) -> None:
    """G21, R73, R110: a sponsor reads nothing of a pair, and only a steward reads of a concern."""
    sponsors, stewards = {spec.sponsor.id}, {spec.steward.id}
    for one in town.log:
        told: Any = one.event
        sponsors |= {told.to.id} if one.event.type == "cohort.sponsor_replaced" else set()
        stewards |= {told.to.id} if one.event.type == "cohort.steward_replaced" else set()
    for letter in town.letters:
        if letter.to in sponsors:
            assert letter.stream.startswith("cohort-"), f"the sponsor gets {letter.template}"
            assert "pair-" not in str(letter.values)
        if letter.template in STEWARD_ONLY:
            assert letter.to in stewards, f"{letter.to} gets {letter.template}"


def letters_can_be_written(town: Town) -> None:
    """Every kind of letter finds in its values what its template asks for."""
    for letter in {(one.template, tuple(sorted(one.values))): one for one in town.letters}.values():
        written = render(
            letter.template,
            recipient="Ada",
            zone="Asia/Tokyo",
            stream=letter.stream,
            due_at=letter.at,
            values=letter.values,
        )
        assert written.subject
        assert written.html


def surveys_are_spaced(town: Town) -> None:
    """G17, R58: no two waves reach one person within seven days; the pairs of one person share a wave."""
    asked: dict[str, list[tuple[datetime, str]]] = {}
    for name, terms in _terms(town).items():
        for at, event in town.of(name):
            told: Any = event
            if event.type in {"pair.pulse_opened", "pair.endpoint_opened"}:
                wave = f"pulse of week {told.week}" if event.type == "pair.pulse_opened" else "endpoint"
                for person in (terms.mentor, terms.mentee):
                    asked.setdefault(person, []).append((at, wave))
    for at, event in town.of(next(name for name in town.streams if name.startswith("cohort-"))):
        told = event
        if event.type in {"cohort.survey_opened", "cohort.survey_extended"}:
            for person in told.people:
                asked.setdefault(person, []).append((getattr(told, "asks_at", at), told.wave))
    for person, waves in asked.items():
        for (first, one), (second, other) in pairwise(sorted(waves)):
            far = (second.date() - first.date()).days >= 7
            assert far or one == other, f"{person}: {one} at {first}, {other} at {second}"


def _terms(town: Town) -> dict[str, Terms]:
    formed: Iterator[tuple[str, Any]] = ((one.stream, one.event) for one in town.log)
    return {stream: event.terms for stream, event in formed if event.type == "pair.formed"}


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _names(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names(inner)

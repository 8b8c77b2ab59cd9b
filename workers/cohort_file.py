"""Writes the tables of docs/cohort-file.md from the models: `python -m workers.cohort_file`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from turnabout import cells, consent, instruments, prompts, spec
from turnabout.contact import Contact
from turnabout.evidence import words
from turnabout.kpi_names import KPIS
from turnabout.load import RULES
from turnabout.mapping import FIELDS, FieldName
from turnabout.model import Key, Line, PersonId, Rating, Text
from turnabout.policy import Policy
from turnabout.presets import LENGTHS, preset, preset_policy

PAGE = Path(__file__).parents[1] / "docs" / "cohort-file.md"
BEGIN, END = "<!-- fields: begin -->", "<!-- fields: end -->"

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("`lead`, `steward`, `business_sponsor`, and each of `support_contacts`", spec.Staff),
    ("`sponsor`", spec.Sponsor),
    ("Each of `kpis`", spec.Kpi),
    ("`priority_metric`", spec.Metric),
    ("Each of `people`", spec.Participant),
    ("Each of a person's `gaps`", spec.Gap),
    ("`grounds`", spec.Grounds),
    ("`consent`", consent.Consent),
    ("Each of `prompts`", prompts.OwnPrompt),
    ("Each of `instruments`", instruments.Instrument),
    ("Each of an instrument's `items`", instruments.Item),
)
"""What has fields of its own, in the order of the page."""

KINDS: tuple[tuple[Any, str], ...] = (
    (PersonId, "id"),
    (Key, "id"),
    (Line, "text in a line"),
    (Text, "text"),
    (Rating, "1-5"),
    (spec.LocalTime, "hour and minute"),
    (spec.HolidayPlace, "country or region"),
    (bool, "yes or no"),
    (int, "whole number"),
    (date, "date, `2027-01-25`"),
    (str, "text"),
)
"""What a value is, as people say it, by its type."""

SEVERAL = cells.IDS | cells.LISTS | {"gaps"}
"""Columns whose cells hold lists."""
_RULE = re.compile(r"\s*\(((?:[A-Z]\d+(?:, )?)+)\)$")


def tables() -> str:
    """All that follows from the models, as Markdown."""
    parts = ["## Fields", "", *_fields(spec.CohortSpec)]
    for title, model in SECTIONS:
        parts += ["", f"### {title}", "", *_fields(model)]
    parts += ["", "## Columns of people.csv", "", *_columns(), "", "## Presets", "", *_presets()]
    parts += [
        "",
        "## KPIs",
        "",
        "[The KPIs](kpis.md) says how each is counted.",
        "",
        "| Id | Says |",
        "|---|---|",
    ]
    parts += [f"| `{name}` | {says} |" for name, says in KPIS.items()]
    parts += ["", "## Instruments of the house", "", "| Id | Asks |", "|---|---|"]
    for name, one in instruments.REGISTRY.items():
        parts.append(f"| `{name}` | {one.name}: {' '.join(item.text for item in one.items)} |")
    return "\n".join([*parts, "", "## Policy", "", *_policy()])


def with_tables(page: str) -> str:
    """The page with the tables of today between its two marks."""
    marks = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return marks.sub(lambda _: f"{BEGIN}\n{tables()}\n{END}", page, count=1)


def _fields(model: type[BaseModel]) -> Iterator[str]:
    yield from ("| Field | Takes | Default | Meaning | Rule |", "|---|---|---|---|---|")
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        meaning, rule = _meaning(name if model is spec.CohortSpec else "", field)
        yield f"| `{name}` | {_takes(hints[name])} | {_default(field)} | {meaning} | {rule} |"


def _meaning(name: str, field: FieldInfo) -> tuple[str, str]:
    """What a field means, and the ids of its rules."""
    text = field.description or ""
    found = _RULE.search(text)
    if found:
        return text[: found.start()], found.group(1)
    extra = field.json_schema_extra
    rule = extra.get("rule", "") if isinstance(extra, dict) else ""
    return text, str(rule) or RULES.get(name, "")


def _takes(kind: Any) -> str:
    for known, said in KINDS:
        if kind == known:
            return said
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _takes(inside[0])
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inside)
    if origin is tuple:
        return f"list: {_takes(inside[0])}"
    if origin is dict:
        return f"fields: {_takes(inside[0])} to {_takes(inside[1])}"
    if origin is Union or type(None) in inside:
        return " or ".join(_takes(one) for one in inside if one is not type(None))
    return "its own fields, below"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value in (None, (), {}):
        return "unset" if value is None else "none"
    if value == (instruments.HOUSE,):
        return "`house`"
    return "the house's" if isinstance(value, Policy) else f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return f"[{', '.join(map(_plain, value))}]"
        case time():
            return f"{value:%H:%M}"
    return str(value)


def _columns() -> Iterator[str]:
    yield from ("| Column | Needed | A cell says | Meaning |", "|---|---|---|---|")
    for name in FIELDS:
        field = spec.Participant.model_fields.get(name) or Contact.model_fields[name]
        yield f"| `{name}` | {_needed(name)} | {_cell(name)} | {_meaning('', field)[0]} |"


def _needed(name: FieldName) -> str:
    if name in {"id", "email"}:
        return "one of `id` and `email`"
    if name == "name":
        return "for letters"
    field = spec.Participant.model_fields.get(name)
    if field is None or not field.is_required():
        return "no"
    return "yes" if name in {"role", "timezone"} else "mentors and mentees"


def _cell(name: FieldName) -> str:
    text = cells.FIXES.get(name, "A text in a line.").replace("|", "\\|")
    return f"{text} Separate several by \\| or ;." if name in SEVERAL and "separated" not in text else text


def _presets() -> Iterator[str]:
    yield "| Preset | Weeks | A session | Pulse in week | Decision | Circles in week | Policy that it sets |"
    yield "|---|---|---|---|---|---|---|"
    for name, (shortest, longest, usual) in LENGTHS.items():
        shape = preset(name)
        span = f"{usual}" if shortest == longest else f"{shortest} to {longest}, {usual} unless told"
        every = "week" if shape.interval_weeks == 1 else f"{shape.interval_weeks} weeks"
        yield (
            f"| `{name}` | {span} | every {every}, {shape.session_minutes} minutes | "
            f"{_numbers(shape.pulse_weeks)} | week {shape.decision_week} | {_numbers(shape.circle_weeks)} | "
            f"{', '.join(_set_by(name)) or '-'} |"
        )
    yield from ("", "What a pair leaves behind in each phase, at the usual length (R66):", "")
    yield from ("| Preset | Phase | Weeks | Evidence |", "|---|---|---|---|")
    for name in LENGTHS:
        for phase in preset(name).phases:
            left = ", ".join(map(words, phase.evidence))
            yield f"| `{name}` | {phase.name} | {phase.first_week}-{phase.last_week} | {left} |"


def _numbers(weeks: Sequence[int]) -> str:
    return ", ".join(map(str, weeks))


def _set_by(name: str) -> Iterator[str]:
    """What a preset sets in the policy whatever the file says, as `group.value: number`."""
    ours, theirs = Policy(), preset_policy(name, Policy())
    for group in Policy.model_fields:
        before, after = getattr(ours, group), getattr(theirs, group)
        if isinstance(before, BaseModel) and before != after:
            for field in type(before).model_fields:
                if getattr(before, field) != getattr(after, field):
                    yield f"`{group}.{field}: {_plain(getattr(after, field))}`"


def _policy() -> Iterator[str]:
    yield from ("| Value | Default | Meaning | Rule |", "|---|---|---|---|")
    for group, field in Policy.model_fields.items():
        value = field.default
        if not isinstance(value, BaseModel):
            meaning, rule = _meaning("", field)
            yield f"| `{group}` | {_default(field)} | {meaning} | {rule} |"
            continue
        for name, one in type(value).model_fields.items():
            meaning, rule = _meaning("", one)
            yield f"| `{group}.{name}` | {_default(one)} | {meaning} | {rule} |"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

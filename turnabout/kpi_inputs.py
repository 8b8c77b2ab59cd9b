"""Which events a KPI is made of, and what may be said of each: so that any number can be followed back. Pure.

What somebody answered is sealed, and who answered which pair's question is theirs to know: of such an event
only its position, its time and its wave are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from turnabout.kpi import Figure, Flag
from turnabout.model import Model
from turnabout.results.kpis import KpiReport
from turnabout.results.log import LoggedEvent

Fields = tuple[str, ...]
Feeds = Mapping[str, Fields]

_PAIRS: Feeds = {
    "pair.formed": ("terms.mentor", "terms.mentee"),
    "pair.activated": (),
    "pair.ended": ("state",),
}
_ARMS: Feeds = {
    **_PAIRS,
    "cohort.kickoff_held": ("held_on",),
    "cohort.control_group_frozen": ("n", "rule"),
    "cohort.comparison_refused": ("reason",),
}
_EMPLOYMENT: Feeds = {
    **_ARMS,
    "cohort.employment_observed": ("person", "on", "what", "level", "source"),
    "cohort.employment_corrected": ("corrects", "person", "on", "what", "level", "source", "reason"),
}
_WAVES: Feeds = {
    **_ARMS,
    "cohort.survey_opened": ("wave", "form", "comparable"),
    "cohort.survey_answered": ("wave", "late"),
}
_RATINGS: Feeds = {
    **_PAIRS,
    "pair.pulse_answered": ("wave",),
    "pair.pulse_closed": ("wave",),
    "pair.endpoint_answered": (),
    "pair.endpoint_closed": (),
}
_SESSIONS: Feeds = {
    **_PAIRS,
    "pair.resumed": (),
    "pair.extended": ("weeks",),
    "pair.pause_announced": (),
    "pair.session_rescheduled": ("number", "starts_at"),
    "pair.sessions_moved": (),
    "pair.session_held": ("number",),
    "pair.session_missed": ("number", "unlogged"),
    "pair.session_corrected": ("number", "held"),
    "pair.sessions_cancelled": ("numbers",),
}
_METRIC: Feeds = {"cohort.metric_observed": ("pair", "metric", "on", "value", "exposures", "source")}
FEEDS: Mapping[str, Feeds] = {
    "K1": _EMPLOYMENT,
    "K2": _WAVES,
    "K3": {**_WAVES, "cohort.intake_answered": ()},
    "K4": _EMPLOYMENT,
    "K5": {
        **_PAIRS,
        "pair.insight_recorded": ("number",),
        "pair.decision_implemented": ("insight",),
        "pair.decision_measured": ("insight", "outcome"),
    },
    "K6": {
        **_PAIRS,
        "pair.goal_accepted": ("number",),
        "pair.outcome_recorded": ("attainment",),
        "pair.outcome_corrected": ("attainment",),
    },
    "K7": _RATINGS,
    "K8": _RATINGS,
    "K9": _RATINGS,
    "K10": _SESSIONS,
    "K11": {"cohort.charter_signed": ("version",), "cohort.kickoff_held": ("held_on", "days_since_charter")},
    "K12": {**_PAIRS, **_METRIC, "cohort.kickoff_held": ("held_on",)},
    "K13": {
        "cohort.sponsorship_committed": ("duties",),
        "cohort.duty_rescheduled": ("duty", "due_at"),
        "cohort.duty_fulfilled": ("duty", "on_time"),
        "cohort.duty_missed": ("duty",),
        "cohort.duty_corrected": ("duty", "state"),
    },
    "K14": {**_PAIRS, "pair.memo_filed": (), "pair.memo_waived": ("reason",)},
    "K15": {
        "pair.formed": ("terms.mentor", "terms.mentee", "terms.assigned"),
        "cohort.match_proposed": ("round", "solve"),
    },
    "K16": {
        **_EMPLOYMENT,
        **_SESSIONS,
        **_METRIC,
        "cohort.kickoff_held": ("held_on",),
        "cohort.make_up_attended": ("person",),
        "cohort.attendance_corrected": ("person", "attended"),
    },
}
"""By KPI the types of events that it counts, beside the plan, and the fields that may be shown of each."""
SEALED = frozenset(
    {"cohort.survey_answered", "pair.pulse_answered", "pair.endpoint_answered", "cohort.intake_answered"}
)
"""Events of which it is not told whose they are."""


HELD: Flag = "stands as of earlier"


class InputLine(Model):
    """An event that a KPI counted. `what` holds the fields that may be shown."""

    position: int
    occurred_at: datetime
    stream: str
    event: str
    what: str


class Counted(Model):
    """What a line of the newest publication counts: the log up to `up_to`, as publication `number` did."""

    what: str
    window: str
    number: int
    up_to: int


def counted(kpi: str, publications: Sequence[KpiReport]) -> tuple[Counted, ...]:
    """Of each line of a KPI that the newest publication tells, in which one it was counted: a line that
    stands as of earlier counts nothing that came since. Publications are in their order, at least one."""
    lines = [one for one in publications[-1].figures if one.kpi == kpi and one.value is not None]
    return tuple(_counted(line, publications) for line in lines)


def _counted(line: Figure, publications: Sequence[KpiReport]) -> Counted:
    counting = publications[0]
    for one in reversed(publications):
        told = next((figure for figure in one.figures if figure.key == line.key), None)
        if told is None or HELD not in told.flags:
            counting = one
            break
    return Counted(what=line.what, window=line.window, number=counting.number, up_to=counting.up_to)


def inputs_of(kpi: str, events: Iterable[LoggedEvent], up_to: int) -> tuple[InputLine, ...]:
    """The events that a KPI counted, up to a log position, in their order."""
    feeds = {"cohort.planned": (), **FEEDS[kpi]}
    return tuple(
        InputLine(
            position=one.position,
            occurred_at=one.occurred_at,
            stream="sealed" if one.type in SEALED else one.stream,
            event=one.type,
            what=_what(one.data, feeds[one.type]),
        )
        for one in sorted(events, key=lambda one: one.position)
        if one.type in feeds and one.position <= up_to
    )


def _what(data: Mapping[str, Any], fields: Fields) -> str:
    told = [(name.rpartition(".")[2].replace("_", " "), _value(data, name)) for name in fields]
    return ", ".join(f"{name} {value}" for name, value in told if value is not None)


def _value(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {entry}" for key, entry in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ") if isinstance(value, str) and "_" in value else value

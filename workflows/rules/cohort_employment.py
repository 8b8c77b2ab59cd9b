"""What HR tells of people's employment, and how it is put right (K1, K4, R103). Pure.

Nothing is won by the order of lists: a row that contradicts what is recorded is refused with all others of
its kind, and the lead says which is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from events.base import Event
from events.cohort_corrections import EmploymentCorrected
from events.cohort_measurement import EmploymentObserved
from turnabout import schedule
from turnabout.commands.cohort_corrections import CorrectEmployment
from turnabout.commands.cohort_measurement import Employment, RecordEmployment
from turnabout.errors import Rejected
from workflows.rules.cohort_observations import some
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

GONE: Final = frozenset({"voluntary_exit", "involuntary_exit", "transfer"})
TOLD = 20
"""Rows that a refusal names."""
LIST = "`turnabout employment list` shows what is recorded, with numbers."


def record_employment(state: CohortState, command: RecordEmployment, moment: Moment) -> list[Event]:
    """Record what HR knows; what was recorded once is left out, also where it was corrected since."""
    strangers = [row.person for row in command.rows if row.person not in state.roster]
    if strangers:
        raise Rejected(
            "R84",
            f"{some(strangers)} is not on the roster of this cohort.",
            hint="Correct the ids, or leave these rows out.",
        )
    _refuse_days_to_come(state, command.rows, moment)
    known = state.measurement
    fresh = {row.key: row for row in command.rows if row.key not in known.told}
    if not fresh:
        raise Rejected("R107", "all of it is recorded already.", hint="Nothing to do.")
    rows = tuple(fresh.values())
    if not moment.lenient:
        about = {row.person for row in rows}
        facts = {number: fact for number, fact in known.employment.items() if fact.person in about}
        against = [(row, said) for row in rows for said in _against(state, row, facts)]
        among = [(row, f"{_said(other)} stands in the list, too") for row, other in _among(state, rows)]
        _refuse((*against, *among))
    return [EmploymentObserved.model_validate({**row.model_dump(), "by": moment.actor.id}) for row in rows]


def correct_employment(state: CohortState, command: CorrectEmployment, moment: Moment) -> list[Event]:
    """Say what was so instead of an observation, or that nothing of it was."""
    known = state.measurement.employment
    old = known.get(command.replaces)
    if old is None:
        raise Rejected("R84", f"number {command.replaces} is no observation that holds.", hint=LIST)
    if command.person not in {None, old.person}:
        raise Rejected("R84", f"number {command.replaces} is not about {command.person}.", hint=LIST)
    new = None
    if command.what is not None:
        new = Employment(
            person=old.person,
            on=command.on or old.on,
            what=command.what,
            level=command.level,
            source=command.source or old.source,
        )
        _refuse_days_to_come(state, (new,), moment)
        if new.key == old.key:
            raise Rejected("R84", f"{_said(old)} is what is recorded.", hint="Nothing to correct.")
        rest = {number: row for number, row in known.items() if number != command.replaces}
        again = next((number for number, row in rest.items() if row.key == new.key), None)
        if again is not None:
            hint = "Leave `what` out: then the wrong one is taken back."
            raise Rejected("R84", f"{_said(new)} is recorded as number {again}.", hint=hint)
        _refuse([(new, said) for said in _against(state, new, rest)])
    return [
        EmploymentCorrected(
            corrects=command.replaces,
            person=old.person,
            on=new.on if new else None,
            what=new.what if new else None,
            level=new.level if new else None,
            source=new.source if new else old.source,
            by=moment.actor.id,
            reason=command.reason,
        )
    ]


def _refuse_days_to_come(state: CohortState, rows: Iterable[Employment], moment: Moment) -> None:
    today = schedule.day_of(state.spec, moment.now)
    ahead = [row.person for row in rows if row.on > today]
    if ahead:
        raise Rejected("R84", f"a day of {some(ahead)} is in the future.", hint="Record what has happened.")


def _refuse(contradictions: Iterable[tuple[Employment, str]]) -> None:
    told = [f"{_said(row)}, but {said}" for row, said in contradictions]
    if not told:
        return
    more = f"; and {len(told) - TOLD} more" if len(told) > TOLD else ""
    raise Rejected(
        "R84",
        f"it contradicts what is recorded: {'; '.join(told[:TOLD])}{more}.",
        hint="Where the record is wrong, correct it by its number (`turnabout employment correct NUMBER`, or "
        "on the lead's page). Where the row is wrong, or somebody came back, leave it out. Then go on.",
    )


def _against(state: CohortState, row: Employment, known: Mapping[int, Employment]) -> Iterator[str]:
    for number, fact in known.items():
        if _contradict(state, row, fact):
            yield f"number {number} says {fact.what} on {fact.on} ({fact.source})"


def _among(state: CohortState, rows: tuple[Employment, ...]) -> Iterator[tuple[Employment, Employment]]:
    """Rows of one list that cannot both be so."""
    by_person: dict[str, list[Employment]] = {}
    for row in rows:
        earlier = by_person.setdefault(row.person, [])
        yield from ((row, other) for other in earlier if _contradict(state, row, other))
        earlier.append(row)


def _contradict(state: CohortState, one: Employment, other: Employment) -> bool:
    """Whether both cannot be so: of one day there is one leaving and one level; from the kickoff on somebody
    leaves once and is not seen at work after that. Who left before it had come back."""
    if one.person != other.person:
        return False
    leavings = [fact for fact in (one, other) if fact.what in GONE]
    if one.on == other.on:
        return len(leavings) == 2 or one.what == other.what == "level_change"
    if not leavings or min(fact.on for fact in leavings) < state.spec.kickoff_on:
        return False
    return len(leavings) == 2 or max(one.on, other.on) > leavings[0].on


def _said(row: Employment) -> str:
    return f"{row.person}, {row.what} on {row.on}"


RULES: Rules[CohortState] = {
    RecordEmployment: record_employment,
    CorrectEmployment: correct_employment,
}

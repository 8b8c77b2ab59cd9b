"""The cohort's people as the tests need them: they also say what nobody else may read, and try what is not
allowed."""

from __future__ import annotations

from collections.abc import Iterator

from events.contracts import StoredEvent
from tests.e2e.cohort import script, small_cohort
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import CloseCohort
from turnabout.commands.pair_care import RaiseConcern
from turnabout.commands.pair_pulse import AnswerPulse, DecideMidpoint
from turnabout.commands.pair_sessions import LogSession
from workers.demo.cast import Action, Cast

MARK = "quokka from Rottnest Island"
"""In every confidential text, and nowhere else."""

WORKED = f"What the {MARK} drew on the board"
IMPROVE = f"The {MARK} should let me finish"
NOTE = f"A {MARK} told me about the reorganisation"
CONCERN = f"The {MARK} shouts at me"
WORRIED = 4
"""The number of the pair in which the mentee speaks to the steward."""


def candid_people() -> CandidCast:
    """Everybody in the small cohort."""
    return CandidCast(small_cohort(), script())


class CandidCast(Cast):
    """Confides in the engine, and asks for four things that a rule refuses: the kickoff before the charter, a
    session in a pause, the close before the memos, and the decision of somebody else."""

    def _notice_in_cohort(self, event: StoredEvent) -> Iterator[Action]:
        yield from super()._notice_in_cohort(event)
        lead = self.spec.lead.id
        if event.type == "cohort.planned":
            yield self._act(event, lead, self._kickoff(), 1)
        elif event.type == "cohort.closing_began":
            yield self._act(event, lead, CloseCohort(), 1)

    def _notice_in_pair(self, event: StoredEvent) -> Iterator[Action]:
        yield from super()._notice_in_pair(event)
        terms = self.pairs[event.stream]
        if event.type == "pair.paused":
            yield self._act(event, terms.mentor, LogSession(number=4), 5)
        elif event.type == "pair.session_held" and event.data["number"] == 2 and terms.number == WORRIED:
            concern = RaiseConcern(text=CONCERN, about_safety=False)
            yield self._act(event, terms.mentee, concern, 2)
        elif event.type == "pair.midpoint_opened":
            decision = DecideMidpoint(decision="graduate", reason="We are done.")
            yield self._act(event, terms.mentee, decision, 1)

    def _read_mail(self, event: StoredEvent, template: str, person: str) -> Iterator[Action]:
        for action in super()._read_mail(event, template, person):
            yield Action(action.at, action.stream, action.actor, _confided(action.command), action.insist)


def _confided(command: Command) -> Command:
    match command:
        case AnswerPulse():
            return command.model_copy(update={"worked": WORKED, "improve": IMPROVE})
        case LogSession(held=True):
            return command.model_copy(update={"note": NOTE})
        case _:
            return command

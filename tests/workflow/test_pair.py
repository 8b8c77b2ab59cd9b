"""A pair's whole life of twelve weeks on real servers: rules, engine, store and timers together."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta

import asyncpg
import pytest
from temporalio.client import WorkflowExecutionStatus

from events.store import EventStore
from tests.rules.pair.stage import CADENCE, EXCHANGE, GOAL, LEAD, MENTEE, MENTOR, STEWARD, terms
from tests.workflow.lab import Lab, Outbox
from turnabout import schedule
from turnabout.commands.base import Command
from turnabout.commands.pair_care import ConsentToResume, RecordStewardContact
from turnabout.commands.pair_closing import AnswerEndpoint, FileMemo, RecordOutcome
from turnabout.commands.pair_preparation import (
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_pulse import AnswerPulse, DecideMidpoint
from turnabout.commands.pair_sessions import LogSession
from turnabout.commands.pair_terms import NextStep, Terms
from turnabout.errors import Rejected
from turnabout.messages import CommandEnvelope
from turnabout.model import SYSTEM, Actor
from turnabout.opening import open_stream
from workers.embedded.temporal import TimeSkippingServer
from workers.worker import create_worker
from workflows.pair import PairWorkflow
from workflows.rules.pair import PAIR
from workflows.rules.pair_state import PairState


def upcoming(now: datetime) -> Terms:
    """The terms of a pair whose kickoff is on the Monday after next."""
    kickoff_on = schedule.monday_of(now.date()) + timedelta(weeks=2)
    base = terms(first_week_on=kickoff_on, ends_on=kickoff_on + timedelta(weeks=12))
    return base.model_copy(update={"kickoff": schedule.on_day(base, kickoff_on, time(10))})


class Couple:
    """A pair's people, acting on one stream."""

    def __init__(self, lab: Lab, store: EventStore, server: TimeSkippingServer, stream: str) -> None:
        self.lab, self.store, self.server, self.stream = lab, store, server, stream

    async def say(self, command: Command, *people: str) -> None:
        for person in people:
            await self.lab.deliver(self.stream, command, actor=Actor(id=person))

    async def until(self, at: datetime) -> None:
        await self.server.sleep(max(at - await self.server.now(), timedelta()))

    async def state(self) -> PairState:
        state = PAIR.initial
        for event in await self.lab.events(self.stream):
            body = {"type": event.type, **event.data}
            state = PAIR.evolve(state, PAIR.events.validate_python(body), event.occurred_at)
        return state

    async def prepare(self) -> None:
        await self.say(EXCHANGE, MENTOR)
        await self.say(CADENCE, MENTEE)
        await self.say(GOAL, MENTEE)
        await self.say(RateGoal(attainability=4), MENTOR, MENTEE)
        await self.say(ConfirmGoal(), LEAD)
        await self.say(SignGroundRules(), MENTOR, MENTEE)

    async def meet(self, *numbers: int) -> None:
        for number in numbers:
            await self.until((await self.state()).sessions[number].ends_at + timedelta(hours=1))
            await self.say(LogSession(number=number, deliverables=("a draft",)), MENTOR)


async def test_twelve_weeks(
    skipping: Lab,
    temporal_skipping: TimeSkippingServer,
    store: EventStore,
    pool: asyncpg.Pool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lab, outbox = Lab(skipping.client, store), Outbox()
    agreed = upcoming(await temporal_skipping.now())
    couple = Couple(lab, store, temporal_skipping, "pair-q1-07")
    worker = await create_worker(
        lab.client, store, workflows=[PairWorkflow], notifier=outbox, solvers={}, task_queue=lab.queue
    )
    async with worker:
        opening = CommandEnvelope(command=FormPair(terms=agreed).wire(), actor=SYSTEM)
        await open_stream(lab.client, "PairWorkflow", couple.stream, opening, task_queue=lab.queue)
        await couple.prepare()
        with pytest.raises(Rejected, match="G4"):
            await couple.say(LogSession(number=1), MENTOR)
        await couple.until(agreed.kickoff)
        await couple.say(NoteKickoffAttended(people=(MENTOR, MENTEE)), SYSTEM.id)
        await couple.meet(1, 2, 3, 4, 5)

        await couple.until(schedule.pulse_opens(agreed, 6) + timedelta(hours=3))
        pulse = AnswerPulse(progress=4, safety=2, improve="I do not dare to disagree")
        await couple.say(pulse, MENTEE)
        with pytest.raises(Rejected, match="T9"):  # as in a pair that is well, until it is announced (G6)
            await couple.say(LogSession(number=6), MENTOR)
        await couple.say(RecordStewardContact(), STEWARD)
        await couple.until(schedule.pulse_closes(agreed, agreed.policy, 6) + timedelta(hours=3))
        await couple.say(DecideMidpoint(decision="continue", reason="They want to."), LEAD)
        await couple.say(ConsentToResume(), STEWARD, MENTOR, MENTEE)
        left = sorted(
            one.number for one in (await couple.state()).sessions.values() if one.status == "planned"
        )
        await couple.meet(*left)

        await couple.until(schedule.endpoint_opens(agreed) + timedelta(days=4))
        await couple.say(AnswerEndpoint(progress=5, safety=5, recommend=True), MENTOR, MENTEE)
        await couple.say(RecordOutcome(value=1460, attainment=1), MENTEE)
        await couple.until(schedule.endpoint_closes(agreed, agreed.policy) + timedelta(hours=1))
        step = NextStep(what="Hand over the brief", owner=MENTEE, due_on=date(2030, 1, 1))
        memo = FileMemo(summary="It works.", lesson="Short drafts.", next_steps=(step,))
        await couple.say(memo, MENTOR)
        await couple.until(schedule.steward_leaves(agreed.policy, await temporal_skipping.now()))
        handle = lab.client.get_workflow_handle(couple.stream)
        await handle.result()

    state = await couple.state()
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert (state.end_state, state.memo, state.terminal) == ("graduated", "filed", True)
    assert [one.status for one in state.sessions.values()].count("held") == 5 + len(left)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    events = await lab.events(couple.stream)
    asked = [event for event in events if event.type in {"pair.reminded", "pair.escalated"}]
    assert {event.event_id for event in asked} <= set(outbox.sent)
    steward = [one.template for one in outbox.sent.values() if STEWARD in one.to]
    assert steward == ["steward_alert"]
    raw = str(await pool.fetch("SELECT * FROM log.events WHERE stream = $1", couple.stream))
    assert "It works." in raw
    assert "dare to disagree" not in raw

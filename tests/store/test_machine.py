"""Random appends, retries, races and reads against a model of the store that fits on a page."""

from __future__ import annotations

import asyncio
import itertools

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from events import database
from events.contracts import Append, Load
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from tests.store.events import Counted, Rated, append_of, vocabulary
from turnabout.errors import CorruptLog, InternalError, Rejected, TurnaboutError

EVENT = st.one_of(
    st.builds(
        Counted, by=st.integers(), note=st.text(st.characters(blacklist_categories=["Cs"], min_codepoint=1))
    ),
    st.builds(
        Rated,
        by=st.sampled_from(["p-1", "p-2"]),
        score=st.none() | st.integers(1, 5),
        words=st.none() | st.text(st.characters(blacklist_categories=["Cs"], min_codepoint=1)),
    ),
)
STREAMS = ["a", "b", "c"]
Fact = tuple[str, str, dict[str, object]]
"""Of an event: the command's id, the digest, the body."""


class Model:
    """What the contract promises: lists of facts, and the answer to an append."""

    def __init__(self) -> None:
        self.streams: dict[str, list[Fact]] = {}

    def append(self, asked: Append) -> tuple[str, list[Fact]] | type[TurnaboutError]:
        facts = self.streams.setdefault(asked.stream, [])
        used = {command: digest for command, digest, _ in facts}
        tail = facts[asked.expected_version :]
        mine = [fact for fact in tail if fact[0] == asked.command_id]
        if asked.expected_version > len(facts):
            return CorruptLog
        if tail and tail[0] not in mine:
            return "conflict", tail
        if used.get(asked.command_id, asked.command_digest) != asked.command_digest:
            return Rejected
        if tail:
            return "stored", mine
        if asked.command_id in used:
            return InternalError
        added: list[Fact] = [(asked.command_id, asked.command_digest, event.data) for event in asked.events]
        facts.extend(added)
        return "stored", added


def machine(store: EventStore, runner: asyncio.Runner) -> type[RuleBasedStateMachine]:
    runs = itertools.count(1)

    class StoreMachine(RuleBasedStateMachine):
        asked = Bundle("asked")

        def __init__(self) -> None:
            super().__init__()
            self.prefix = f"counter-{next(runs)}"
            self.model = Model()
            self.reached = runner.run(store.read_all(0, 100_000)).position
            self.commands = 0

        @rule(
            target=asked,
            stream=st.sampled_from(STREAMS),
            behind=st.integers(-1, 3),
            reuse=st.booleans(),
            digest=st.sampled_from(["d", "d", "d", "other"]),
            events=st.lists(EVENT, min_size=1, max_size=3),
        )
        def append(
            self, stream: str, behind: int, reuse: bool, digest: str, events: list[Counted | Rated]
        ) -> Append:
            name = f"{self.prefix}-{stream}"
            self.commands += not reuse
            expected = max(0, len(self.model.streams.get(name, [])) - behind)
            asked = append_of(name, expected, f"c-{self.commands}", *events, digest=digest)
            self._compare(asked)
            return asked

        @rule(again=asked)
        def retry(self, again: Append) -> None:
            self._compare(again)

        @rule(again=consumes(asked), stream=st.sampled_from(STREAMS))
        def race(self, again: Append, stream: str) -> None:
            """The same new command from four sides at once, beside a repeated old one."""
            name = f"{self.prefix}-{stream}"
            self.commands += 1
            asked = append_of(name, len(self.model.streams.get(name, [])), f"c-{self.commands}")

            async def together() -> list[object]:
                return [
                    _facts(answer)
                    for answer in await asyncio.gather(*(store.append(asked) for _ in range(4)))
                ]

            assert runner.run(together()) == [self.model.append(asked)] * 4
            self._compare(again)

        @invariant()
        def every_stream_reads_as_written(self) -> None:
            for name, facts in self.model.streams.items():
                events = runner.run(store.load(Load(stream=name))).events
                assert [(event.command_id, event.command_digest, event.data) for event in events] == facts
                assert [event.version for event in events] == list(range(1, len(facts) + 1))

        def teardown(self) -> None:
            """The whole log holds the same events, each once and each stream in its order."""
            page = runner.run(store.read_all(self.reached, 100_000))
            read: dict[str, list[str]] = {name: [] for name in self.model.streams}
            for event in page.events:
                read[event.stream].append(event.command_id)
            assert read == {name: [fact[0] for fact in facts] for name, facts in self.model.streams.items()}

        def _compare(self, asked: Append) -> None:
            expected = self.model.append(asked)
            try:
                answer: object = _facts(runner.run(store.append(asked)))
            except TurnaboutError as error:
                answer = type(error)
            assert answer == expected

    return StoreMachine


def _facts(appended: object) -> object:
    return (
        appended.outcome,  # type: ignore[attr-defined]
        [(event.command_id, event.command_digest, event.data) for event in appended.events],  # type: ignore[attr-defined]
    )


async def test_the_store_behaves_like_its_model(dsn: str, master_keys: MasterKeys) -> None:
    def drive() -> None:
        # A loop of its own: the machine is synchronous, and this runs in a thread.
        with asyncio.Runner() as runner:
            context = database.pool(dsn, name="machine", role=database.WRITER, size=4)
            pool = runner.run(context.__aenter__())
            try:
                run_state_machine_as_test(
                    machine(EventStore(pool, vocabulary(), Vault(pool, master_keys)), runner),
                    settings=settings(
                        max_examples=25,
                        stateful_step_count=25,
                        deadline=None,
                        derandomize=True,
                        suppress_health_check=list(HealthCheck),
                    ),
                )
            finally:
                runner.run(context.__aexit__(None, None, None))

    await asyncio.to_thread(drive)

"""People with habits: some answer at once, some late, some never, some without being asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from tests.rules.whole import cohort_replies, pair_replies
from tests.rules.whole.saying import Reply, Saying, Talk
from tests.rules.whole.town import Deed, Happened, Letter, Town
from turnabout.commands.base import Command
from turnabout.spec import CohortSpec

WAYS = {
    "cohort": (cohort_replies.REPLIES, cohort_replies.WHIMS),
    "pair": (pair_replies.REPLIES, pair_replies.WHIMS),
}
IMPULSES = {**cohort_replies.IMPULSES, **pair_replies.IMPULSES}


class Folk:
    """Everybody who has to do with a cohort."""

    def __init__(self, spec: CohortSpec, dice: Random) -> None:
        self._spec, self._dice = spec, dice
        self._care = dice.choice((0.98, 0.98, 0.9, 0.9, 0.7, 0.4))
        """How likely a letter is answered, on the whole; everybody differs."""
        self._habits: dict[str, tuple[float, float]] = {}

    def read(self, town: Town, letter: Letter) -> None:
        """Answer a letter, perhaps, some hours later."""
        answers, hours = self._habit(letter.to)
        reply = WAYS[letter.stream.partition("-")[0]][0].get(letter.template)
        if reply is None or self._dice.random() > answers:
            return
        after = self._dice.expovariate(1 / hours)
        for saying in reply(self._talk(town, letter.stream, letter.to, letter.values)):
            self._plan(town, letter.stream, letter.to, saying, after)
            after += self._dice.uniform(0, 2)

    def see(self, town: Town, happened: Happened) -> None:
        """Something happened that moves people. A stream has begun: somebody will have ideas about it."""
        for place, reply in enumerate(IMPULSES.get(happened.event.type, ())):
            if self._dice.random() < self._care:
                after = timedelta(hours=self._dice.uniform(0, 72))
                town.when(after, happened.stream, self._impulse(reply, place))
        if happened.event.type not in {"cohort.planned", "pair.formed"}:
            return
        weeks = self._spec.shape.weeks + 10
        for _ in range(self._dice.randrange(8)):
            after = timedelta(hours=self._dice.uniform(0, weeks * 7 * 24))
            town.when(after, happened.stream, self._whim)

    def wake(self, town: Town) -> None:
        """Nobody has anything to wait for: who is left in charge goes on, or gives up. Neither may fail."""
        if self._dice.random() < 0.1 and self._say(town, "cohort", cohort_replies.cancel):
            return
        for name, scene in town.pairs.items():
            if scene.state.life == "ended" and scene.state.memo is None:
                assert self._say(town, name, pair_replies.waive), f"nobody can wind up {name}"
                return
        phase = town.cohort.state.phase
        onward: Sequence[Reply] = cohort_replies.ONWARD.get(phase, ())
        if any(self._say(town, "cohort", reply) for reply in onward):
            return
        assert self._say(town, "cohort", cohort_replies.cancel), f"nobody can go on from {phase}"

    def _impulse(self, reply: Reply, place: int) -> Deed:
        """The partners take turns; of a cohort it is the lead."""

        def follow(town: Town, stream: str) -> None:
            state = town.streams[stream].state
            who = state.partners[place % 2] if stream.startswith("pair-") else state.lead.id
            for saying in reply(self._talk(town, stream, who, {})):
                self._plan(town, stream, who, saying, 0)

        return follow

    def _whim(self, town: Town, stream: str) -> None:
        state = town.streams[stream].state
        people = [*(one.id for one in self._spec.people), "lea", "sponsor", "steward", "stranger"]
        people += list(state.partners) * 10 if stream.startswith("pair-") else []
        who = self._dice.choice(people)
        reply = self._dice.choice(WAYS[stream.partition("-")[0]][1])
        for saying in reply(self._talk(town, stream, who, {})):
            self._plan(town, stream, who, saying, 0)

    def _say(self, town: Town, kind: str, reply: Reply) -> bool:
        stream = next(name for name in town.streams if name.startswith(kind))
        lead = town.cohort.state.lead.id
        sayings = list(reply(self._talk(town, stream, lead, {})))
        accepted = [town.give(stream, one.by or lead, _command(town, stream, one)) for one in sayings]
        return any(accepted)

    def _plan(self, town: Town, stream: str, who: str, saying: Saying, hours: float) -> None:
        town.plan(timedelta(hours=hours), stream, saying.by or who, _command(town, stream, saying))

    def _talk(self, town: Town, stream: str, who: str, values: Any) -> Talk:
        return Talk(town.streams[stream].state, who, town.now, self._dice, values)

    def _habit(self, person: str) -> tuple[float, float]:
        """How likely somebody answers, and after how many hours on average."""
        if person not in self._habits:
            answers = min(1.0, max(0.05, self._dice.gauss(self._care, 0.2)))
            self._habits[person] = answers, self._dice.choice((0.5, 3, 20, 90))
        return self._habits[person]


def _command(town: Town, stream: str, saying: Saying) -> Command:
    commands = town.streams[stream].decider.commands
    return commands.validate_python({"type": saying.type, **saying.fields})

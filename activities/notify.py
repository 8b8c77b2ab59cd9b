"""Sends messages and keeps the outbox: a row is reserved before a message goes out and has an outcome after.

A key (event, recipient, channel) is in the outbox once; after a crash a channel may send twice, with the same
Message-ID. All times are Temporal's, given by the caller; no clock here.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import asyncpg
import structlog

from activities import metrics
from activities.asks import HOME, concern_page, is_to_partners, page_of
from activities.channels import Channel, Message, NotDelivered, Outcome, about
from activities.enclosures import Enclosures, Occasion
from activities.letters import NO_WAYS, Attachment, Letter, Ways, render
from activities.links import Links
from activities.pace import Pace
from events import sql
from events.contracts import Notify
from events.database import reachable
from events.people import People
from events.templates import STEWARD_ONLY, shown
from turnabout.contact import Contact
from turnabout.errors import Undelivered, Unreachable
from turnabout.messages import cohort_of

HOLD = timedelta(minutes=10)
PATIENCE = timedelta(days=7)
MANY = 10
"""Attempts that every message has, however long it was due when it could first be tried."""

_SQL = sql.load(__file__, "notify.sql")
_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class _Result:
    outcome: Outcome
    error: str | None = None
    letter: Letter | None = None
    down: bool = False


@dataclass(frozen=True)
class _Tried:
    """What came of one message: whether it must be tried `again`, no sooner than after `wait` where that is
    known, and whether its channel is down."""

    again: bool
    wait: timedelta | None = None
    down: bool = False


async def _finished(trying: Coroutine[Any, Any, _Tried]) -> _Tried:
    """Bring one message to its end, also where its activity is cancelled meanwhile: a reservation left
    without an outcome keeps everybody from sending it for as long as it is held."""
    work = asyncio.create_task(trying)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


class Notifier:
    """Performs the effect `Notify`.

    `hold` is how long a reservation without an outcome is respected; after that its holder counts as crashed.
    `patience` is how long after it was due a message that cannot go out is given up. `enclosures` make the
    files that go with some messages; without `links` letters lead to no page. `pace` is how many may
    go out in a second, all channels together.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        people: People,
        channels: Sequence[Channel],
        *,
        enclosures: Enclosures = MappingProxyType({}),
        links: Links | None = None,
        hold: timedelta = HOLD,
        patience: timedelta = PATIENCE,
        pace: Pace | None = None,
    ) -> None:
        self._pool = pool
        self._hold = hold
        self._patience = patience
        self._pace = pace or Pace()
        for way in channels:
            metrics.channel(way.name)
        self._people = people
        self._channels = tuple(channels)
        self._enclosures = enclosures
        self._links = links

    async def notify(self, stream: str, event_id: str, message: Notify, now: datetime) -> None:
        """Send the message of one event to each recipient on each channel, unless the outbox says it is done.

        Raises Undelivered when some must be tried again, after all others had their turn; Unreachable when
        the database is down.
        """
        later: list[timedelta | None] = []
        for channel in self._channels:
            down = False
            for recipient in dict.fromkeys(message.to):
                if down:
                    later.append(None)
                    continue
                one = _One(stream, event_id, message, recipient, channel, now)
                if self._pace.limited:
                    if await self._is_over(one):
                        continue
                    # Not reserved yet: whoever waits long for a turn must not lose the reservation over it.
                    await self._pace.turn(cohort_of(stream), urgent=message.template in STEWARD_ONLY)
                tried = await _finished(self._try(one))
                down = tried.down
                later += [tried.wait] if tried.again else []
        if later:
            waits = [wait for wait in later if wait is not None]
            raise Undelivered(
                f"{len(later)} of the messages {shown(message.template)!r} of {stream} could not go out yet.",
                retry_after=max(waits) if len(waits) == len(later) else None,
            )

    async def _is_over(self, one: _One) -> bool:
        """Whether an earlier attempt has come to an end with it, so that it needs no turn."""
        async with reachable("look for a message"):
            row = await self._pool.fetchrow(_SQL["holder"], *one.row_key)
        return row is not None and row["outcome"] not in {"failed", "reserved"}

    async def _try(self, one: _One) -> _Tried:
        attempt, wait = await self._reserve(one)
        if attempt is None:
            return _Tried(again=wait is not None, wait=wait)
        result = self._given_up(one, attempt, await self._send(one))
        await self._record(one, attempt, result)
        return _Tried(again=result.outcome == "failed", down=result.down)

    async def _reserve(self, one: _One) -> tuple[int | None, timedelta | None]:
        """The number of our attempt; or None, and how long its present holder is respected, if any."""
        async with reachable("reserve a message"):
            attempt: int | None = await self._pool.fetchval(
                _SQL["reserve"],
                *one.row_key,
                one.stream,
                one.message.template,
                one.message.due_at,
                one.now,
                one.now - self._hold,
                one.channel.message_id(one.key),
            )
            if attempt is not None:
                return attempt, None
            row = await self._pool.fetchrow(_SQL["holder"], *one.row_key)
        if row is None or row["outcome"] == "failed":
            return None, timedelta(0)
        if row["outcome"] == "reserved":
            return None, max(timedelta(0), row["reserved_at"] + self._hold - one.now)
        return None, None

    def _given_up(self, one: _One, attempt: int, result: _Result) -> _Result:
        if result.outcome != "failed" or attempt < MANY or one.now - one.message.due_at <= self._patience:
            return result
        _log.error(
            "message_given_up",
            alert="message_given_up",
            recipient=one.recipient,
            channel=one.channel.name,
            **about(one.stream, one.message.template),
        )
        return replace(result, outcome="dead", error=f"given up after {attempt} attempts: {result.error}")

    async def _send(self, one: _One) -> _Result:
        if one.message.useful_until is not None and one.now > one.message.useful_until:
            return _Result("suppressed", "past its use")
        partner = one.message.values.get("partner_of", {}).get(one.recipient)
        known = await self._people.find([one.recipient, *([partner] if partner else [])])
        person = known.get(one.recipient)
        if person is None:
            return _Result("unaddressed", "not in the directory")
        try:
            other = known[partner].name if partner in known else partner
            letter = one.letter(person, person.name, other, self._ways(one))
            # The outbox is read by many, so it holds ids where the recipient reads names, and no links.
            kept = one.letter(person, one.recipient, partner)
        except Exception as error:  # noqa: BLE001 -- one letter that cannot be written must not stop the others
            _log.error("message_unwritable", template=shown(one.message.template), exc_info=True)
            return _Result("bounced", f"the template cannot be filled: {type(error).__name__}")
        letter = replace(letter, attachments=await self._enclosed(one, person, other))
        try:
            await one.channel.send(
                Message(one.key, one.message.template, one.stream, one.recipient, person, letter, one.now)
            )
        except NotDelivered as refusal:
            if refusal.outcome != "unaddressed":
                metrics.channel_asked(one.channel.name, one.message.template, down=refusal.down)
            return _Result(refusal.outcome, refusal.reason, kept, refusal.down)
        metrics.channel_asked(one.channel.name, one.message.template, down=False)
        return _Result("sent", letter=kept)

    def _ways(self, one: _One) -> Ways:
        """Links that follow from the message alone, so that a second attempt sends the same ones."""
        if self._links is None:
            return NO_WAYS
        template, values = one.message.template, one.message.values
        page, item = page_of(template, values), values.get("item")
        at, links = one.message.due_at, self._links

        def to(name: str, item: str | None = None) -> str:
            return links.issue(one.recipient, one.stream, name, item, at)

        partners, concern = is_to_partners(one.stream, template), concern_page(one.stream, template)
        return Ways(
            link=to(page, item) if page else None,
            home=to(HOME) if partners else None,
            concern=to(concern) if concern else None,
            desk=None if page or partners else links.desk,
        )

    async def _enclosed(self, one: _One, person: Contact, partner: str | None) -> tuple[Attachment, ...]:
        enclose = self._enclosures.get(one.message.template)
        if enclose is None:
            return ()
        try:
            return await enclose(Occasion(one.stream, one.event_id, one.message, person, partner))
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 -- the words are worth more than a file that cannot be made
            _log.error(
                "enclosure_unmade",
                alert="enclosure_unmade",
                template=shown(one.message.template),
                error=type(error).__name__,
            )
            return ()

    async def _record(self, one: _One, attempt: int, result: _Result) -> None:
        delay = (one.now - one.message.due_at).total_seconds() if result.outcome == "sent" else None
        letter = result.letter or Letter("", "")
        async with reachable("record a message"):
            await self._pool.execute(
                _SQL["record"],
                *one.row_key,
                attempt,
                result.outcome,
                one.now,
                delay,
                result.error,
                letter.subject or None,
                letter.body or None,
            )
        metrics.message(one.message.template, one.channel.name, result.outcome)
        if delay is not None:
            metrics.message_delay(one.message.template, delay)
        if result.error is not None:
            _log.info(
                "message_not_sent",
                **about(one.stream, one.message.template),
                recipient=one.recipient,
                channel=one.channel.name,
                outcome=result.outcome,
                error=result.error,
            )


@dataclass(frozen=True)
class _One:
    """One message of one event to one recipient on one channel, at a moment."""

    stream: str
    event_id: str
    message: Notify
    recipient: str
    channel: Channel
    now: datetime

    @property
    def row_key(self) -> tuple[str, str, str]:
        return self.event_id, self.recipient, self.channel.name

    @property
    def key(self) -> str:
        return hashlib.sha256("\0".join(self.row_key).encode()).hexdigest()[:40]

    def letter(self, to: Contact, name: str, partner: str | None, ways: Ways = NO_WAYS) -> Letter:
        """What `to` reads, with this name and their partner's."""
        return render(
            self.message.template,
            recipient=name,
            zone=to.timezone,
            language=to.language,
            stream=self.stream,
            due_at=self.message.due_at,
            values=self.message.values | ({"partner": " ".join(partner.split())} if partner else {}),
            ways=ways,
        )

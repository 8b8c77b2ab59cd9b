"""The verb for what became of messages: sent, tried again, refused or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from turnabout.cli import session
from turnabout.cli.output import Format, show

if TYPE_CHECKING:
    from turnabout.reads import Reads

app = App(name="notifications", help="See what became of messages.")

State = Literal["sending", "retrying", "sent", "suppressed", "bounced", "unaddressed", "dead"]
"""Those of `turnabout.results`, which a help page need not wait for."""

COLUMNS = ("due_at", "state", "attempts", "recipient", "channel", "template", "stream", "error")


@app.command(name="list")
def list_notifications(
    *,
    state: State | None = None,
    cohort: str | None = None,
    last: Annotated[int, Parameter(validator=Number(gte=1, lte=10_000))] = 100,
    output: Format = "table",
) -> None:
    """List messages with their state, the newest last; never their text. For auditors and operators.

    What only a safety steward may know of is listed where it did not arrive, without its pair.

    Parameters
    ----------
    state
        `sending`; `retrying` (the server said later, or does not answer); `sent`; `suppressed` (past its
        use); `bounced` (refused for good); `unaddressed` (no address known); `dead` (given up after days).
    cohort
        Only those of a cohort and its pairs, by its id.
    last
        How many at most.
    """

    async def work(reads: Reads) -> None:
        show(await reads.notifications(state=state, cohort=cohort, last=last), output, COLUMNS)

    session.reading(work)

"""`turnabout token ...`: the tokens with which machines speak to the HTTP API."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter, validators

from turnabout.cli import session
from turnabout.cli.output import Format, note, show, show_document, write

app = App(name="token", help="Look after the tokens of the HTTP API. [engine]")

Scope = Literal["cohorts:start", "commands:send", "reads"]


@app.command
def create(
    *,
    person: Annotated[str, Parameter(name="--for")],
    name: str,
    scope: tuple[Scope, ...],
    days: Annotated[int, Parameter(validator=validators.Number(gte=1, lte=366))] = 90,
    output: Format = "table",
) -> None:
    """Make a token and print it, this once: only a digest of it is kept. [engine]

    Parameters
    ----------
    person
        In whose name it speaks, by id; it may do what that person may.
    name
        What it is for, such as `HR sync`.
    scope
        `cohorts:start`, `commands:send` or `reads`; repeat it for several.
    days
        For how long it works.
    """
    made = session.job("create_token", person, name, scope, days, module="workers.tokens")
    if output == "table":
        write(made.token)
        note(f"Token {made.id} speaks for {made.person} until {made.expires_on}. It is not shown again.")
    else:
        show_document(made, output)


@app.command(name="list")
def list_tokens(*, output: Format = "table") -> None:
    """List all tokens, without their secrets. [engine]"""
    columns = ("id", "name", "person", "scopes", "expires_at", "revoked_at", "used_at")
    show(session.job("list_tokens", module="workers.tokens"), output, columns)


@app.command
def revoke(token: str, /) -> None:
    """Make a token worthless from now on. [engine]

    Parameters
    ----------
    token
        Its id, as `token list` shows it.
    """
    gone = session.job("revoke_token", token, module="workers.tokens")
    note(f"Token {gone.id} ({gone.name}) is revoked.")

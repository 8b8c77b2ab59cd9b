"""`turnabout keys ...` and `turnabout config ...`: keys by their ids, and what the settings come to."""

from __future__ import annotations

from cyclopts import App

from turnabout.cli import session
from turnabout.cli.output import Format, note, show

app = App(name="keys", help="Look after the keys; none is ever shown. [engine]")
config = App(name="config", help="See what the settings come to; secrets stay out of sight. [engine]")


@app.command(name="list")
def list_keys(*, output: Format = "table") -> None:
    """List the keys by id, and how many persons' keys each master key protects. [engine]

    A master key that protects none may go, once no backup is kept that needs it and no link in a letter.
    """
    show(session.job("list_keys", module="workers.keys"), output)


@app.command
def rotate() -> None:
    """Protect every person's key with the newest master key. [engine]

    Put the new master key first in TURNABOUT_MASTER_KEYS everywhere, restart, then run this. It may be broken
    off and repeated, and everything else goes on meanwhile.
    """
    from turnabout.faults import count

    moved = session.job("rotate_keys", module="workers.keys")
    note(f"{count(moved, 'key was', 'keys were')} moved to the newest master key.")


@config.command(name="show")
def show_config(*, output: Format = "table") -> None:
    """Show every setting, and whether it comes from the environment, a file or its default. [engine]"""
    show(session.job("settings", module="workers.config"), output)

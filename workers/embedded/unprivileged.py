"""Whom a server runs as when we are root, and which places that user can reach. Changes no permissions but
those of what it made itself.
"""

from __future__ import annotations

import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from turnabout.errors import InvalidInput

SCRATCH = (tempfile.gettempdir(), "/tmp", "/var/tmp")  # noqa: S108 -- mkdtemp makes names unguessable


@dataclass(frozen=True)
class Identity:
    """Who runs a server; None where it is simply us."""

    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess`: drop to this user, apart from our terminal and our variables."""
        drop: dict[str, Any] = (
            {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}
        )
        # None of the caller's PG* variables may reach the server.
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        return {**drop, "start_new_session": True, "umask": 0o077, "cwd": "/", "env": environment}


def blocked_parent(path: Path) -> Path | None:
    """The first directory above `path` that the server's user cannot pass, or None: settings use it to choose
    a default data directory. A normal user's server is that user, so nothing is blocked."""
    path = path.absolute()
    return blocked(path, identity_of(path))


def blocked(path: Path, identity: Identity) -> Path | None:
    """The first directory above `path` that this user cannot pass, or None."""
    if identity.uid is None:
        return None
    for parent in reversed(path.resolve().parents):
        if not parent.exists():
            return None  # what does not exist yet, we create ourselves
        info = parent.stat()
        if info.st_uid == identity.uid:
            passes = info.st_mode & stat.S_IXUSR
        elif info.st_gid == identity.gid:
            passes = info.st_mode & stat.S_IXGRP
        else:
            passes = info.st_mode & stat.S_IXOTH
        if not passes:
            return parent
    return None


def identity_of(directory: Path | None) -> Identity:
    """The owner of an existing data directory, else `postgres` or `nobody`; ourselves unless we are root."""
    if os.getuid() != 0:
        return Identity()
    if directory and directory.exists() and (owner := directory.stat()).st_uid != 0:
        return Identity(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise InvalidInput(
        "PostgreSQL does not run as root.", hint="Create a user for it: useradd --system postgres"
    )


def new_scratch(identity: Identity, bases: tuple[str, ...], length: int) -> Path:
    """A new temporary directory of this user, in the first base that it can reach and whose path leaves room
    below `length` bytes."""
    for base in bases:
        place = Path(base)
        if blocked(place / "x", identity) is None and len(os.fsencode(place)) + 40 <= length:
            scratch = Path(tempfile.mkdtemp(prefix="turnabout-pg-", dir=place))
            give(scratch, identity)
            return scratch
    raise InvalidInput(
        "No temporary directory is open to PostgreSQL's user.", hint="Set TMPDIR to a short path."
    )


def give(path: Path, identity: Identity) -> None:
    """Make this user the owner of what we made for it."""
    if identity.uid is not None and identity.gid is not None:
        os.chown(path, identity.uid, identity.gid, follow_symlinks=False)

"""What `up` keeps in its state directory: its keys, where it listens, and a lock against a second one.

Files that hold a secret are readable for their owner alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr, ValidationError

from turnabout.codec import PayloadKey
from turnabout.errors import InvalidInput, TurnaboutError
from turnabout.model import Model
from turnabout.settings import STACK_FILE, RunningStack
from workers.embedded.unprivileged import blocked_parent

SYSTEM_STATE = Path("/var/lib/turnabout")


class Keys(Model):
    """The generated keys, as `id:base64`: one for what Temporal stores, one for the persons' keys."""

    codec: SecretStr
    master: SecretStr

    @classmethod
    def generate(cls) -> Keys:
        """Fresh random keys."""
        return cls(
            codec=SecretStr(PayloadKey.generate("up-1").format()),
            master=SecretStr(PayloadKey.generate("up-1").format()),
        )


class StateDirectory:
    """The directory of one stack that lasts. `postgres` names another place for the database, if wanted."""

    def __init__(self, path: Path, *, postgres: Path | None = None) -> None:
        self.path = path.absolute()
        self._postgres = postgres
        # PostgreSQL's own user must be able to pass; what is secret in here is closed file by file.
        self.path.mkdir(mode=0o711 if os.getuid() == 0 else 0o700, parents=True, exist_ok=True)

    @property
    def postgres(self) -> Path:
        """Where PostgreSQL's data lies: here, unless the server's own user cannot come here."""
        if self._postgres is not None:
            return self._postgres.absolute()
        inside = self.path / "postgres"
        if blocked_parent(inside) is None:
            return inside
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return SYSTEM_STATE / name / "postgres"

    @property
    def temporal(self) -> Path:
        """The dev server's database file, in a directory closed to others, for it would make it readable."""
        folder = self.path / "temporal"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / "temporal.db"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory alone. Raises TurnaboutError when another stack runs on it."""
        with (self.path / "up.lock").open("a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise TurnaboutError(
                    f"A stack runs on {self.path} already (process {lock.read().strip() or 'unknown'}).",
                    hint="Use that one, stop it, or choose another directory with TURNABOUT_STATE_DIR.",
                ) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield

    def keys(self) -> Keys:
        """The keys of this directory; made when it is new. Raises InvalidInput when they were lost."""
        path = self.path / "keys.json"
        with contextlib.suppress(FileNotFoundError):
            try:
                return Keys.model_validate_json(path.read_bytes())
            except ValidationError:
                raise InvalidInput(f"{path} does not hold keys.", hint="Restore it from a copy.") from None
        if self.postgres.exists():
            raise InvalidInput(
                f"The keys of {self.path} are gone, and what was sealed with them cannot be read.",
                hint=f"Restore {path}, or remove {self.path} and {self.postgres} to begin anew.",
            )
        keys = Keys.generate()
        _write(path, {"codec": keys.codec.get_secret_value(), "master": keys.master.get_secret_value()})
        return keys

    @contextlib.contextmanager
    def announced(self, running: RunningStack) -> Iterator[None]:
        """Tell clients on this machine where the stack listens, as long as it does."""
        path = self.path / STACK_FILE
        _write(
            path,
            {
                "database_url": running.database_url.get_secret_value(),
                "temporal_address": running.temporal_address,
                "temporal_namespace": running.temporal_namespace,
                "codec_keys": [key.get_secret_value() for key in running.codec_keys],
                "master_keys": [key.get_secret_value() for key in running.master_keys],
                "pid": running.pid,
            },
        )
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _write(path: Path, content: dict[str, object]) -> None:
    """Whole or not at all, and closed to others from the first byte on."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)

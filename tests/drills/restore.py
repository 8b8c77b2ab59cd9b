"""A backup of a database and its restore onto a fresh server, step by step as docs/recovery.md has them."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workers.embedded.postgres import EmbeddedPostgres


@dataclass(frozen=True)
class Restore:
    """The files of a backup of one database on a server."""

    server: EmbeddedPostgres
    database: str
    folder: Path

    @property
    def dump(self) -> Path:
        return self.folder / "turnabout.dump"

    @property
    def roles(self) -> Path:
        return self.folder / "roles.sql"

    @property
    def erasures(self) -> Path:
        return self.folder / "erasures.json"

    def take(self) -> None:
        """Dump roles and database, and see that the archive is whole."""
        self._run(
            "pg_dumpall",
            "--roles-only",
            "--no-role-passwords",
            f"--file={self.roles}",
            f"--dbname={self.server.dsn()}",
        )
        self._run("pg_dump", "--format=custom", f"--file={self.dump}", self.server.dsn(self.database))
        self._run("pg_restore", "--list", str(self.dump))

    def onto_a_fresh_server(self, jobs: int = 1) -> None:
        """The server loses its data directory; a new cluster in its place gets the backup."""
        self.server.kill()
        shutil.rmtree(self.server.directory)
        self.server.start()
        self.into(self.server, jobs)

    def into(self, server: EmbeddedPostgres, jobs: int = 1) -> None:
        """Put the backup onto a server that has no such database."""
        # Roles belong to the whole server; the one that we log in as is there already.
        self._run("psql", "--quiet", f"--file={self.roles}", server.dsn())
        self._run("createdb", f"--maintenance-db={server.dsn()}", "--template=template0", self.database)
        self._run(
            *("pg_restore", "--exit-on-error", f"--jobs={jobs}"),
            *(f"--dbname={server.dsn(self.database)}", str(self.dump)),
        )

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 -- PostgreSQL's programs
            [str(self.server.tool(program)), *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"

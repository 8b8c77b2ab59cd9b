"""What a lasting stack keeps: its keys once and closed, a lock, and where it listens while it does."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.processes.child import open_directory
from turnabout.codec import PayloadKey
from turnabout.errors import InvalidInput, TurnaboutError, Unreachable
from turnabout.settings import RunningStack, Settings
from workers.embedded.state import SYSTEM_STATE, Keys, StateDirectory
from workers.embedded.unprivileged import blocked_parent


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state")
    keys = state.keys()
    assert keys == StateDirectory(tmp_path / "state").keys()
    assert keys.codec != keys.master
    assert PayloadKey.parse(keys.codec.get_secret_value()).id == "up-1"
    assert mode(tmp_path / "state" / "keys.json") == 0o600
    assert keys.codec.get_secret_value() not in repr(keys)
    assert Keys.generate() != keys


def test_lost_and_broken_keys_are_told(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / "state", postgres=tmp_path / "data")
    (tmp_path / "state" / "keys.json").write_text("{}")
    with pytest.raises(InvalidInput, match="Restore it from a copy"):
        state.keys()
    (tmp_path / "state" / "keys.json").unlink()
    (tmp_path / "data").mkdir()
    with pytest.raises(InvalidInput, match=r"keys of .* are gone"):
        state.keys()
    assert not (tmp_path / "state" / "keys.json").exists()


def test_a_directory_is_held_by_one(tmp_path: Path) -> None:
    first, second = StateDirectory(tmp_path), StateDirectory(tmp_path)
    with (
        first.locked(),
        pytest.raises(TurnaboutError, match=rf"already \(process {os.getpid()}\)"),
        second.locked(),
    ):
        pass
    with second.locked():
        pass


def test_where_it_listens_is_told_while_it_does(tmp_path: Path) -> None:
    keys = Keys.generate()
    running = RunningStack(
        database_url=SecretStr("postgresql://postgres@/turnabout?host=/tmp"),
        temporal_address="127.0.0.1:7233",
        temporal_namespace="default",
        codec_keys=(keys.codec,),
        master_keys=(keys.master,),
        pid=os.getpid(),
    )
    with StateDirectory(tmp_path).announced(running):
        assert mode(tmp_path / "stack.json") == 0o600
        assert Settings(state_dir=tmp_path).stack() == running
    with pytest.raises(Unreachable, match="no stack runs here"):
        Settings(state_dir=tmp_path).stack()


def test_the_database_lies_where_its_user_can_reach_it(tmp_path: Path) -> None:
    with open_directory() as folder:
        assert StateDirectory(folder / "state").postgres == folder / "state" / "postgres"
    assert StateDirectory(tmp_path, postgres=tmp_path / "data").postgres == tmp_path / "data"
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = StateDirectory(closed / "state").postgres
    assert blocked_parent(data) is None
    # Root's server runs as another user, who may not pass; anybody else's runs as themselves.
    assert data.is_relative_to(SYSTEM_STATE if os.getuid() == 0 else closed)

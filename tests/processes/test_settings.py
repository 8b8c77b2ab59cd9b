"""Settings come from variables, files or the running stack, and name a fault without showing a secret."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from turnabout.codec import PayloadKey
from turnabout.errors import InvalidInput, Unreachable
from turnabout.settings import RunningStack, Settings
from workers.configuration import PAGE, table, with_table
from workers.settings import EngineSettings

DSN = "postgresql://turnabout:hunter2@db.example/turnabout"
KEY = PayloadKey("k1", bytes(32)).format()


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of this machine, and an empty place to look for a stack."""
    for name in os.environ:
        if name.startswith(("TURNABOUT_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))


def running_stack(folder: Path) -> None:
    folder.mkdir()
    content = {
        "database_url": "postgresql://postgres@/turnabout?host=/tmp",
        "temporal_address": "127.0.0.1:7299",
        "temporal_namespace": "default",
        "codec_keys": [KEY],
        "master_keys": [KEY],
        "pid": 1,
    }
    (folder / "stack.json").write_text(json.dumps(content))


def test_nothing_set_and_no_stack_says_what_to_do() -> None:
    for ask in (Settings().dsn, Settings().temporal, Settings().keys):
        with pytest.raises(Unreachable, match=r"TURNABOUT_DATABASE_URL is not set.*make up"):
            ask()


def test_a_running_stack_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running_stack(tmp_path / ".turnabout")
    settings = Settings()
    assert settings.dsn() == "postgresql://postgres@/turnabout?host=/tmp"
    assert settings.temporal() == {"target_host": "127.0.0.1:7299", "namespace": "default"}
    assert settings.keys() == (PayloadKey.parse(KEY),)
    assert EngineSettings().master().newest == "k1"
    monkeypatch.setenv("TURNABOUT_STATE_DIR", str(tmp_path / "elsewhere"))
    with pytest.raises(Unreachable, match="elsewhere"):
        Settings().dsn()


def test_a_database_of_ones_own_takes_nothing_from_a_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_stack(tmp_path / ".turnabout")
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", DSN)
    assert Settings().dsn() == DSN
    assert Settings().temporal() == {"target_host": "localhost:7233"}
    with pytest.raises(InvalidInput, match="TURNABOUT_CODEC_KEYS is not set"):
        Settings().keys()


def test_temporal_is_configured_the_way_temporal_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", DSN)
    (tmp_path / "temporal.toml").write_text(
        '[profile.default]\naddress = "a.example:7233"\nnamespace = "prod"\n'
    )
    assert Settings().temporal() == {"target_host": "a.example:7233", "namespace": "prod"}
    monkeypatch.setenv("TEMPORAL_ADDRESS", "b.example:7233")
    assert Settings().temporal() == {"target_host": "b.example:7233", "namespace": "prod"}


def test_a_broken_temporal_file_is_named_and_not_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", DSN)
    (tmp_path / "temporal.toml").write_text('api_key = "hunter2\n')
    with pytest.raises(InvalidInput, match=r"line 1.*temporal\.toml") as raised:
        Settings().temporal()
    assert "hunter2" not in str(raised.value)


def test_an_address_without_a_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running_stack(tmp_path / ".turnabout")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "b.example:7233")
    with pytest.raises(InvalidInput, match="TEMPORAL_ADDRESS is set, but TURNABOUT_DATABASE_URL is not"):
        Settings().temporal()


def test_values_may_lie_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "url").write_text(f"{DSN}\n")
    (tmp_path / "turnabout_smtp_password").write_text("hunter2\n")
    monkeypatch.setenv("TURNABOUT_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("TURNABOUT_SECRETS_DIR", str(tmp_path))
    settings = EngineSettings()
    assert settings.dsn() == DSN
    assert settings.smtp_password is not None
    assert settings.smtp_password.get_secret_value() == "hunter2"
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", DSN)
    with pytest.raises(InvalidInput, match="both set"):
        EngineSettings()
    monkeypatch.delenv("TURNABOUT_DATABASE_URL")
    monkeypatch.setenv("TURNABOUT_DATABASE_URL_FILE", str(tmp_path / "gone"))
    with pytest.raises(InvalidInput, match="TURNABOUT_DATABASE_URL cannot be read"):
        EngineSettings()


def test_faults_name_the_variable_and_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNABOUT_METRICS_PORT", "hunter2")
    monkeypatch.setenv("TURNABOUT_NOTIFY_CHANNELS", "log,pigeon")
    with pytest.raises(InvalidInput) as raised:
        EngineSettings()
    assert "TURNABOUT_METRICS_PORT: " in str(raised.value)
    assert "TURNABOUT_NOTIFY_CHANNELS: " in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_mail_needs_a_server_and_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNABOUT_NOTIFY_CHANNELS", "log, smtp")
    with pytest.raises(InvalidInput, match="TURNABOUT_SMTP_HOST and TURNABOUT_SMTP_FROM"):
        EngineSettings()
    monkeypatch.setenv("TURNABOUT_SMTP_HOST", "mail.example")
    monkeypatch.setenv("TURNABOUT_SMTP_FROM", "program@turnabout.example")
    settings = EngineSettings()
    assert settings.notify_channels == ("log", "smtp")
    server = settings.mail_server()
    assert (server.host, server.port, server.security, server.username) == (
        "mail.example",
        587,
        "starttls",
        None,
    )


def test_keys_are_read_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    other = PayloadKey("k2", bytes(range(32))).format()
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", DSN)
    monkeypatch.setenv("TURNABOUT_CODEC_KEYS", f"{other}, {KEY}")
    monkeypatch.setenv("TURNABOUT_MASTER_KEYS", f"{other}\n{KEY}")
    assert EngineSettings().keys() == (PayloadKey.parse(other), PayloadKey.parse(KEY))
    assert EngineSettings().master().newest == "k2"
    short = "k3:" + base64.b64encode(b"hunter2").decode()
    monkeypatch.setenv("TURNABOUT_MASTER_KEYS", short)
    with pytest.raises(InvalidInput, match="TURNABOUT_MASTER_KEYS does not fit") as raised:
        EngineSettings().master()
    assert short not in str(raised.value)


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURNABOUT_DATABASE_URL", DSN)
    monkeypatch.setenv("TURNABOUT_CODEC_KEYS", KEY)
    settings = EngineSettings(master_keys=KEY, smtp_password="hunter2")
    stack = RunningStack(
        database_url=DSN,
        temporal_address="a",
        temporal_namespace="b",
        codec_keys=(KEY,),
        master_keys=(KEY,),
        pid=1,
    )
    for shown in (
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        repr(stack),
        repr(settings.keys()),
    ):
        assert "hunter2" not in shown
        assert KEY.partition(":")[2] not in shown


def test_the_page_of_settings_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert table() in page, "Run: python -m workers.configuration"
    assert with_table(page) == page

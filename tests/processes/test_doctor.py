"""The doctor asks the mail server as a message would: with our certificates and our login."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.notify.post import certificate, post_office
from workers import doctor
from workers.settings import EngineSettings


@pytest.mark.parametrize(
    ("password", "trusted", "status", "says"),
    [
        ("right", True, "ok", "answers 250"),
        ("wrong", True, "fault", "TURNABOUT_SMTP_PASSWORD"),
        ("right", False, "unreachable", "certificate"),
    ],
)
async def test_the_mail_server_is_asked_up_to_the_login(
    tmp_path: Path, password: str, trusted: bool, status: str, says: str
) -> None:
    context, trust = certificate(tmp_path)
    async with post_office(tls=context) as office:
        settings = EngineSettings(
            notify_channels=("smtp",),
            smtp_host="localhost",
            smtp_port=office.port,
            smtp_from="program@turnabout.example",
            smtp_username="turnabout",
            smtp_password=SecretStr(password),
            smtp_ca_file=trust if trusted else None,
        )
        (check,) = await doctor._guarded("smtp", lambda: doctor._smtp(settings))
    assert check.status == status, check
    assert says in f"{check.found} {check.fix}"
    assert "right" not in check.found
    assert office.mails == []

"""The channel `smtp`: mail as text and HTML with its files, at least once; its Message-ID follows from the
message."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

import aiosmtplib

from activities.channels import Message, NotDelivered
from activities.letters import Attachment

Security = Literal["none", "starttls", "tls"]


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `sender` is the From address, `timeout` in seconds for each step; `ca_file`
    holds the certificates to trust where the system does not know the server's."""

    host: str
    sender: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender_name: str = "Turnabout"
    timeout: float = 20.0
    ca_file: str | None = None


class SmtpChannel:
    """Hands messages to a mail server, one connection each."""

    name = "smtp"

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def message_id(self, key: str) -> str:
        return f"<{key}@{self._server.sender.rpartition('@')[2]}>"

    async def send(self, message: Message) -> None:
        """Deliver to the mail server. Raises NotDelivered; a reason holds status codes, never the address,
        which servers like to repeat."""
        server = self._server
        if message.to.email is None:
            raise NotDelivered("unaddressed", "no e-mail address in the directory")
        mail = self.compose(message, message.to.email)
        try:
            await aiosmtplib.send(
                mail,
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                cert_bundle=server.ca_file,
                timeout=server.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused(max(one.code for one in error.recipients)) from None
        except aiosmtplib.SMTPDataError as error:
            raise _refused(error.code) from None
        except aiosmtplib.SMTPResponseException as error:
            # Sender, login or greeting: the fault is ours or the server's, and the same for everybody.
            raise NotDelivered("failed", f"{type(error).__name__} {error.code}", down=True) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotDelivered("failed", type(error).__name__, down=True) from None

    def compose(self, message: Message, address: str) -> EmailMessage:
        """The mail as it goes over the wire. Raises NotDelivered for an address that no mail can have."""
        server = self._server
        mail = EmailMessage(policy=SMTP)
        local, _, domain = address.rpartition("@")
        try:
            ascii_domain = domain.encode("idna").decode()
            mail["To"] = Address(" ".join(message.to.name.split()), addr_spec=f"{local}@{ascii_domain}")
        except Exception:  # noqa: BLE001 -- the parser raises whatever it stumbles over
            raise NotDelivered("bounced", "the e-mail address is malformed") from None
        mail["From"] = Address(server.sender_name, addr_spec=server.sender)
        mail["Subject"] = message.letter.subject
        mail["Date"] = message.at
        mail["Message-ID"] = self.message_id(message.key)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.letter.body)
        mail.add_alternative(message.letter.html, subtype="html")
        for part in message.letter.attachments:
            _show(mail, part)
        for part in message.letter.attachments:
            main, sub, parameters = _media_type(part.media_type)
            mail.add_attachment(part.content, main, sub, filename=part.name, params=parameters)
        return mail


def _show(mail: EmailMessage, part: Attachment) -> None:
    """Put an invitation beside the text, too: there mail programs look for it, the file is for the others."""
    main, sub, parameters = _media_type(part.media_type)
    if (main, sub) == ("text", "calendar") and "method" in parameters:
        method = {"method": parameters["method"]}
        mail.add_alternative(part.content.decode(), subtype=sub, params=method, cte="base64")


def _media_type(text: str) -> tuple[str, str, dict[str, str]]:
    """Type, subtype and parameters of a media type, by the rules of a mail's header."""
    header = EmailMessage(policy=SMTP)
    header["Content-Type"] = text
    kind = header["Content-Type"]
    return kind.maintype, kind.subtype, dict(kind.params)


def _refused(code: int) -> NotDelivered:
    """For good from 500 on (RFC 5321, 4.2.1), else for now."""
    return NotDelivered("bounced" if code >= 500 else "failed", f"SMTP {code}")

"""Keeps one letter of each kind while the demo runs, and writes them to a folder with their files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from activities.channels import LogChannel, Message
from activities.documents.catalog import document
from activities.mail import MailServer, SmtpChannel
from turnabout.contact import Contact
from turnabout.errors import InvalidInput
from turnabout.spec import CohortSpec

SERVER = MailServer("localhost", "mentoring@example.org", sender_name="Turnabout")
NOBODY = "nobody@example.org"
DOCUMENTS = ("charter", "cheat_sheet", "launch_checklist")


@dataclass
class Keepsakes(LogChannel):
    """The channel `log`, which keeps the first letter of each kind and one that told `pair` of a pause."""

    pair: str = ""
    kept: dict[str, Message] = field(default_factory=dict)
    pause: Message | None = None

    async def send(self, message: Message) -> None:
        await super().send(message)
        self.kept.setdefault(message.template, message)
        if message.template == "routine_check_in" and message.stream == self.pair and self.pause is None:
            self.pause = message


def prepare(folder: Path) -> None:
    """Make the folder, before the demo takes its time. Raises InvalidInput where that cannot be done."""
    try:
        (folder / "mails").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{folder} cannot be made: {error.strerror}.") from None


def write(folder: Path, keepsakes: Keepsakes, spec: CohortSpec) -> list[Path]:
    """Write the letters as mails, what came with them as files, and some documents; the files written."""
    channel, files = SmtpChannel(SERVER), dict[str, bytes]()
    letters = sorted(keepsakes.kept.values(), key=lambda one: (one.at, one.template))
    for number, message in enumerate(letters, 1):
        mail = channel.compose(message, message.to.email or NOBODY)
        files[f"mails/{number:02}-{message.template}.eml"] = mail.as_bytes()
        for part in message.letter.attachments:
            if part.name not in files:
                files[part.name] = part.content
    for name in DOCUMENTS:
        made = document(name, spec)
        files[f"{name.replace('_', '-')}.html"] = made.html.encode()
        files.setdefault(f"{name.replace('_', '-')}.pdf", made.pdf)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def shown(message: Message) -> str:
    """A letter as its reader has it."""
    to: Contact = message.to
    return f"To: {to.name}\nSubject: {message.letter.subject}\n\n{message.letter.body}"

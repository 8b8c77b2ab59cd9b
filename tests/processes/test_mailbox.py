"""The mail catcher: what it keeps, and what its page shows of it."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib
import httpx2
import pytest

from workers.embedded.mail_page import Start, application
from workers.embedded.mailbox import LARGEST, Mailbox, mail_server

LINK = "http://127.0.0.1:8080/link/up-1.abc-_"


def letter(
    to: str, subject: str = "A <b>question</b>", text: str = f"Open {LINK}.\n<i>Bye</i>"
) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "turnabout@example.org", to, subject
    mail.set_content(text)
    mail.add_alternative("<p>never shown</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="cheat sheet.pdf")
    return mail


def browser(mailbox: Mailbox, starts: list[Start] | None = None) -> httpx2.AsyncClient:
    app = application(mailbox, lambda: starts or [])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1")


async def test_a_letter_is_listed_and_read_with_its_link_and_its_file() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port, browser(mailbox, [Start("Try <this>", "/x?a=1&b=2")]) as web:
        for to in ("first@example.org", "second@example.org"):
            await aiosmtplib.send(letter(to), hostname="127.0.0.1", port=port, start_tls=False)
        shown = (await web.get("/")).text
        assert shown.index("/mail/2") < shown.index("/mail/1")
        assert "A &lt;b&gt;question" in shown
        assert '<a href="/x?a=1&amp;b=2">Try &lt;this&gt;</a>' in shown
        only = (await web.get("/", params={"to": "first@example.org"})).text
        assert "/mail/1" in only
        assert "/mail/2" not in only

        read = await web.get("/mail/1")
        assert f'<a href="{LINK}" rel="noopener">{LINK}</a>.' in read.text
        assert "&lt;i&gt;Bye" in read.text
        assert "never shown" not in read.text
        assert "default-src 'none'" in read.headers["content-security-policy"]
        file = await web.get("/mail/1/file/0")
        assert file.content == b"%PDF"
        assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''cheat%20sheet.pdf"
        for nothing in ("/mail/3", "/mail/1/file/1"):
            assert (await web.get(nothing)).status_code == 404


async def test_a_strangers_page_cannot_read_the_mails_through_a_name_of_its_own() -> None:
    async with browser(Mailbox()) as web:
        assert (await web.get("/", headers={"host": "evil.example"})).status_code == 400


async def test_a_letter_that_is_too_large_is_refused() -> None:
    mailbox = Mailbox()
    async with mail_server(mailbox) as port:
        large = letter("first@example.org", text="x" * 70 + "\n" + ("y" * 70 + "\n") * (LARGEST // 71))
        with pytest.raises(aiosmtplib.SMTPResponseException):
            await aiosmtplib.send(large, hostname="127.0.0.1", port=port, start_tls=False)
    assert mailbox.mails() == []


def test_the_oldest_letters_make_room() -> None:
    mailbox = Mailbox(at_most=3, at_most_bytes=100)
    for size in (10, 10, 10, 10):
        mailbox.take(["a@example.org"], b"x" * size)
    assert [one.number for one in mailbox.mails()] == [4, 3, 2]
    mailbox.take(["a@example.org"], b"x" * 85)
    assert [one.number for one in mailbox.mails()] == [5, 4]
    mailbox.take(["a@example.org"], b"x" * 500)
    assert [one.number for one in mailbox.mails()] == [6]
    assert mailbox.mail(5) is None

"""The page of the mail catcher: whose letters came, what they say and where their links lead.

For one machine, in development and to try things out: it listens on loopback alone, and whoever reads it can
open every link.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from workers.embedded.mailbox import Mailbox
from workers.http_server import listening, serving
from workers.loopback import HOST

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_FOLDER = Path(__file__).parent / "templates"
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER), undefined=StrictUndefined, autoescape=True, trim_blocks=True
)


@dataclass(frozen=True)
class Start:
    """Something to try first: what it is, and where it begins."""

    what: str
    leads_to: str


def application(mailbox: Mailbox, starts: Callable[[], Sequence[Start]] = tuple) -> Starlette:
    """The pages. `starts` is what the first of them proposes to try."""

    async def everything(request: Request) -> Response:
        to = request.query_params.get("to") or None
        rows = [(one.number, one.at, ", ".join(one.to), _subject(one.opened())) for one in mailbox.mails(to)]
        people = sorted({address for one in mailbox.mails() for address in one.to})
        return _page("mails.html.j2", rows=rows, people=people, to=to, starts=starts())

    async def one_mail(request: Request) -> Response:
        mail = mailbox.mail(request.path_params["number"])
        if mail is None:
            return _page("mail.html.j2", 404, mail=None)
        opened = mail.opened()
        return _page(
            "mail.html.j2",
            mail=mail,
            sender=str(opened["From"]),
            subject=_subject(opened),
            text=_text(opened),
            files=[part.get_filename("file") for part in opened.iter_attachments()],
        )

    async def one_file(request: Request) -> Response:
        mail = mailbox.mail(request.path_params["number"])
        files = list(mail.opened().iter_attachments()) if mail else []
        place = request.path_params["place"]
        if place >= len(files):
            return _page("mail.html.j2", 404, mail=None)
        content = files[place].get_payload(decode=True)
        name = quote(files[place].get_filename("file"))
        return Response(
            content if isinstance(content, bytes) else b"",
            media_type="application/octet-stream",
            headers={**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    async def style(_: Request) -> Response:
        return Response((_FOLDER / "mails.css").read_bytes(), media_type="text/css", headers=HEADERS)

    return Starlette(
        routes=[
            Route("/", everything),
            Route("/mail/{number:int}", one_mail),
            Route("/mail/{number:int}/file/{place:int}", one_file),
            Route("/mails.css", style),
        ],
        # A name that resolves to loopback must not let a stranger's page read the mails.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", HOST])],
    )


def _subject(mail: EmailMessage) -> str:
    return str(mail["Subject"] or "").strip() or "(no subject)"


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part is not None else "This mail has no text."


def _page(template: str, status: int = 200, **context: object) -> Response:
    text = _PAGES.get_template(template).render(context)
    return HTMLResponse(text, status_code=status, headers=HEADERS)


@asynccontextmanager
async def mail_page(
    mailbox: Mailbox, port: int, starts: Callable[[], Sequence[Start]] = tuple
) -> AsyncIterator[str]:
    """Serve the pages on loopback inside the block; yields their address. Raises InvalidInput for a port
    that is taken."""
    async with serving(application(mailbox, starts), listening(HOST, port, "mail page")) as address:
        yield address

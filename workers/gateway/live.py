"""Pages that are brought up to date while somebody waits: each names its version, and is sent again only when
it has another one. Pure.
"""

from __future__ import annotations

import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response

_MARK = b'data-live=""'
_EACH_TIME = re.compile(rb'name="(?:press|csrf)" value="[^"]*"')
"""What differs each time a page is shown, and says nothing new."""


def current(request: Request, page: Response) -> Response:
    """The page with its version; nothing but a 304 for a browser that shows this version already."""
    body = bytes(page.body)
    if page.status_code != 200 or _MARK not in body:
        return page
    version = f'"{hashlib.sha256(_EACH_TIME.sub(b"", body)).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == version:
        return Response(status_code=304, headers={"ETag": version})
    marked = body.replace(_MARK, f"data-live='{version}'".encode(), 1)
    return Response(marked, media_type="text/html", headers={"ETag": version})

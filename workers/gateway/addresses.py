"""Where somebody signed in finds things. Pure."""

from __future__ import annotations

HOME, SIGN_IN, SIGN_OUT = "/my", "/sign-in", "/sign-out"


def address(stream: str, page: str, item: str | None = None) -> str:
    """The page of a stream, about an item where one is meant."""
    return "/".join(filter(None, (HOME, stream, page, item)))

"""Where somebody signed in finds things. Pure."""

from __future__ import annotations

from collections.abc import Callable

HOME, SIGN_IN, SIGN_OUT = "/my", "/sign-in", "/sign-out"


def address(stream: str, page: str, item: str | None = None) -> str:
    """The page of a stream, about an item where one is meant."""
    return "/".join(filter(None, (HOME, stream, page, item)))


def around(stream: str) -> Callable[..., str]:
    """Where the pages about a stream lead from one to another, and to those of other streams."""

    def to(page: str, item: str | None = None, other: str | None = None) -> str:
        return address(other or stream, page, item)

    return to

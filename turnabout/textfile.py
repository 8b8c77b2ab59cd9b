"""Reads a text file that people made: finds its encoding and says plainly what is wrong with it."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

from turnabout.errors import InvalidInput

MAX_BYTES = 10_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f")


class TextFile(NamedTuple):
    """What a file says, and what the reader should know about how it was read."""

    text: str
    notices: tuple[str, ...]


def read_text(path: Path) -> TextFile:
    """The text of a file in UTF-8, UTF-16 or UTF-32 with a mark, or Windows-1252 (with a notice).

    Raises InvalidInput for a file that is missing, a directory, unreadable, empty, too large or no text.
    """
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a directory.", hint="Name a file in it.")
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput(
                f"{path} is larger than {MAX_BYTES // 1_000_000} MB.", hint="Is it the right one?"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput(f"There is no file {path}.", hint="Check the path.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InvalidInput(f"{path} cannot be read: {reason}.") from error
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), None)
    notices: tuple[str, ...] = ()
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise _no_text(path) from None
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            raise _no_text(path) from None
        notices = (f"{path.name} is not UTF-8; it was read as Windows-1252. Check letters such as é and ß.",)
    if not _CONTROL.isdisjoint(text):
        raise _no_text(path)
    if not text.strip():
        raise InvalidInput(f"{path} is empty.")
    return TextFile(text, notices)


def _no_text(path: Path) -> InvalidInput:
    return InvalidInput(f"{path} is not a text file in an encoding we know.", hint="Save it as UTF-8.")

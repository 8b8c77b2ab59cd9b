"""What the image holds may be passed on: each package of its lock has a licence that allows it.

Works offline, from what the installed packages say of themselves. Whether one of them has a known hole it
cannot tell: docs/security.md says how to ask.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[2] / "deploy" / "runtime.lock"
ALLOWED = {
    *("apache", "apache software license", "apache-2.0", "0bsd", "bsd license", "3-clause bsd license"),
    *("bsd-2-clause", "bsd-3-clause", "mit", "mit license", "mit-0", "mit-cmu", "psf-2.0", "zlib", "cc0-1.0"),
    *(
        "python software foundation license",
        "mpl-2.0",
        "mozilla public license 2.0 (mpl 2.0)",
        "osi approved",
    ),
}
PACKAGES = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(name: str) -> str:
    """What a package says: its licence expression, else its classifiers, else the free field's first line."""
    told = importlib.metadata.metadata(name).json
    classifiers = [
        str(one).rpartition("::")[2].strip() for one in told.get("classifier", []) if "License ::" in one
    ]
    said = (
        told.get("license_expression")
        or "; ".join(classifiers)
        or str(told.get("license")).partition("\n")[0]
    )
    return str(said)


def allowed(licence: str) -> bool:
    parts = [part.strip("() ").lower() for part in re.split(r"; | AND | OR ", licence)]
    return all(part in ALLOWED or f"{part})" in ALLOWED for part in parts)


@pytest.mark.parametrize(("name", "version"), PACKAGES)
def test_it_may_be_passed_on(name: str, version: str) -> None:
    assert importlib.metadata.version(name) == version
    assert allowed(licence_of(name)), f"{name}: {licence_of(name)}"


def test_other_licences_are_seen() -> None:
    assert not allowed("GPL-3.0")
    assert not allowed("MIT AND LGPL-3.0-only")
    assert allowed("Apache-2.0 OR BSD-3-Clause")

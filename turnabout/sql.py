"""Loads the named statements of a `.sql` file that lies next to the module which uses them.

A block begins with `-- name: append_one` and reaches to the next one.
"""

from __future__ import annotations

import re
from pathlib import Path

_NAME = re.compile(r"^--\s*name:\s*(\w+)\s*$", re.MULTILINE)


def load(module_file: str, name: str) -> dict[str, str]:
    """The statements of `name` in the folder of `module_file` (pass `__file__`), by block name.

    A block that is asked for and missing raises KeyError at import, not at the first use, when it is bound
    to a constant there.
    """
    text = Path(module_file).with_name(name).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{name} has two blocks of one name.")
    return {block: body.strip() for block, body in zip(names, bodies, strict=True)}

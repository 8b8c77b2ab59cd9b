"""How a picture of a page is kept in `docs/pictures/`: in few colours, and small."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 48
LARGEST = 80_000
"""Bytes of a picture at most."""


def keep(name: str, taken: bytes, colours: int = COLOURS) -> None:
    """Write it. Raises ValueError for one that is too large."""
    small = _small(taken, colours)
    if len(small) > LARGEST:
        raise ValueError(f"{name} has {len(small)} bytes")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(small)


def _small(picture: bytes, colours: int) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(picture)) as one:
        one.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()

"""What the image is made of, read from its Dockerfile, `.dockerignore` and locks: the same without Docker."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from fnmatch import translate
from pathlib import Path

from tests.deploy import DEPLOY, ROOT

DOCKERFILE = DEPLOY / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, each with its words on one line."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, words) for name, _, words in (line.partition(" ") for line in lines if line)]


def final_stage() -> list[tuple[str, str]]:
    """The instructions of the stage that is shipped."""
    found = instructions()
    start = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def ignored(path: str) -> bool:
    """Whether `.dockerignore` keeps a file out of what COPY sees: its last line that fits the path, or a
    folder above it, decides."""
    out = False
    parts = path.split("/")
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").strip()
        if not pattern or pattern.startswith("#"):
            continue
        fits = re.compile(
            "/".join(
                "(?:.*/)?" if part == "**" else translate(part).removesuffix(r"\Z").replace(".*", "[^/]*")
                for part in pattern.split("/")
            ).replace("(?:.*/)?/", "(?:.*/)?")
        )
        if any(fits.fullmatch(name) for name in above):
            out = not line.startswith("!")
    return out


def copies() -> dict[str, list[Path]]:
    """The files of each COPY from the checkout, by where it puts them. Only what Git knows, or would, is
    looked at beside what nobody may copy."""
    found: dict[str, list[Path]] = {}
    for name, words in instructions():
        *sources, place = shlex.split(words) if name == "COPY" else ["--from"]
        if name != "COPY" or sources[0].startswith("--from"):
            continue
        for source in sources:
            origin = ROOT / source
            every = sorted(origin.rglob("*")) if origin.is_dir() else [origin]
            files = [one for one in every if one.is_file() and not ignored(one.relative_to(ROOT).as_posix())]
            assert files, f"COPY {source} finds nothing"
            found.setdefault(f"{place.rstrip('/')}/" if len(sources) > 1 else place, []).extend(files)
    return found


def lay(folder: Path) -> Path:
    """Copy what the image's `/app` holds, and the package of its wheel, into a folder; returns it."""
    for files in copies().values():
        for file in files:
            inside = file.relative_to(ROOT)
            if len(inside.parts) > 1 and inside.parts[0] != "deploy":
                (folder / inside.parent).mkdir(parents=True, exist_ok=True)
                shutil.copy(file, folder / inside)
    return folder


def locked(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """The packages of a lock in deploy/: version and hashes of each."""
    text = (DEPLOY / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        requirement, *hashes = line.split("--hash=")
        package, _, version = requirement.partition(";")[0].strip().partition("==")
        found[package] = (version, frozenset(word.strip() for word in hashes))
    return found


def run(*words: str | Path, environment: dict[str, str] | None = None, folder: Path = Path("/")) -> str:
    """What a program prints; it must end well."""
    done = subprocess.run(  # noqa: S603 -- a program of the test's own
        [*map(str, words)], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout

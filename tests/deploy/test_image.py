"""The image holds what its commands need and nothing else: no test, no embedded server, no secret."""

from __future__ import annotations

import re
import sys
import sysconfig
import tomllib
from pathlib import Path

from tests.deploy import DEPLOY, ROOT
from tests.deploy.image import DOCKERFILE, copies, final_stage, ignored, instructions, lay, locked, run
from tests.deploy.wheels import checked

PACKAGES = {"activities", "events", "projections", "turnabout", "workers", "workflows"}

EVERYTHING = """
import importlib, importlib.abc, importlib.metadata, pkgutil, sys
sys.path[:0] = [APP]
sys.path.append(SITE)
owners = importlib.metadata.packages_distributions()

class NotInTheImage(importlib.abc.MetaPathFinder):
    "Refuses what only packages outside the image's lock bring along."
    def find_spec(self, name, path=None, target=None):
        names = {owner.lower().replace("_", "-").replace(".", "-") for owner in owners.get(name, ())}
        if names and not names & LOCKED:
            raise ModuleNotFoundError(f"the image has no {name} ({', '.join(names)})", name=name)

sys.meta_path.insert(0, NotInTheImage())
for package in PACKAGES:
    for module in pkgutil.walk_packages([f"{APP}/{package}"], f"{package}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from turnabout.cli.main import run
assert run(["worker", "--help"]) == 0
from turnabout.process import leave
leave(0)
"""


def test_hadolint_is_content() -> None:
    assert checked("hadolint", DOCKERFILE) == ""


def test_it_runs_as_nobody_in_particular_and_ends_when_told() -> None:
    last = dict(final_stage())
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last["USER"])
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert last["ENTRYPOINT"] == '["turnabout"]'
    assert not {name for name, _ in final_stage()} & {"RUN", "ADD"}


def test_its_base_is_named_exactly_and_once() -> None:
    (base,) = [words for name, words in instructions() if name == "ARG"]
    assert re.fullmatch(r"PYTHON=python(:\d+\.\d+\.\d+-\S+|@sha256:[0-9a-f]{64})", base)
    assert {words.split()[0] for name, words in instructions() if name == "FROM"} == {"${PYTHON}"}


def test_its_locks_are_parts_of_the_one_that_is_tested() -> None:
    whole, runtime, build = map(locked, ("requirements.lock", "runtime.lock", "build.lock"))
    assert runtime.items() <= whole.items()
    assert build.items() <= whole.items()
    assert all(hashes for _, hashes in runtime.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        name: {re.split(r"[^A-Za-z0-9-]", word)[0] for word in words}
        for name, words in {
            **project["optional-dependencies"],
            "client": project["dependencies"],
        }.items()
    }
    assert extras["client"] | extras["engine"] <= runtime.keys()
    assert not (extras["embedded"] | extras["dev"]) & runtime.keys()


def test_no_lock_names_an_index() -> None:
    for lock in DEPLOY.glob("*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")
        assert "index" not in lock.read_text(encoding="utf-8")


def test_it_holds_no_test_no_embedded_server_and_no_secret() -> None:
    files = [file.relative_to(ROOT) for named in copies().values() for file in named]
    assert {file.parts[0] for file in files if len(file.parts) > 1} == PACKAGES | {"deploy"}
    assert not [file for file in files if {"tests", "embedded", "demo", "__pycache__"} & {*file.parts}]
    assert not [file for file in files if file.suffix in {".env", ".key", ".pem", ".pyc"}]
    for file in files:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert "PRIVATE KEY" not in text, file
        assert not re.search(r"\b[A-Za-z0-9+/]{43}=(?![A-Za-z0-9=])", text), (
            f"{file} holds 32 bytes in base64"
        )


def test_what_is_made_beside_the_sources_stays_out() -> None:
    for made in (".git/config", ".turnabout/stack.json", ".venv/bin/python", ".env", "tests/conftest.py",
                 "workers/__pycache__/up.pyc", "workers/up.py", "deploy/requirements.lock"):  # fmt: skip
        assert ignored(made), made
    for needed in ("turnabout/cli/main.py", "activities/templates/en/charter.md.j2", "deploy/runtime.lock"):
        assert not ignored(needed), needed


def test_every_module_of_it_loads_with_its_lock_alone(tmp_path: Path) -> None:
    facts = {
        "APP": str(lay(tmp_path)),
        "SITE": sysconfig.get_path("purelib"),
        "LOCKED": {*locked("runtime.lock"), "turnabout"},
        "PACKAGES": sorted(PACKAGES),
    }
    program = "\n".join([*(f"{name} = {value!r}" for name, value in facts.items()), EVERYTHING])
    assert "Usage: turnabout worker" in run(sys.executable, "-S", "-P", "-c", program)

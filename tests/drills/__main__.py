"""`make drills`: the image's steps and a vanished host, then rounds of kills for half an hour (or for
`--minutes N`).

Stops at the first failure, whose seed it prints, and exits with 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from tests.drills import SEED

ONCE = ("tests/drills/image.py", "tests/drills/vanished.py", "tests/drills/alerts.py")
DRILLS = (
    "tests/rules/whole",
    "tests/e2e/test_kills.py",
    "tests/e2e/test_real_time.py",
    "tests/drills/several.py",
    "tests/e2e/test_recover.py",
    "tests/store/test_crash.py",
)


def main() -> int:
    """Run the drills and return the exit code."""
    parser = argparse.ArgumentParser(prog="make drills", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long, at least one round")
    parser.add_argument("--seed", help="repeat one round with this seed")
    arguments = parser.parse_args()
    begun, rounds = time.monotonic(), 0
    if not arguments.seed and _pytest(*ONCE):
        return 1
    while not rounds or (not arguments.seed and time.monotonic() - begun < 60 * arguments.minutes):
        rounds += 1
        seed = arguments.seed or f"-{time.time_ns()}"
        say(f"round {rounds}, seed {seed}, after {(time.monotonic() - begun) / 60:.0f} min")
        if _pytest(*DRILLS, seed=seed):
            say(f"failed; repeat it with: python -m tests.drills --seed={seed}")
            return 1
    say(f"{rounds} rounds without a loss in {(time.monotonic() - begun) / 60:.0f} min")
    return 0


def _pytest(*files: str, seed: str = "") -> int:
    words = [sys.executable, "-m", "pytest", "-q", *files]
    done = subprocess.run(words, env={**os.environ, SEED: seed}, check=False)  # noqa: S603 -- our own tests
    return done.returncode


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write(f"drills: {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

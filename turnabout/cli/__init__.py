"""The command line: noun, then verb. Data goes to stdout, all else to stderr; exit codes are documented.

Verbs marked [engine] need the engine's packages beside the client (a checkout or the image); the others need
only the `turnabout` wheel. Nothing heavy is imported until a verb runs.
"""

from __future__ import annotations

from turnabout.cli.main import main

__all__ = ["main"]

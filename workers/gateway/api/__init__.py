"""The operators' HTTP API below `/v1`: an application of its own, with its own description and problems."""

from __future__ import annotations

ROOT = "/v1"
"""Where the API begins."""

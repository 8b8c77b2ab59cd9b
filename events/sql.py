"""The loader of named statements, which `turnabout` shares with the engine."""

from turnabout.sql import load

__all__ = ["load"]

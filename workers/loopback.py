"""Addresses and ports of this machine alone."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

HOST = "127.0.0.1"


def is_loopback(address: str) -> bool:
    """Whether a URL, or `//host`, leads to this machine alone."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def free_port() -> int:
    """A TCP port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port

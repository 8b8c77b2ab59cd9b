"""Temporal's native runtime, one for a process, with its own log lines going where ours go.

Left alone it writes them to stdout, which belongs to data.
"""

from __future__ import annotations

from functools import cache
from logging import getLogger

from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter


def forwarded_logs() -> LoggingConfig:
    """Warnings of the runtime go to Python's logger `temporalio`, without their fields, which may hold what a
    person wrote."""
    return LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(getLogger("temporalio"), append_log_fields_to_message=False),
    )


@cache
def quiet_runtime() -> Runtime:
    """The runtime of processes that expose no metrics."""
    return Runtime(telemetry=TelemetryConfig(logging=forwarded_logs()))

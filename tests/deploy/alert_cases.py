"""When each alert fires and when it must not, as series that promtool plays from minute 0 on."""

from __future__ import annotations

from dataclasses import dataclass, field

WORKER, OTHER = 'instance="worker-1"', 'instance="worker-2"'


@dataclass(frozen=True)
class Case:
    """At `at` (minutes) the alert fires once for each of `fires` (its labels beside severity and team); by
    default it is quiet. The series have a value every `step` minutes, and rules are evaluated as often."""

    series: dict[str, str]
    at: int
    fires: list[dict[str, str]] = field(default_factory=list)
    step: int = 1


ONCE: list[dict[str, str]] = [{}]


def steady(value: float, steps: int = 240) -> str:
    """The same value all the time."""
    return f"{value}+0x{steps}"


def growing(by: float, steps: int = 240) -> str:
    """A counter that grows by so much a step."""
    return f"0+{by}x{steps}"


def delays(messages: float, in_time: float, steps: int = 240) -> dict[str, str]:
    """A worker that sends so many messages a step, so many of them within five minutes."""
    name = "turnabout_reminder_delay_seconds"
    return {
        f'{name}_bucket{{le="300.0", {WORKER}}}': growing(in_time, steps),
        f"{name}_count{{{WORKER}}}": growing(messages, steps),
    }


def late_of_late(share: float) -> dict[str, str]:
    """All was well for hours, of steps of two minutes; in the last 70 minutes this share is late."""
    name = "turnabout_reminder_delay_seconds"
    return {
        f'{name}_bucket{{le="300.0", {WORKER}}}': f"0+100x180 18000+{100 * (1 - share)}x40",
        f"{name}_count{{{WORKER}}}": growing(100),
    }


def one_late(minute: int) -> dict[str, str]:
    """A quiet night: a single message, and it is late."""
    name = "turnabout_reminder_delay_seconds"
    return {
        f'{name}_bucket{{le="300.0", {WORKER}}}': steady(0),
        f"{name}_count{{{WORKER}}}": f"0+0x{minute} 1+0x200",
    }


def up(process: str, values: str) -> dict[str, str]:
    return {f'up{{job="turnabout", process="{process}", instance="{process}-1"}}': values}


def channel(answered: str, failed: str) -> dict[str, str]:
    """When the channel smtp answered one worker, and failed another."""
    return {
        f'turnabout_channel_answered_timestamp_seconds{{channel="smtp", {WORKER}}}': answered,
        f'turnabout_channel_failed_timestamp_seconds{{channel="smtp", {WORKER}}}': steady(0),
        f'turnabout_channel_answered_timestamp_seconds{{channel="smtp", {OTHER}}}': steady(0),
        f'turnabout_channel_failed_timestamp_seconds{{channel="smtp", {OTHER}}}': failed,
    }


def used(connections: int) -> dict[str, str]:
    pool = f'pool="worker", {WORKER}'
    return {
        f'turnabout_pool_connections{{state="used", {pool}}}': steady(connections),
        f'turnabout_pool_connections{{state="idle", {pool}}}': steady(10 - connections),
        f"turnabout_pool_connections_max{{{pool}}}": steady(10),
    }


POLLERS = 'temporal_num_pollers{poller_type="workflow_task", instance="worker-1"}'
FAILED = (
    'temporal_workflow_task_execution_failed_total{failure_reason="NonDeterminismError", instance="worker-1"}'
)
ALERTS = 'turnabout_engine_alerts_total{reason="due_failed", instance="worker-1"}'
OLDEST = 'turnabout_outbox_oldest_seconds{state="retrying"}'
BOARD = '{projection="cohort_board", instance="projector-1"}'
BOARD_2 = '{projection="cohort_board", instance="projector-2"}'

CASES: dict[str, list[Case]] = {
    "RemindersLate": [
        Case(late_of_late(0.2), 430, ONCE, 2),
        Case(late_of_late(0.1), 430, step=2),
        # A tenth for six hours, though no hour is an emergency.
        Case(delays(10, 9), 500, ONCE, 10),
        Case(delays(10, 9.8), 60),
        Case(delays(10, 10), 60),
        Case(one_late(50), 55),
        Case({}, 60),
    ],
    "RemindersLateSlowly": [
        Case(delays(100, 98), 4500, ONCE, 30),
        Case(delays(100, 99.5), 4500, step=30),
    ],
    "NoPollers": [
        Case({}, 5, ONCE),
        Case({POLLERS: steady(0)}, 5, ONCE),
        Case({POLLERS: "5+0x10 _x30"}, 20, ONCE),
        Case({POLLERS: steady(5)}, 5),
        Case({}, 2),
    ],
    "ProjectorDown": [
        Case({}, 5, ONCE),
        Case(up("projector", steady(0)), 5, ONCE),
        Case(up("projector", steady(1)), 5),
    ],
    "GatewayDown": [
        Case(up("projector", steady(1)), 5, ONCE),
        Case(up("gateway", steady(0)), 5, ONCE),
        Case(up("gateway", steady(1)), 5),
    ],
    "TemporalDown": [
        Case({f'turnabout_dependency_up{{dependency="temporal", {WORKER}}}': steady(0)}, 5, ONCE),
        Case(  # one process alone has another trouble
            {
                f'turnabout_dependency_up{{dependency="temporal", {WORKER}}}': steady(0),
                f'turnabout_dependency_up{{dependency="temporal", {OTHER}}}': steady(1),
            },
            5,
        ),
        Case({}, 5),
    ],
    "DatabaseDown": [
        Case({f'turnabout_dependency_up{{dependency="postgresql", {WORKER}}}': steady(0)}, 5, ONCE),
        Case({f'turnabout_dependency_up{{dependency="postgresql", {WORKER}}}': steady(1)}, 5),
        Case({"turnabout_database_up": steady(0)}, 5, ONCE),
        Case({"turnabout_database_up": "0 1+0x20"}, 5),
        Case({}, 5),
    ],
    "ConnectionsExhausted": [
        Case(used(10), 15, [{"instance": "worker-1", "pool": "worker"}]),
        Case(used(9), 15),
    ],
    "WorkflowTaskFailing": [
        Case({FAILED: growing(1)}, 20, [{"failure_reason": "NonDeterminismError"}]),
        Case({FAILED: "_x30 1+0x60"}, 35, [{"failure_reason": "NonDeterminismError"}]),
        Case({FAILED: steady(3)}, 20),
    ],
    "StreamStuck": [
        Case({'turnabout_streams_overdue{stream_kind="pair"}': steady(2)}, 15, [{"stream_kind": "pair"}]),
        Case({'turnabout_streams_overdue{stream_kind="pair"}': steady(0)}, 15),
        Case({'turnabout_streams_overdue{stream_kind="pair"}': "1+0x5 0+0x30"}, 15),
    ],
    "AgendaNotWatched": [
        Case({"turnabout_agenda_looked_timestamp_seconds": steady(0)}, 40, ONCE),
        Case({"turnabout_agenda_looked_timestamp_seconds": growing(60)}, 40),
    ],
    "EngineNeedsAPerson": [
        Case({ALERTS: "_x30 1+0x90"}, 40, [{"reason": "due_failed"}]),
        Case({ALERTS: "1+0x61 2+0x9"}, 65, [{"reason": "due_failed"}]),
        Case({ALERTS: steady(1)}, 65),
    ],
    "EffectsFailing": [
        Case({"turnabout_effects_failing_total": "_x30 1+0x90"}, 40, ONCE),
        Case({'turnabout_tells_given_up_total{reason="absent"}': "_x30 1+0x90"}, 40, ONCE),
        Case({"turnabout_effects_failing_total": steady(1)}, 65),
    ],
    "AppendConflicts": [
        Case({'turnabout_append_conflicts_total{stream_kind="pair"}': growing(1)}, 20, ONCE),
        Case({'turnabout_append_conflicts_total{stream_kind="pair"}': growing(0.1)}, 20),
    ],
    "ProjectionStopped": [
        Case({f"turnabout_projection_stopped{BOARD}": steady(1)}, 5, [{"projection": "cohort_board"}]),
        Case({f"turnabout_projection_stopped{BOARD}": steady(0)}, 5),
    ],
    "ProjectionLagging": [
        Case(
            {
                f"turnabout_projection_lag_seconds{BOARD}": steady(400),
                f"turnabout_projection_stopped{BOARD}": steady(0),
            },
            15,
            [{"projection": "cohort_board"}],
        ),
        Case({f"turnabout_projection_lag_seconds{BOARD}": steady(200)}, 15),
        Case(  # one that cannot look any more tells what it saw last
            {
                f"turnabout_projection_lag_seconds{BOARD}": steady(400),
                f"turnabout_projection_lag_seconds{BOARD_2}": steady(0),
            },
            15,
        ),
        Case(  # another alert tells that it stands still
            {
                f"turnabout_projection_lag_seconds{BOARD}": steady(400),
                f"turnabout_projection_stopped{BOARD}": steady(1),
            },
            15,
        ),
    ],
    "ReadersHeldBack": [
        Case({"turnabout_log_held_back_seconds": "0+60x60"}, 10, ONCE),
        Case({"turnabout_log_held_back_seconds": steady(2)}, 10),
    ],
    "ChannelDown": [
        Case(channel(steady(100), growing(60)), 30, [{"channel": "smtp"}]),
        Case(channel(growing(60), steady(100)), 30),
        Case(channel(steady(0), steady(0)), 30),
    ],
    "MessagesUndelivered": [
        Case({'turnabout_outbox_messages{state="undelivered"}': steady(1)}, 10, ONCE),
        Case({'turnabout_outbox_messages{state="retrying"}': steady(9)}, 10),
    ],
    "MessagesWaiting": [
        Case(
            {'turnabout_outbox_oldest_seconds{state="retrying"}': steady(30_000)}, 15, [{"state": "retrying"}]
        ),
        Case({'turnabout_outbox_oldest_seconds{state="retrying"}': steady(3_000)}, 15),
    ],
    "BackupStale": [
        Case({"turnabout_backup_timestamp_seconds": steady(0)}, 1650, ONCE, 30),
        Case({"turnabout_backup_timestamp_seconds": steady(60_000)}, 1650, step=30),
    ],
    "StewardOverdue": [
        Case({"turnabout_steward_overdue": steady(1)}, 20, ONCE),
        Case({"turnabout_steward_overdue": steady(0)}, 20),
    ],
    "NextCohortUnplanned": [
        Case({"turnabout_cohorts_without_next": steady(1)}, 90, ONCE),
        Case({"turnabout_cohorts_without_next": steady(0)}, 90),
    ],
}

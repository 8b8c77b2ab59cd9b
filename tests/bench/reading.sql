-- name: fill
INSERT INTO log.events (position, stream, version, event_id, type, schema_version, occurred_at, actor, command_id,
  command_digest, correlation_id, policy_version, data)
SELECT nextval('log.position'), 'pair-' || $4 || '-' || n / 20, n % 20 + 1, gen_random_uuid(), $2, 1, now(), 'p-0042',
  'log-session-' || n % 20, '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'log-session-' || n % 20, 'sprint_90@1:0f3c9a', $3::text::jsonb
FROM generate_series(0, $1::integer - 1) n;

-- name: settle
VACUUM (ANALYZE) log.events;

-- name: leave_gap
SELECT nextval('log.position');

-- name: bare
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM log.events WHERE position > $1 ORDER BY position LIMIT $2;

-- name: append_one
SELECT version, position, recorded_at, data FROM log.append_one(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::uuid, $12, $13, $14::text::jsonb, $15::text::jsonb);

-- name: append_many
SELECT version, position, recorded_at, data FROM log.append_many(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text[]::uuid[], $12, $13, $14::text[]::jsonb[],
  $15::text[]::jsonb[]);

-- name: tail
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3;

-- name: batch
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND version > $2 AND command_id = $3 ORDER BY version;

-- name: stream_version
SELECT version FROM log.streams WHERE stream = $1;

-- name: owners_of_ids
SELECT event_id::text AS event_id, stream, version, command_id FROM log.events
WHERE event_id = ANY($1::text[]::uuid[]) ORDER BY position LIMIT 1;

-- name: unfinished_streams
SELECT s.stream FROM log.streams s LEFT JOIN log.performed p USING (stream)
WHERE NOT s.closed OR coalesce(p.version, 0) < s.version ORDER BY s.stream;

-- name: performed
SELECT version FROM log.performed WHERE stream = $1;

-- name: mark_performed
INSERT INTO log.performed AS p (stream, version) VALUES ($1, $2)
ON CONFLICT (stream) DO UPDATE SET version = excluded.version WHERE p.version < excluded.version;

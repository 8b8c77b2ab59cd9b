-- name: page
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE position > $1 ORDER BY position LIMIT $2;

-- name: page_below
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE position > $1 AND position <= $3 ORDER BY position LIMIT $2;

-- name: page_of_types
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE position > $1 AND position <= $3 AND type = ANY($4::text[]) ORDER BY position LIMIT $2;

-- name: page_of_stream
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3;

-- name: cohort
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1
WHERE stream = ANY(ARRAY(
    SELECT s.stream::text FROM read.streams_v1 s
    WHERE s.stream = 'cohort-' || $1::text
      OR (s.kind = 'pair' AND regexp_replace(s.stream, '^pair-(.*)-[^-]*$', '\1') = $1::text)
  ))
  AND position <= $2 AND type = ANY($3::text[])
ORDER BY position;

-- name: watermark
SELECT log.watermark();

-- name: head
SELECT coalesce(max(position), 0) FROM read.events_v1;

-- name: open_versions
SELECT stream, version FROM read.streams_v1 WHERE NOT closed ORDER BY stream;

-- name: stream
SELECT stream, version, closed FROM read.streams_v1 WHERE stream = $1;

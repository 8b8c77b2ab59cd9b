-- name: events
-- Streams are read one after the other by the key that keeps their versions apart.
SELECT stream, version::integer AS version, position, event_id::text AS event_id, type,
  schema_version::integer AS schema_version, occurred_at, command_id, command_digest, data::text AS data,
  sealed::text AS sealed
FROM log.events WHERE (stream, version) > ($1, $2) ORDER BY stream, version LIMIT $3;

-- name: ends
SELECT stream::text AS stream, version::integer AS version, closed FROM log.streams WHERE stream = ANY($1::text[]);

-- name: streams
-- One statement, one snapshot: a stream that grows meanwhile is no fault.
SELECT s.stream::text AS stream, s.version::integer AS version,
  coalesce((SELECT max(e.version) FROM log.events e WHERE e.stream = s.stream), 0) AS stored,
  coalesce((SELECT p.version FROM log.performed p WHERE p.stream = s.stream), 0) AS performed,
  CASE WHEN s.stream LIKE 'pair-%' AND NOT EXISTS (
    SELECT FROM log.streams c WHERE c.stream = 'cohort-' || regexp_replace(s.stream, '^pair-(.*)-[^-]*$', '\1')
  ) THEN 'cohort-' || regexp_replace(s.stream, '^pair-(.*)-[^-]*$', '\1') END AS missing_cohort
FROM log.streams s WHERE s.stream > $1 ORDER BY s.stream LIMIT $2;

-- name: homeless_events
SELECT e.stream, min(e.version)::integer AS version FROM log.events e
WHERE NOT EXISTS (SELECT FROM log.streams s WHERE s.stream = e.stream)
GROUP BY e.stream ORDER BY e.stream LIMIT $1;

-- name: homeless_performed
SELECT p.stream, p.version FROM log.performed p
WHERE NOT EXISTS (SELECT FROM log.streams s WHERE s.stream = p.stream) ORDER BY p.stream LIMIT $1;

-- name: messages
SELECT o.event_id, o.recipient, o.channel, o.stream, o.template, e.stream AS caused_in
FROM log.outbox o LEFT JOIN log.events e USING (event_id)
WHERE (o.event_id, o.recipient, o.channel) > ($1, $2, $3)
ORDER BY o.event_id, o.recipient, o.channel LIMIT $4;

-- name: keys
SELECT person, destroyed_at IS NOT NULL AS destroyed FROM log.person_keys WHERE person > $1 ORDER BY person LIMIT $2;

-- name: head
SELECT last_value FROM log.position;

-- name: last_position
SELECT coalesce(max(position), 0) FROM log.events;

-- name: watermark
SELECT log.watermark();

-- name: prints
-- The columns by name, so that a column that a later release adds changes no fingerprint; zone and form of times
-- are the connection's.
SELECT position, sha256(convert_to(ROW(
  position, stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data, sealed
)::text, 'UTF8')) AS print
FROM log.events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3;

-- name: fingerprints
SELECT position, events, digest FROM log.fingerprints;

-- name: remember
INSERT INTO log.fingerprints (position, events, digest) VALUES ($1, $2, $3) ON CONFLICT (position) DO NOTHING;

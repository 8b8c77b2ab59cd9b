-- name: events
-- Copies of every cohort under other names, fifty after fifty; of fifty, what one says, all say before the next word.
-- Every tenth fact of a pair's work is recorded late; deliverables of every third copy are of the first schema.
INSERT INTO log.events (position, stream, version, event_id, type, schema_version, occurred_at, recorded_at, actor,
  command_id, command_digest, correlation_id, causation_id, policy_version, data)
SELECT m.last + (n.copy - 1) / 50 * 50 * m.last + (e.position - 1) * 50 + (n.copy - 1) % 50 + 1,
  regexp_replace(e.stream, '^(cohort|pair)-(c\d+-\d+)', '\1-\2x' || n.copy),
  e.version, gen_random_uuid(), e.type, CASE WHEN f.first THEN 1 ELSE e.schema_version END,
  CASE
    WHEN e.type ~ '^pair\.(deliverable_recorded|feedback_given|insight_recorded|action_completed)$'
      AND (e.position + n.copy) % 10 = 0
    THEN e.occurred_at - interval '40 days' ELSE e.occurred_at
  END,
  e.recorded_at, e.actor, e.command_id, e.command_digest, e.correlation_id, e.causation_id, e.policy_version,
  CASE WHEN f.first THEN e.data - ARRAY['kind', 'number', 'feedback_due'] ELSE e.data END
FROM log.events e
CROSS JOIN (SELECT max(position) AS last FROM log.events) m
CROSS JOIN generate_series(1, ($1::bigint + 49) / 50 * 50) n(copy)
CROSS JOIN LATERAL (SELECT e.type = 'pair.deliverable_recorded' AND n.copy % 3 = 0 AS first) f
ORDER BY 1;

-- name: streams
INSERT INTO log.streams (stream, version)
SELECT stream, max(version) FROM log.events GROUP BY stream ON CONFLICT (stream) DO NOTHING;

-- name: sequence
SELECT setval('log.position', (SELECT max(position) FROM log.events));

-- name: analyze
ANALYZE log.events;

-- What consumers may read: versioned views. A new shape is a new view; an old one changes never.

-- Sealed fields read 'sealed', those of an erased person null; no ciphertext leaves the log this way.
CREATE VIEW read.events_v1 AS
SELECT e.position, e.stream, e.version, e.event_id, e.type, e.schema_version, e.occurred_at, e.recorded_at,
  e.actor, e.command_id, e.command_digest, e.correlation_id, e.causation_id, e.policy_version,
  CASE
    WHEN e.sealed IS NULL THEN e.data
    ELSE e.data || (
      SELECT coalesce(jsonb_object_agg(s.key, NULL::text), '{}')
      FROM jsonb_each(e.sealed) s
      JOIN log.person_keys k ON k.person = s.value ->> 'person'
      WHERE k.destroyed_at IS NOT NULL AND e.data ? s.key
    )
  END AS data
FROM log.events e;

CREATE VIEW read.streams_v1 AS
SELECT stream, split_part(stream, '-', 1) AS kind, version, closed, created_at, updated_at FROM log.streams;

-- What a caller's command came to; the engine's own commands, whose ids hold a colon, are nobody's business.
CREATE VIEW read.receipts_v1 AS
SELECT stream, command_id, max(version) AS version, max(position) AS position
FROM log.events WHERE strpos(command_id, ':') = 0 GROUP BY stream, command_id;

-- Without the text, which holds names.
CREATE VIEW read.outbox_v1 AS
SELECT event_id, recipient, channel, stream, template, due_at, reserved_at, attempts, outcome, outcome_at,
  delay_seconds, message_id, error
FROM log.outbox;

-- name: reserve
-- A new row is ours; so is one that failed, or one whose holder was silent since before $8. All times are the
-- caller's.
INSERT INTO log.outbox AS o (event_id, recipient, channel, stream, template, due_at, reserved_at, message_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
ON CONFLICT (event_id, recipient, channel) DO UPDATE
SET reserved_at = excluded.reserved_at, attempts = o.attempts + 1, outcome = 'reserved', outcome_at = NULL,
  error = NULL
WHERE o.outcome = 'failed' OR (o.outcome = 'reserved' AND o.reserved_at <= $8)
RETURNING attempts;

-- name: holder
SELECT outcome, reserved_at FROM log.outbox WHERE event_id = $1 AND recipient = $2 AND channel = $3;

-- name: record
-- Only the holder of the last reservation has a say.
UPDATE log.outbox
SET outcome = $5, outcome_at = $6, delay_seconds = $7, error = $8, subject = $9, body = $10
WHERE event_id = $1 AND recipient = $2 AND channel = $3 AND attempts = $4 AND outcome = 'reserved';

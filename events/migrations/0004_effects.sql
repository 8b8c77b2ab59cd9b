-- What was done because of the log: up to where effects were performed, and every message sent.

CREATE TABLE log.performed (
  stream text PRIMARY KEY,
  version integer NOT NULL CHECK (version > 0)
) WITH (fillfactor = 70);

-- A row is reserved by its key before the message goes out, so nobody is told twice. `subject` and `body`
-- are what was sent; templates take no confidential value. Times are the caller's (Temporal's), never the
-- database's: under time skipping the two differ by weeks.
CREATE TABLE log.outbox (
  event_id uuid NOT NULL,
  recipient text NOT NULL,
  channel text NOT NULL,
  stream text NOT NULL,
  template text NOT NULL,
  due_at timestamptz NOT NULL,
  reserved_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 1 CHECK (attempts > 0),
  outcome text NOT NULL DEFAULT 'reserved'
    CHECK (outcome IN ('reserved', 'sent', 'suppressed', 'bounced', 'failed', 'unaddressed')),
  outcome_at timestamptz,
  delay_seconds double precision,
  message_id text,
  error text,
  subject text,
  body text,
  PRIMARY KEY (event_id, recipient, channel),
  CHECK ((outcome = 'reserved') = (outcome_at IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX outbox_reserved ON log.outbox (reserved_at) WHERE outcome = 'reserved';
CREATE INDEX outbox_stream ON log.outbox (stream, reserved_at);

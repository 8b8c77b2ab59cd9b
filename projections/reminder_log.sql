-- name: tables
CREATE TABLE open_items (
  stream text NOT NULL,
  item text NOT NULL,
  revision integer NOT NULL,
  steward_only boolean NOT NULL,
  steps jsonb NOT NULL,
  PRIMARY KEY (stream, item)
);

CREATE TABLE lines (
  "position" bigint PRIMARY KEY,
  cohort text NOT NULL,
  pair text,
  stream text NOT NULL,
  item text NOT NULL,
  kind text NOT NULL,
  revision integer NOT NULL,
  step integer NOT NULL,
  outcome text NOT NULL,
  template text NOT NULL,
  recipients text[] NOT NULL,
  due_at timestamptz,
  issued_at timestamptz NOT NULL,
  delay_seconds double precision,
  reason text,
  steward_only boolean NOT NULL
);
CREATE INDEX lines_cohort ON lines (cohort, "position");

-- name: load
SELECT jsonb_build_object(
  'open_items', (SELECT jsonb_agg(to_jsonb(t)) FROM open_items t WHERE stream = ANY($1::text[]))
);

-- name: save
WITH save_open_items AS (
  INSERT INTO open_items SELECT * FROM jsonb_populate_recordset(NULL::open_items, $1::jsonb -> 'open_items')
  ON CONFLICT (stream, item) DO UPDATE SET
    revision = excluded.revision, steward_only = excluded.steward_only, steps = excluded.steps
), drop_open_items AS (
  DELETE FROM open_items t USING jsonb_populate_recordset(NULL::open_items, $1::jsonb -> 'gone_open_items') d
  WHERE t.stream = d.stream AND t.item = d.item
), save_lines AS (
  INSERT INTO lines SELECT * FROM jsonb_populate_recordset(NULL::lines, $1::jsonb -> 'lines')
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.reminder_log_v1 AS
SELECT l."position", l.cohort, l.pair, l.stream, l.item, l.kind, l.revision, l.step, l.outcome, l.template,
  l.recipients, cardinality(l.recipients) AS recipient_count, l.due_at, l.issued_at, l.delay_seconds, l.reason
FROM lines l WHERE NOT l.steward_only;

COMMENT ON VIEW read.reminder_log_v1 IS
  'For the lead and the analyst: every reminder issued, suppressed or passed on. Not for sponsors: it names '
  'pairs. Without what only the steward may know of.';
COMMENT ON COLUMN read.reminder_log_v1."position" IS 'The log position of the event.';
COMMENT ON COLUMN read.reminder_log_v1.item IS 'What somebody owes, such as session-07.';
COMMENT ON COLUMN read.reminder_log_v1.revision IS 'How often the item was planned; each has its own steps.';
COMMENT ON COLUMN read.reminder_log_v1.step IS 'The step of the item''s plan, from 0.';
COMMENT ON COLUMN read.reminder_log_v1.outcome IS 'reminded, suppressed (it had lost its use) or escalated.';
COMMENT ON COLUMN read.reminder_log_v1.recipients IS 'Pseudonymous ids of whom it was meant for.';
COMMENT ON COLUMN read.reminder_log_v1.due_at IS 'When it was planned for.';
COMMENT ON COLUMN read.reminder_log_v1.issued_at IS 'When it was issued or suppressed; sending is in outbox_v1.';
COMMENT ON COLUMN read.reminder_log_v1.delay_seconds IS 'issued_at minus due_at, in seconds.';

GRANT SELECT ON read.reminder_log_v1 TO turnabout_reader, turnabout_writer;

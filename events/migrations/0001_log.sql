-- The log: streams, their events, and the append-only rule kept by the database itself.

CREATE SCHEMA IF NOT EXISTS log;
CREATE SCHEMA IF NOT EXISTS read;

-- Its last value is the floor that appends publish, so it must exist before the first draw: it starts at 0.
-- Never give it a cache, never set it backwards: readers' checkpoints are positions.
CREATE SEQUENCE log.position AS bigint MINVALUE 0 START 0 CACHE 1;
SELECT nextval('log.position');

-- Domains, not CHECK constraints: PostgreSQL parses a table's checks anew for every statement, which was a
-- third of the work of an append; those of a domain are cached.
CREATE DOMAIN log.stream_name AS text CHECK (VALUE ~ '^[a-z]+-[a-z0-9][a-z0-9-]*$');
CREATE DOMAIN log.event_version AS integer CHECK (VALUE > 0);
CREATE DOMAIN log.schema_version AS smallint CHECK (VALUE > 0);
CREATE DOMAIN log.json_object AS jsonb CHECK (jsonb_typeof(VALUE) = 'object');

CREATE TABLE log.streams (
  stream log.stream_name PRIMARY KEY,
  version log.event_version NOT NULL,
  closed boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);

CREATE TABLE log.events (
  position bigint PRIMARY KEY,
  stream text NOT NULL,
  version log.event_version NOT NULL,
  event_id uuid NOT NULL UNIQUE,
  type text NOT NULL,
  schema_version log.schema_version NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  command_id text NOT NULL,
  -- Reads 'sealed' when the command held a confidential value: a digest of few possible values gives them away.
  command_digest text NOT NULL,
  correlation_id text NOT NULL,
  causation_id text,
  policy_version text NOT NULL,
  -- Confidential fields read 'sealed' here; what they hold lies encrypted in `sealed`, by field name.
  data log.json_object NOT NULL,
  sealed log.json_object,
  UNIQUE (stream, version)
);

CREATE FUNCTION log.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'log.events is append-only: % refused', TG_OP
    USING ERRCODE = 'TA002', HINT = 'Correct a mistake with a further event.';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
-- Also under session_replication_role = replica, which skips ordinary triggers.
ALTER TABLE log.events ENABLE ALWAYS TRIGGER append_only;

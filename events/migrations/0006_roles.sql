-- Who may do what. Group roles belong to the whole cluster: another database may have made them, or be
-- making them right now.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['turnabout_writer', 'turnabout_projector', 'turnabout_reader', 'turnabout_auditor'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
  IF NOT pg_has_role('turnabout_auditor', 'turnabout_reader', 'MEMBER') THEN
    BEGIN
      GRANT turnabout_reader TO turnabout_auditor;
    EXCEPTION WHEN unique_violation OR internal_error THEN
      NULL;
    END;
  END IF;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA log FROM PUBLIC;

-- Workers: append through the functions, seal, send; no INSERT, UPDATE or DELETE on events and streams.
GRANT USAGE ON SCHEMA log, read TO turnabout_writer;
GRANT EXECUTE ON FUNCTION log.append_one, log.append_many, log.watermark TO turnabout_writer;
GRANT SELECT ON log.events, log.streams TO turnabout_writer;
GRANT SELECT, INSERT, UPDATE ON log.person_keys, log.performed, log.outbox TO turnabout_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON log.people TO turnabout_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA read TO turnabout_writer;

-- Projectors: read the log without ciphertext, keep their own tables, publish views in `read`.
CREATE SCHEMA IF NOT EXISTS projections;
GRANT USAGE ON SCHEMA log TO turnabout_projector;
GRANT EXECUTE ON FUNCTION log.watermark TO turnabout_projector;
GRANT USAGE, CREATE ON SCHEMA read, projections TO turnabout_projector;
GRANT SELECT ON ALL TABLES IN SCHEMA read TO turnabout_projector;

-- Readers: the views of the read models, and of the log no more than who waits for a receipt needs.
GRANT USAGE ON SCHEMA read TO turnabout_reader;
GRANT SELECT ON read.streams_v1, read.receipts_v1 TO turnabout_reader;

-- Auditors also see the log and the outbox. Answers are sealed there, too, but who answered what just before
-- a pair was paused tells more than a lead or a sponsor may know.
GRANT SELECT ON ALL TABLES IN SCHEMA read TO turnabout_auditor;

-- name: tables
CREATE TABLE observations (
  "position" bigint PRIMARY KEY,
  cohort text NOT NULL,
  person text NOT NULL,
  on_day date NOT NULL,
  what text NOT NULL,
  level integer,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX observations_person ON observations (cohort, person, on_day);

-- name: load
SELECT '{}'::jsonb;

-- name: save
WITH save_observations AS (
  INSERT INTO observations SELECT * FROM jsonb_populate_recordset(NULL::observations, $1::jsonb -> 'observations')
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.employment_v1 AS
SELECT o."position", o.cohort, o.person, o.on_day, o.what, o.level, o.recorded_at
FROM observations o;

COMMENT ON VIEW read.employment_v1 IS
  'For analysts with an auditor''s rights: what HR reported about the people of a cohort, one row a fact. The '
  'later row of a person and a day counts.';
COMMENT ON COLUMN read.employment_v1."position" IS 'The log position of the fact.';
COMMENT ON COLUMN read.employment_v1.person IS 'A pseudonymous id.';
COMMENT ON COLUMN read.employment_v1.on_day IS 'The day on which it was so.';
COMMENT ON COLUMN read.employment_v1.what IS
  'employed, voluntary_exit, involuntary_exit, transfer or level_change.';
COMMENT ON COLUMN read.employment_v1.level IS 'The new grade, of a level change.';
COMMENT ON COLUMN read.employment_v1.recorded_at IS 'When the log learned of it, perhaps long after.';

GRANT SELECT ON read.employment_v1 TO turnabout_auditor, turnabout_writer;

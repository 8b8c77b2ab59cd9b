-- name: tables
CREATE TABLE observations (
  cohort text NOT NULL,
  "number" integer NOT NULL,
  "position" bigint NOT NULL,
  person text NOT NULL,
  on_day date NOT NULL,
  what text NOT NULL,
  level integer,
  recorded_at timestamptz NOT NULL,
  corrects integer,
  PRIMARY KEY (cohort, "number")
);
CREATE INDEX observations_person ON observations (cohort, person, on_day);

-- name: load
SELECT jsonb_build_object(
  'observations', (SELECT jsonb_agg(to_jsonb(t)) FROM observations t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_observations AS (
  INSERT INTO observations SELECT * FROM jsonb_populate_recordset(NULL::observations, $1::jsonb -> 'observations')
), gone_observations AS (
  DELETE FROM observations t
  USING jsonb_populate_recordset(NULL::observations, $1::jsonb -> 'gone_observations') gone
  WHERE (t.cohort, t."number") = (gone.cohort, gone."number")
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.employment_v1 AS
SELECT o."position", o.cohort, o.person, o.on_day, o.what, o.level, o.recorded_at,
  o."number", o.corrects
FROM observations o;

COMMENT ON VIEW read.employment_v1 IS
  'For analysts with an auditor''s rights: what HR reported about the people of a cohort, one row a fact; '
  'what was corrected has made way.';
COMMENT ON COLUMN read.employment_v1."number" IS 'By which it is corrected: turnabout employment correct.';
COMMENT ON COLUMN read.employment_v1.corrects IS 'The number of the wrong fact that it took the place of.';
COMMENT ON COLUMN read.employment_v1."position" IS 'The log position of the fact.';
COMMENT ON COLUMN read.employment_v1.person IS 'A pseudonymous id.';
COMMENT ON COLUMN read.employment_v1.on_day IS 'The day on which it was so.';
COMMENT ON COLUMN read.employment_v1.what IS
  'employed, voluntary_exit, involuntary_exit, transfer or level_change.';
COMMENT ON COLUMN read.employment_v1.level IS 'The new grade, of a level change.';
COMMENT ON COLUMN read.employment_v1.recorded_at IS 'When the log learned of it, perhaps long after.';

GRANT SELECT ON read.employment_v1 TO turnabout_auditor, turnabout_writer;

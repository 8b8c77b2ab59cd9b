-- name: tables
CREATE TABLE frames (
  cohort text PRIMARY KEY,
  timezone text NOT NULL,
  week_one date NOT NULL,
  preset text NOT NULL,
  weeks integer NOT NULL
);

CREATE TABLE lines (
  "position" bigint PRIMARY KEY,
  cohort text NOT NULL,
  stream text NOT NULL,
  occurred_at timestamptz NOT NULL,
  week integer NOT NULL,
  phase text NOT NULL,
  type text NOT NULL,
  what text NOT NULL
);
CREATE INDEX lines_cohort ON lines (cohort, "position");

-- name: load
SELECT jsonb_build_object(
  'frames', (SELECT jsonb_agg(to_jsonb(t)) FROM frames t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_frames AS (
  INSERT INTO frames SELECT * FROM jsonb_populate_recordset(NULL::frames, $1::jsonb -> 'frames')
), save_lines AS (
  INSERT INTO lines SELECT * FROM jsonb_populate_recordset(NULL::lines, $1::jsonb -> 'lines')
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.timeline_v1 AS
SELECT l."position", l.cohort, l.stream, l.occurred_at, l.week, l.phase, l.type, l.what FROM lines l;

COMMENT ON VIEW read.timeline_v1 IS
  'For the lead, support and the demo: what happened in a cohort. Not for sponsors: it names pairs.';
COMMENT ON COLUMN read.timeline_v1."position" IS 'The log position of the event; lines are in its order.';
COMMENT ON COLUMN read.timeline_v1.week IS 'Week of the program; week 1 is the kickoff''s, earlier ones are below 1.';
COMMENT ON COLUMN read.timeline_v1.phase IS 'The preset''s phase of that week.';
COMMENT ON COLUMN read.timeline_v1.what IS 'One plain sentence, without anybody''s words.';

GRANT SELECT ON read.timeline_v1 TO turnabout_reader, turnabout_writer;

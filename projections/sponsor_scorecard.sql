-- name: tables
CREATE TABLE duties (
  cohort text NOT NULL,
  duty text NOT NULL,
  sponsor text NOT NULL,
  due_at timestamptz NOT NULL,
  state text NOT NULL,
  settled_at timestamptz,
  PRIMARY KEY (cohort, duty)
) WITH (fillfactor = 80);

-- name: load
SELECT jsonb_build_object(
  'duties', (SELECT jsonb_agg(to_jsonb(t)) FROM duties t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_duties AS (
  INSERT INTO duties SELECT * FROM jsonb_populate_recordset(NULL::duties, $1::jsonb -> 'duties')
  ON CONFLICT (cohort, duty) DO UPDATE SET
    sponsor = excluded.sponsor, due_at = excluded.due_at, state = excluded.state,
    settled_at = excluded.settled_at
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.sponsor_scorecard_v1 AS
SELECT d.cohort, d.duty, d.sponsor, d.due_at, d.state, d.settled_at FROM duties d;

COMMENT ON VIEW read.sponsor_scorecard_v1 IS
  'For everyone in the program, sponsors too: the sponsor''s duties of each cohort and how they stand (R28).';
COMMENT ON COLUMN read.sponsor_scorecard_v1.sponsor IS 'Whose duty it is, or was when it was settled.';
COMMENT ON COLUMN read.sponsor_scorecard_v1.state IS
  'due, fulfilled (in time), late, missed, or off (the cohort was cancelled before).';
COMMENT ON COLUMN read.sponsor_scorecard_v1.settled_at IS 'When that came on record; null while it is due.';

GRANT SELECT ON read.sponsor_scorecard_v1 TO turnabout_reader, turnabout_writer;

-- name: tables
CREATE TABLE works (
  pair text PRIMARY KEY,
  cohort text NOT NULL,
  number integer NOT NULL,
  phases jsonb NOT NULL,
  deliverables jsonb NOT NULL,
  experiments jsonb NOT NULL,
  insights jsonb NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX works_cohort ON works (cohort, number);

-- name: load
SELECT jsonb_build_object(
  'works', (SELECT jsonb_agg(to_jsonb(t)) FROM works t WHERE pair = ANY($1::text[]))
);

-- name: save
WITH save_works AS (
  INSERT INTO works SELECT * FROM jsonb_populate_recordset(NULL::works, $1::jsonb -> 'works')
  ON CONFLICT (pair) DO UPDATE SET
    phases = excluded.phases, deliverables = excluded.deliverables, experiments = excluded.experiments,
    insights = excluded.insights
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.pair_work_v1 AS
SELECT w.pair, w.cohort, w.number, w.phases, w.deliverables, w.experiments, w.insights FROM works w;

COMMENT ON VIEW read.pair_work_v1 IS
  'For the lead, the steward and the two partners: what a pair did, one row a pair. Never for sponsors.';
COMMENT ON COLUMN read.pair_work_v1.number IS 'The pair''s number in its cohort.';
COMMENT ON COLUMN read.pair_work_v1.phases IS
  'number, name, entered_at, until (when its evidence is due), state (open, overdue, completed, '
  'completed_late), missing (kind and count, as at its end), completed_at.';
COMMENT ON COLUMN read.pair_work_v1.deliverables IS
  'number, kind, what, by, at; of drafts feedback_due, feedback_at and feedback_in_time.';
COMMENT ON COLUMN read.pair_work_v1.experiments IS
  'number, by, at, metric, direction, variants, comparisons (with intervals of confidence per cent), verdict.';
COMMENT ON COLUMN read.pair_work_v1.insights IS
  'number, by, what, stage (recorded, changed, implemented, measured) and when, decision, outcome, measure.';

GRANT SELECT ON read.pair_work_v1 TO turnabout_reader, turnabout_writer;

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

CREATE OR REPLACE VIEW read.sprint_board_v1 AS
SELECT w.cohort, w.pair, w.number AS pair_number, p.number, p.name, p.entered_at, p.until, p.state, p.missing,
  p.completed_at
FROM works w
CROSS JOIN LATERAL jsonb_to_recordset(w.phases) p(
  number integer, name text, entered_at timestamptz, until timestamptz, state text, missing jsonb,
  completed_at timestamptz
);

COMMENT ON VIEW read.sprint_board_v1 IS
  'For the lead, the steward and the two partners: how far each pair is, one row a phase (R62-R66). Never for '
  'sponsors.';
COMMENT ON COLUMN read.sprint_board_v1.number IS 'The phase''s number, from 1.';
COMMENT ON COLUMN read.sprint_board_v1.until IS 'When its evidence is due.';
COMMENT ON COLUMN read.sprint_board_v1.state IS 'open, overdue, completed or completed_late.';
COMMENT ON COLUMN read.sprint_board_v1.missing IS 'What an overdue phase lacked at its end: kind and count.';

CREATE OR REPLACE VIEW read.insight_ledger_v1 AS
SELECT w.cohort, w.pair, w.number AS pair_number, i.number, i."by", i.what, i.stage, i.recorded_at, i.decision,
  i.changed_at, i.implemented_at, i.outcome, i.measure, i.measured_at
FROM works w
CROSS JOIN LATERAL jsonb_to_recordset(w.insights) i(
  number integer, "by" text, what text, stage text, recorded_at timestamptz, decision text,
  changed_at timestamptz, implemented_at timestamptz, outcome text, measure text, measured_at timestamptz
);

COMMENT ON VIEW read.insight_ledger_v1 IS
  'For the lead, the steward and the two partners: each insight, the decision that it changed and what came '
  'of it (R11, K5). Never for sponsors.';
COMMENT ON COLUMN read.insight_ledger_v1.number IS 'The insight''s number in its pair, from 1.';
COMMENT ON COLUMN read.insight_ledger_v1.stage IS 'recorded, changed, implemented or measured.';
COMMENT ON COLUMN read.insight_ledger_v1.outcome IS 'better, same or worse, once it was measured.';
COMMENT ON COLUMN read.insight_ledger_v1.measure IS 'By what it was measured.';

GRANT SELECT ON read.sprint_board_v1, read.insight_ledger_v1 TO turnabout_reader, turnabout_writer;

-- name: tables
CREATE TABLE controls (
  cohort text NOT NULL,
  person text NOT NULL,
  PRIMARY KEY (cohort, person)
);

CREATE TABLE asked (
  cohort text NOT NULL,
  wave text NOT NULL,
  person text NOT NULL,
  control boolean NOT NULL,
  asked_at timestamptz NOT NULL,
  answered_at timestamptz,
  late boolean NOT NULL,
  gone boolean NOT NULL,
  PRIMARY KEY (cohort, wave, person)
) WITH (fillfactor = 80);

CREATE TABLE waves (
  cohort text NOT NULL,
  wave text NOT NULL,
  form text NOT NULL,
  opened_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  comparable boolean NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (cohort, wave)
);

-- name: load
SELECT jsonb_build_object(
  'controls', (SELECT jsonb_agg(to_jsonb(t)) FROM controls t WHERE cohort = ANY($1::text[])),
  'asked', (SELECT jsonb_agg(to_jsonb(t)) FROM asked t WHERE cohort = ANY($1::text[])),
  'waves', (SELECT jsonb_agg(to_jsonb(t)) FROM waves t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_controls AS (
  INSERT INTO controls SELECT * FROM jsonb_populate_recordset(NULL::controls, $1::jsonb -> 'controls')
  ON CONFLICT (cohort, person) DO NOTHING
), save_asked AS (
  INSERT INTO asked SELECT * FROM jsonb_populate_recordset(NULL::asked, $1::jsonb -> 'asked')
  ON CONFLICT (cohort, wave, person) DO UPDATE SET
    control = excluded.control, asked_at = excluded.asked_at, answered_at = excluded.answered_at,
    late = excluded.late, gone = excluded.gone
), save_waves AS (
  INSERT INTO waves SELECT * FROM jsonb_populate_recordset(NULL::waves, $1::jsonb -> 'waves')
  ON CONFLICT (cohort, wave) DO UPDATE SET
    form = excluded.form, opened_at = excluded.opened_at, closes_at = excluded.closes_at,
    comparable = excluded.comparable, closed_at = excluded.closed_at
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.survey_status_v1 AS
SELECT a.cohort, a.wave, a.person, a.control, a.asked_at, a.answered_at, a.late, a.gone,
  CASE WHEN a.answered_at IS NOT NULL THEN 'answered' WHEN a.gone THEN 'gone' ELSE 'silent' END AS status
FROM asked a;

COMMENT ON VIEW read.survey_status_v1 IS
  'For the lead and the analyst: who was asked in which wave, and who has answered. Not for sponsors: it '
  'names people. What somebody answered is nowhere here.';
COMMENT ON COLUMN read.survey_status_v1.wave IS 'baseline or endpoint.';
COMMENT ON COLUMN read.survey_status_v1.person IS 'A pseudonymous id.';
COMMENT ON COLUMN read.survey_status_v1.control IS 'Whether they belong to the frozen control group.';
COMMENT ON COLUMN read.survey_status_v1.late IS
  'Whether there was no answer when it had to be in; a late baseline stays out of pre/post (A10).';
COMMENT ON COLUMN read.survey_status_v1.gone IS 'Whether they left the program without an answer.';
COMMENT ON COLUMN read.survey_status_v1.status IS 'answered, silent or gone.';

GRANT SELECT ON read.survey_status_v1 TO turnabout_reader, turnabout_writer;

CREATE OR REPLACE VIEW read.survey_waves_v1 AS
SELECT w.cohort, w.wave, w.form, w.opened_at, w.closes_at, w.closed_at, w.comparable, n.asked, n.answered,
  n.late, n.gone
FROM waves w
CROSS JOIN LATERAL (
  SELECT count(*)::integer AS asked,
    (count(*) FILTER (WHERE a.answered_at IS NOT NULL))::integer AS answered,
    (count(*) FILTER (WHERE a.answered_at IS NOT NULL AND a.late))::integer AS late,
    (count(*) FILTER (WHERE a.gone))::integer AS gone
  FROM asked a WHERE a.cohort = w.cohort AND a.wave = w.wave
) n;

COMMENT ON VIEW read.survey_waves_v1 IS
  'For the lead and the analyst: each wave of a cohort, and how many were asked and have answered.';
COMMENT ON COLUMN read.survey_waves_v1.wave IS 'baseline or endpoint.';
COMMENT ON COLUMN read.survey_waves_v1.form IS 'The instruments and their versions.';
COMMENT ON COLUMN read.survey_waves_v1.comparable IS 'Whether it asks what the baseline asked (R59).';
COMMENT ON COLUMN read.survey_waves_v1.late IS 'Answers that came too late and stay out of pre/post (A10).';
COMMENT ON COLUMN read.survey_waves_v1.gone IS 'People who left the program without an answer.';

GRANT SELECT ON read.survey_waves_v1 TO turnabout_reader, turnabout_writer;

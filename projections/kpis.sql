-- name: tables
CREATE TABLE cohorts (
  cohort text PRIMARY KEY,
  program text NOT NULL
);
CREATE INDEX cohorts_program ON cohorts (program);

CREATE TABLE reports (
  cohort text NOT NULL,
  number integer NOT NULL,
  published_at timestamptz NOT NULL,
  as_of date NOT NULL,
  up_to bigint NOT NULL,
  asked_by text NOT NULL,
  figures jsonb NOT NULL,
  inputs jsonb,
  PRIMARY KEY (cohort, number)
);

-- name: load
SELECT jsonb_build_object(
  'cohorts', (SELECT jsonb_agg(to_jsonb(t)) FROM cohorts t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_cohorts AS (
  INSERT INTO cohorts SELECT * FROM jsonb_populate_recordset(NULL::cohorts, $1::jsonb -> 'cohorts')
), save_reports AS (
  INSERT INTO reports SELECT * FROM jsonb_populate_recordset(NULL::reports, $1::jsonb -> 'reports')
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.kpi_reports_v1 AS
SELECT r.cohort, c.program, r.number, r.published_at, r.as_of, r.up_to, r.asked_by, r.figures,
  nullif(r.inputs, 'null'::jsonb) AS inputs,
  NOT EXISTS (SELECT FROM reports n WHERE n.cohort = r.cohort AND n.number > r.number) AS latest
FROM reports r JOIN cohorts c USING (cohort);

CREATE OR REPLACE VIEW read.kpi_figures_v1 AS
SELECT r.cohort, r.program, r.number, r.as_of, r.latest, f.place::integer AS place,
  f.line ->> 'kpi' AS kpi, f.line ->> 'what' AS what, f.line ->> 'window' AS period,
  (f.line ->> 'n')::integer AS n, (f.line ->> 'value')::double precision AS value,
  (f.line ->> 'numerator')::double precision AS numerator,
  (f.line ->> 'denominator')::double precision AS denominator,
  (f.line ->> 'low')::double precision AS low, (f.line ->> 'high')::double precision AS high,
  (f.line ->> 'missing')::double precision AS missing, (f.line ->> 'p')::double precision AS p,
  f.line ->> 'method' AS method, f.line ->> 'verdict' AS verdict,
  ARRAY(SELECT jsonb_array_elements_text(f.line -> 'flags')) AS flags,
  (f.line ->> 'named')::boolean AS named, f.line ->> 'audience' AS audience,
  (f.line ->> 'due_on')::date AS due_on
FROM read.kpi_reports_v1 r CROSS JOIN LATERAL jsonb_array_elements(r.figures) WITH ORDINALITY f(line, place);

CREATE OR REPLACE VIEW read.kpi_sponsor_v1 AS
SELECT f.cohort, f.program, f.as_of, f.place, f.kpi, f.what, f.period, f.n, f.value, f.numerator, f.denominator,
  f.low, f.high, f.missing, f.p, f.method, f.verdict, f.flags, f.named, f.due_on
FROM read.kpi_figures_v1 f WHERE f.latest AND f.audience = 'everyone';

COMMENT ON VIEW read.kpi_reports_v1 IS
  'For the lead and the analyst: each publication of a cohort''s KPIs, with its figures as they were told.';
COMMENT ON COLUMN read.kpi_reports_v1.up_to IS 'The log position up to which events were counted.';
COMMENT ON COLUMN read.kpi_reports_v1.inputs IS 'What K16 was counted with; null where nothing was given.';
COMMENT ON VIEW read.kpi_figures_v1 IS 'For the lead and the analyst: the same, a row for each line.';
COMMENT ON COLUMN read.kpi_figures_v1.value IS 'Null where it is suppressed or cannot be computed, which is not 0.';
COMMENT ON COLUMN read.kpi_figures_v1.verdict IS
  'better, worse, cannot tell yet, descriptive only, not yet or suppressed; see docs/kpis.md.';
COMMENT ON COLUMN read.kpi_figures_v1.due_on IS
  'From that day on its window is closed; null where it is, or where it has none.';
COMMENT ON COLUMN read.kpi_figures_v1.audience IS 'everyone, or lead: not for sponsors.';
COMMENT ON VIEW read.kpi_sponsor_v1 IS
  'For everyone in the program, sponsors too: the latest figures of each cohort, aggregates only.';
COMMENT ON COLUMN read.kpi_sponsor_v1.period IS 'The window that is counted, or the wave.';

GRANT SELECT ON read.kpi_reports_v1, read.kpi_figures_v1, read.kpi_sponsor_v1
  TO turnabout_reader, turnabout_writer;

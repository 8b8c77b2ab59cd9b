-- name: tables
CREATE TABLE frames (
  cohort text PRIMARY KEY,
  timezone text NOT NULL,
  week_one date NOT NULL,
  unlogged_days integer NOT NULL,
  k integer NOT NULL
);

CREATE TABLE sessions (
  pair text NOT NULL,
  number integer NOT NULL,
  cohort text NOT NULL,
  week integer NOT NULL,
  starts_at timestamptz NOT NULL,
  state text NOT NULL,
  unlogged boolean NOT NULL,
  PRIMARY KEY (pair, number)
) WITH (fillfactor = 80);
CREATE INDEX sessions_cohort ON sessions (cohort, week);

CREATE TABLE pauses (
  pair text NOT NULL,
  pause integer NOT NULL,
  cohort text NOT NULL,
  from_week integer NOT NULL,
  to_week integer,
  PRIMARY KEY (pair, pause)
);
CREATE INDEX pauses_cohort ON pauses (cohort);

CREATE TABLE milestones (
  pair text PRIMARY KEY,
  cohort text NOT NULL,
  "position" bigint NOT NULL,
  respondent text NOT NULL,
  progress integer NOT NULL
);
CREATE INDEX milestones_cohort ON milestones (cohort, "position");

-- name: load
SELECT jsonb_build_object(
  'frames', (SELECT jsonb_agg(to_jsonb(t)) FROM frames t WHERE cohort = ANY($1::text[])),
  'sessions', (SELECT jsonb_agg(to_jsonb(t)) FROM sessions t WHERE pair = ANY($2::text[])),
  'pauses', (SELECT jsonb_agg(to_jsonb(t)) FROM pauses t WHERE pair = ANY($2::text[])),
  'milestones', (SELECT jsonb_agg(to_jsonb(t)) FROM milestones t WHERE pair = ANY($2::text[]))
);

-- name: save
WITH save_frames AS (
  INSERT INTO frames SELECT * FROM jsonb_populate_recordset(NULL::frames, $1::jsonb -> 'frames')
), save_sessions AS (
  INSERT INTO sessions SELECT * FROM jsonb_populate_recordset(NULL::sessions, $1::jsonb -> 'sessions')
  ON CONFLICT (pair, number) DO UPDATE SET
    week = excluded.week, starts_at = excluded.starts_at, state = excluded.state, unlogged = excluded.unlogged
), save_pauses AS (
  INSERT INTO pauses SELECT * FROM jsonb_populate_recordset(NULL::pauses, $1::jsonb -> 'pauses')
  ON CONFLICT (pair, pause) DO UPDATE SET to_week = excluded.to_week
), save_milestones AS (
  INSERT INTO milestones SELECT * FROM jsonb_populate_recordset(NULL::milestones, $1::jsonb -> 'milestones')
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.sessions_v1 AS
SELECT s.cohort, s.pair, s.number, s.week, s.starts_at, s.state, s.unlogged,
  s.starts_at + f.unlogged_days * interval '1 day' AS lapses_at
FROM sessions s JOIN frames f USING (cohort);

CREATE OR REPLACE VIEW read.pauses_v1 AS
SELECT p.cohort, p.pair, p.pause, p.from_week, p.to_week, f.timezone, f.week_one
FROM pauses p JOIN frames f USING (cohort);

CREATE OR REPLACE VIEW read.milestone_progress_v1 AS
SELECT f.cohort, f.k, t.told AS n, t.told = 0 AS suppressed, t.progress
FROM frames f
CROSS JOIN LATERAL (
  SELECT coalesce(max(m.place), 0)::integer AS told, avg(m.progress)::double precision AS progress
  FROM (
    SELECT first.progress, row_number() OVER (ORDER BY first."position") AS place, count(*) OVER () AS checks
    FROM (
      SELECT DISTINCT ON (n.respondent) n.respondent, n.progress, n."position"
      FROM milestones n WHERE n.cohort = f.cohort ORDER BY n.respondent, n."position"
    ) first
  ) m
  WHERE m.place <= m.checks - m.checks % f.k
) t;

COMMENT ON VIEW read.sessions_v1 IS 'For the lead: every session of every pair. Never for sponsors.';
COMMENT ON COLUMN read.sessions_v1.week IS 'Week of the cohort that it is planned for; week 1 is the kickoff''s.';
COMMENT ON COLUMN read.sessions_v1.state IS 'planned (and not logged yet), held, missed or cancelled.';
COMMENT ON COLUMN read.sessions_v1.unlogged IS 'Missed because nobody said anything.';
COMMENT ON COLUMN read.sessions_v1.lapses_at IS 'When it counts as missed if it is still planned then (K10).';
COMMENT ON VIEW read.pauses_v1 IS 'For the lead: the weeks in which pairs were paused. Never for sponsors.';
COMMENT ON COLUMN read.pauses_v1.to_week IS 'The week in which the pair went on or ended; null while it lasts.';
COMMENT ON COLUMN read.pauses_v1.week_one IS 'The Monday of the cohort''s week 1, on the clock of timezone.';
COMMENT ON VIEW read.milestone_progress_v1 IS
  'For sponsors too: mean progress of the milestone checks of a cohort, suppressed below k respondents.';
COMMENT ON COLUMN read.milestone_progress_v1.n IS
  'Distinct respondents in the mean: a multiple of k, so that nobody''s answer shows in a change.';
COMMENT ON COLUMN read.milestone_progress_v1.progress IS 'Mean of 1-5; null where suppressed.';

GRANT SELECT ON read.sessions_v1, read.pauses_v1, read.milestone_progress_v1
  TO turnabout_reader, turnabout_writer;

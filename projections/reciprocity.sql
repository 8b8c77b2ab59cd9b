-- name: tables
CREATE TABLE pairs (
  pair text PRIMARY KEY,
  cohort text NOT NULL,
  number integer,
  mentor text,
  mentee text,
  teaches text,
  gives text,
  held integer NOT NULL,
  withdrawn integer NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX pairs_cohort ON pairs (cohort, number);

CREATE TABLE efforts (
  pair text NOT NULL,
  person text NOT NULL,
  deliverables integer NOT NULL,
  feedback integer NOT NULL,
  experiments integer NOT NULL,
  insights integer NOT NULL,
  decisions integer NOT NULL,
  actions integer NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (pair, person)
) WITH (fillfactor = 80);

-- name: load
SELECT jsonb_build_object(
  'pairs', (SELECT jsonb_agg(to_jsonb(t)) FROM pairs t WHERE pair = ANY($1::text[])),
  'efforts', (SELECT jsonb_agg(to_jsonb(t)) FROM efforts t WHERE pair = ANY($1::text[]))
);

-- name: save
WITH save_pairs AS (
  INSERT INTO pairs SELECT * FROM jsonb_populate_recordset(NULL::pairs, $1::jsonb -> 'pairs')
  ON CONFLICT (pair) DO UPDATE SET
    teaches = excluded.teaches, gives = excluded.gives, held = excluded.held, withdrawn = excluded.withdrawn
), save_efforts AS (
  INSERT INTO efforts SELECT * FROM jsonb_populate_recordset(NULL::efforts, $1::jsonb -> 'efforts')
  ON CONFLICT (pair, person) DO UPDATE SET
    deliverables = excluded.deliverables, feedback = excluded.feedback, experiments = excluded.experiments,
    insights = excluded.insights, decisions = excluded.decisions, actions = excluded.actions,
    first_at = excluded.first_at, last_at = excluded.last_at
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: range
WITH part AS MATERIALIZED (
  SELECT substr(e.stream, 6) AS pair, e.position, e.type, e.occurred_at, e.data
  FROM read.events_v1 e
  WHERE e.position > $4::bigint AND e.position <= $5::bigint AND e.type = ANY(ARRAY[
    'pair.formed', 'pair.exchange_agreed', 'pair.session_held', 'pair.session_corrected',
    'pair.deliverable_corrected', 'pair.deliverable_recorded', 'pair.feedback_given', 'pair.experiment_recorded',
    'pair.insight_recorded', 'pair.decision_changed', 'pair.decision_implemented', 'pair.decision_measured',
    'pair.action_completed'
  ])
), agreed AS (
  SELECT DISTINCT ON (pair) pair, data ->> 'teaches' AS teaches, data ->> 'gives' AS gives
  FROM part WHERE type = 'pair.exchange_agreed' ORDER BY pair, position DESC
), together AS (
  SELECT p.pair,
    min((p.data #>> '{terms,number}')::integer) FILTER (WHERE p.type = 'pair.formed') AS number,
    min(p.data #>> '{terms,mentor}') FILTER (WHERE p.type = 'pair.formed') AS mentor,
    min(p.data #>> '{terms,mentee}') FILTER (WHERE p.type = 'pair.formed') AS mentee,
    sum(CASE
      WHEN p.type = 'pair.session_held' THEN 1
      WHEN p.type = 'pair.session_corrected' THEN CASE WHEN (p.data ->> 'held')::boolean THEN 1 ELSE -1 END
      ELSE 0
    END) AS held,
    count(*) FILTER (WHERE p.type = 'pair.deliverable_corrected' AND p.data ->> 'what' IS NULL) AS withdrawn
  FROM part p
  WHERE p.type IN (
    'pair.formed', 'pair.exchange_agreed', 'pair.session_held', 'pair.session_corrected', 'pair.deliverable_corrected'
  )
  GROUP BY p.pair
), save_pairs AS (
  INSERT INTO pairs AS t (pair, cohort, number, mentor, mentee, teaches, gives, held, withdrawn)
  SELECT pair, regexp_replace(pair, '-[^-]*$', ''), number, mentor, mentee, teaches, gives, held, withdrawn
  FROM together LEFT JOIN agreed USING (pair)
  ON CONFLICT (pair) DO UPDATE SET
    teaches = coalesce(excluded.teaches, t.teaches), gives = coalesce(excluded.gives, t.gives),
    held = t.held + excluded.held, withdrawn = t.withdrawn + excluded.withdrawn
), alone AS (
  SELECT p.pair, p.data ->> 'by' AS person,
    sum(CASE p.type
      WHEN 'pair.session_held' THEN jsonb_array_length(p.data -> 'deliverables')
      WHEN 'pair.deliverable_recorded' THEN 1
      ELSE 0
    END) AS deliverables,
    count(*) FILTER (WHERE p.type = 'pair.feedback_given') AS feedback,
    count(*) FILTER (WHERE p.type = 'pair.experiment_recorded') AS experiments,
    count(*) FILTER (WHERE p.type = 'pair.insight_recorded') AS insights,
    count(*) FILTER (WHERE p.type LIKE 'pair.decision\_%') AS decisions,
    count(*) FILTER (WHERE p.type = 'pair.action_completed') AS actions,
    min(p.occurred_at) AS first_at, max(p.occurred_at) AS last_at
  FROM part p
  WHERE p.type NOT IN (
    'pair.formed', 'pair.exchange_agreed', 'pair.session_corrected', 'pair.deliverable_corrected'
  )
  GROUP BY p.pair, p.data ->> 'by'
), save_efforts AS (
  INSERT INTO efforts AS t
    (pair, person, deliverables, feedback, experiments, insights, decisions, actions, first_at, last_at)
  SELECT pair, person, deliverables, feedback, experiments, insights, decisions, actions, first_at, last_at
  FROM alone
  ON CONFLICT (pair, person) DO UPDATE SET
    deliverables = t.deliverables + excluded.deliverables, feedback = t.feedback + excluded.feedback,
    experiments = t.experiments + excluded.experiments, insights = t.insights + excluded.insights,
    decisions = t.decisions + excluded.decisions, actions = t.actions + excluded.actions,
    first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at)
)
SELECT c.count FROM (SELECT count(*)::integer AS count FROM part) c
CROSS JOIN LATERAL projections.advance($1::text, $2::integer, $3::boolean, $4::bigint, $5::bigint, c.count) done;

-- name: views
CREATE OR REPLACE VIEW read.reciprocity_v1 AS
SELECT p.pair, p.cohort, p.number, p.mentor, p.mentee, p.teaches, p.gives, p.held,
  coalesce(r.deliverables, 0) AS mentor_deliverables, coalesce(r.feedback, 0) AS mentor_feedback,
  coalesce(r.experiments, 0) AS mentor_experiments, coalesce(r.insights, 0) AS mentor_insights,
  coalesce(r.decisions, 0) AS mentor_decisions, coalesce(r.actions, 0) AS mentor_actions,
  r.last_at AS mentor_last_at,
  coalesce(e.deliverables, 0) AS mentee_deliverables, coalesce(e.feedback, 0) AS mentee_feedback,
  coalesce(e.experiments, 0) AS mentee_experiments, coalesce(e.insights, 0) AS mentee_insights,
  coalesce(e.decisions, 0) AS mentee_decisions, coalesce(e.actions, 0) AS mentee_actions,
  e.last_at AS mentee_last_at, p.withdrawn
FROM pairs p
LEFT JOIN efforts r ON r.pair = p.pair AND r.person = p.mentor
LEFT JOIN efforts e ON e.pair = p.pair AND e.person = p.mentee;

COMMENT ON VIEW read.reciprocity_v1 IS
  'For the lead and the two partners: what each partner put on record in the exchange (R10), one row a pair. '
  'Never for sponsors.';
COMMENT ON COLUMN read.reciprocity_v1.teaches IS 'What the mentor teaches.';
COMMENT ON COLUMN read.reciprocity_v1.gives IS 'What the mentee gives in return.';
COMMENT ON COLUMN read.reciprocity_v1.held IS 'Sessions held, as corrected since.';
COMMENT ON COLUMN read.reciprocity_v1.mentor_deliverables IS 'What the mentor recorded, in session logs too.';
COMMENT ON COLUMN read.reciprocity_v1.mentor_decisions IS
  'Steps from an insight on: a decision changed, implemented, or its outcome measured.';
COMMENT ON COLUMN read.reciprocity_v1.mentor_last_at IS 'When the mentor last put something on record.';
COMMENT ON COLUMN read.reciprocity_v1.withdrawn IS 'Deliverables of both that turned out to be none.';

GRANT SELECT ON read.reciprocity_v1 TO turnabout_reader, turnabout_writer;

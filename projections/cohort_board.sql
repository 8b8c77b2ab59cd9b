-- name: tables
CREATE TABLE cohorts (
  cohort text PRIMARY KEY,
  program text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  preset text NOT NULL,
  weeks integer NOT NULL,
  timezone text NOT NULL,
  starts_on date NOT NULL,
  kickoff_on date NOT NULL,
  ends_on date NOT NULL,
  lead text NOT NULL,
  sponsor text NOT NULL,
  policy_version text NOT NULL,
  retention_days integer,
  state text NOT NULL,
  duties jsonb NOT NULL,
  launch_overdue boolean NOT NULL,
  charter_signed_at timestamptz,
  sponsorship_committed_at timestamptz,
  enrolment_opened_at timestamptz,
  enrolment_closes_at timestamptz,
  kickoff_held_on date,
  kickoff_held_at timestamptz,
  endpoint_at timestamptz,
  memo_filed_at timestamptz,
  closed_at timestamptz,
  archived_at timestamptz,
  next_cohort text,
  next_cohort_on date,
  cancelled_at timestamptz,
  last_event text NOT NULL,
  last_event_at timestamptz NOT NULL,
  last_position bigint NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE people (
  cohort text NOT NULL,
  person text NOT NULL,
  role text NOT NULL,
  state text NOT NULL,
  waiting boolean NOT NULL,
  PRIMARY KEY (cohort, person)
) WITH (fillfactor = 80);

CREATE TABLE pairs (
  pair text PRIMARY KEY,
  cohort text NOT NULL,
  life text NOT NULL,
  paused boolean NOT NULL,
  assigned boolean NOT NULL,
  inactive boolean NOT NULL,
  decision_due boolean NOT NULL,
  defaulted boolean NOT NULL,
  memo text
) WITH (fillfactor = 80);
CREATE INDEX pairs_cohort ON pairs (cohort);

-- name: load
SELECT jsonb_build_object(
  'cohorts', (SELECT jsonb_agg(to_jsonb(t)) FROM cohorts t WHERE cohort = ANY($1::text[])),
  'people', (SELECT jsonb_agg(to_jsonb(t)) FROM people t WHERE cohort = ANY($1::text[])),
  'pairs', (SELECT jsonb_agg(to_jsonb(t)) FROM pairs t WHERE pair = ANY($2::text[]))
);

-- name: save
WITH save_cohorts AS (
  INSERT INTO cohorts SELECT * FROM jsonb_populate_recordset(NULL::cohorts, $1::jsonb -> 'cohorts')
  ON CONFLICT (cohort) DO UPDATE SET
    lead = excluded.lead, sponsor = excluded.sponsor, next_cohort = excluded.next_cohort,
    next_cohort_on = excluded.next_cohort_on, state = excluded.state, duties = excluded.duties,
    launch_overdue = excluded.launch_overdue, charter_signed_at = excluded.charter_signed_at,
    sponsorship_committed_at = excluded.sponsorship_committed_at,
    enrolment_opened_at = excluded.enrolment_opened_at, enrolment_closes_at = excluded.enrolment_closes_at,
    kickoff_held_on = excluded.kickoff_held_on, kickoff_held_at = excluded.kickoff_held_at,
    endpoint_at = excluded.endpoint_at,
    memo_filed_at = excluded.memo_filed_at, closed_at = excluded.closed_at, archived_at = excluded.archived_at,
    cancelled_at = excluded.cancelled_at, last_event = excluded.last_event,
    last_event_at = excluded.last_event_at, last_position = excluded.last_position
), save_people AS (
  INSERT INTO people SELECT * FROM jsonb_populate_recordset(NULL::people, $1::jsonb -> 'people')
  ON CONFLICT (cohort, person) DO UPDATE SET state = excluded.state, waiting = excluded.waiting
), save_pairs AS (
  INSERT INTO pairs SELECT * FROM jsonb_populate_recordset(NULL::pairs, $1::jsonb -> 'pairs')
  ON CONFLICT (pair) DO UPDATE SET
    life = excluded.life, paused = excluded.paused, inactive = excluded.inactive,
    decision_due = excluded.decision_due, defaulted = excluded.defaulted, memo = excluded.memo
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.cohort_board_v1 AS
SELECT c.cohort, c.program, c.name, c.kind, c.preset, c.weeks, c.state, c.timezone, c.starts_on, c.kickoff_on,
  c.ends_on, c.lead, c.sponsor, c.policy_version, c.charter_signed_at, c.sponsorship_committed_at,
  c.enrolment_opened_at, c.enrolment_closes_at, c.kickoff_held_on, c.kickoff_held_at, c.endpoint_at, c.memo_filed_at,
  c.closed_at,
  c.archived_at, c.cancelled_at, c.duties,
  p.people, p.mentors_joined, p.mentees_joined, p.declined, p.waiting,
  q.pairs, q.pairs_assigned, q.pairs_by_state, q.memos_filed, q.memos_waived,
  CASE WHEN c.state IN ('closed', 'archived', 'cancelled') THEN '{}' ELSE array_remove(ARRAY[
    CASE WHEN c.launch_overdue AND c.kickoff_held_at IS NULL THEN 'launch_overdue' END,
    CASE WHEN jsonb_path_exists(c.duties, '$.* ? (@.state == "missed")') THEN 'duty_missed' END,
    CASE WHEN q.paused > 0 THEN 'pairs_paused' END,
    CASE WHEN q.inactive > 0 THEN 'pairs_inactive' END,
    CASE WHEN q.decisions_due > 0 THEN 'decisions_due' END,
    CASE WHEN q.defaulted > 0 THEN 'decisions_defaulted' END
  ], NULL) END AS attention,
  c.last_event, c.last_event_at, c.last_position, c.next_cohort, c.next_cohort_on
FROM cohorts c
CROSS JOIN LATERAL (
  SELECT count(*)::integer AS people,
    (count(*) FILTER (WHERE n.state = 'joined' AND n.role = 'mentor'))::integer AS mentors_joined,
    (count(*) FILTER (WHERE n.state = 'joined' AND n.role = 'mentee'))::integer AS mentees_joined,
    (count(*) FILTER (WHERE n.state = 'declined'))::integer AS declined,
    (count(*) FILTER (WHERE n.waiting))::integer AS waiting
  FROM people n WHERE n.cohort = c.cohort
) p
CROSS JOIN LATERAL (
  SELECT coalesce(sum(s.number), 0)::integer AS pairs,
    coalesce(sum(s.assigned), 0)::integer AS pairs_assigned,
    coalesce(jsonb_object_agg(s.state, s.number), '{}') AS pairs_by_state,
    coalesce(sum(s.filed), 0)::integer AS memos_filed,
    coalesce(sum(s.waived), 0)::integer AS memos_waived,
    coalesce(sum(s.number) FILTER (WHERE s.state = 'paused'), 0)::integer AS paused,
    coalesce(sum(s.inactive), 0)::integer AS inactive,
    coalesce(sum(s.decisions_due), 0)::integer AS decisions_due,
    coalesce(sum(s.defaulted), 0)::integer AS defaulted
  FROM (
    SELECT CASE WHEN n.paused THEN 'paused' ELSE n.life END AS state, count(*) AS number,
      count(*) FILTER (WHERE n.assigned) AS assigned,
      count(*) FILTER (WHERE n.memo = 'filed') AS filed,
      count(*) FILTER (WHERE n.memo = 'waived') AS waived,
      count(*) FILTER (WHERE n.inactive) AS inactive,
      count(*) FILTER (WHERE n.decision_due) AS decisions_due,
      count(*) FILTER (WHERE n.defaulted) AS defaulted
    FROM pairs n WHERE n.cohort = c.cohort GROUP BY 1
  ) s
) q;

CREATE OR REPLACE VIEW read.retention_v1 AS
SELECT n.person, array_agg(c.cohort ORDER BY c.cohort) AS cohorts,
  CASE WHEN bool_and(coalesce(c.closed_at, c.cancelled_at) IS NOT NULL AND c.retention_days IS NOT NULL)
    THEN max((coalesce(c.closed_at, c.cancelled_at) AT TIME ZONE c.timezone)::date + c.retention_days)
  END AS due_on
FROM people n JOIN cohorts c USING (cohort) GROUP BY n.person;

COMMENT ON VIEW read.retention_v1 IS
  'For operators: from when on the key of each person on a roster is due to be destroyed. Not for sponsors.';
COMMENT ON COLUMN read.retention_v1.due_on IS
  'The policy''s days after the last of their cohorts ended; none while one runs or sets no such time.';

COMMENT ON VIEW read.cohort_board_v1 IS
  'For the lead, the steward and the analyst: one row a cohort. Not for sponsors: it counts pauses.';
COMMENT ON COLUMN read.cohort_board_v1.state IS
  'planned, chartered, enrolling, matching, ready, running, endpoint, closing, closed, archived or cancelled.';
COMMENT ON COLUMN read.cohort_board_v1.ends_on IS 'Last day of the pairs'' work, in the cohort''s zone.';
COMMENT ON COLUMN read.cohort_board_v1.duties IS
  'Each sponsor duty with due_at and state: due, fulfilled, late, missed, or off (the cohort was cancelled).';
COMMENT ON COLUMN read.cohort_board_v1.next_cohort IS 'The cohort that is planned to follow this one (R98).';
COMMENT ON COLUMN read.cohort_board_v1.people IS 'Persons on the roster.';
COMMENT ON COLUMN read.cohort_board_v1.waiting IS 'Persons on the waiting list.';
COMMENT ON COLUMN read.cohort_board_v1.pairs IS 'Pairs formed so far, whatever became of them.';
COMMENT ON COLUMN read.cohort_board_v1.pairs_assigned IS 'Pairs made without a choice, for a reason (G18).';
COMMENT ON COLUMN read.cohort_board_v1.pairs_by_state IS
  'Pairs by state: forming, active, paused, graduated, graduated_early, reshuffled, ended (by choice or for '
  'safety, which stay undistinguished), ended_by_exit, withdrawn.';
COMMENT ON COLUMN read.cohort_board_v1.attention IS
  'What someone should look at: launch_overdue, duty_missed, pairs_paused, pairs_inactive, decisions_due, '
  'decisions_defaulted. Empty once the cohort is closed.';
COMMENT ON COLUMN read.cohort_board_v1.last_event IS 'The newest event that changed the board.';

GRANT SELECT ON read.cohort_board_v1, read.retention_v1 TO turnabout_reader, turnabout_writer;

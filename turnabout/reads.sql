-- name: board
SELECT to_jsonb(v) FROM read.cohort_board_v1 v WHERE cohort = $1;

-- name: boards
SELECT to_jsonb(v) FROM read.cohort_board_v1 v ORDER BY starts_on, cohort;

-- name: pair
SELECT to_jsonb(v) FROM read.pair_card_v1 v WHERE pair = $1;

-- name: pairs
SELECT to_jsonb(v) FROM read.pair_card_v1 v WHERE cohort = $1 ORDER BY number;

-- name: work
SELECT to_jsonb(v) FROM read.pair_work_v1 v WHERE pair = $1;

-- name: works
SELECT to_jsonb(v) FROM read.pair_work_v1 v WHERE cohort = $1 ORDER BY number;

-- name: checklist
SELECT to_jsonb(v) FROM read.launch_checklist_v1 v WHERE cohort = $1 ORDER BY number;

-- name: matching
SELECT to_jsonb(v) FROM read.matching_v1 v WHERE cohort = $1;

-- name: open_answers
SELECT to_jsonb(v) FROM read.open_answers_v1 v WHERE cohort = $1 ORDER BY closes_at, kind, person;

-- name: reminders
SELECT to_jsonb(v) FROM read.reminder_log_v1 v WHERE cohort = $1 ORDER BY "position";

-- name: surveys
SELECT to_jsonb(v) FROM read.survey_status_v1 v WHERE cohort = $1
ORDER BY wave, array_position(ARRAY['silent', 'answered', 'gone'], status), person;

-- name: employment
SELECT to_jsonb(v) FROM read.employment_v1 v WHERE cohort = $1 ORDER BY person, on_day, "number";

-- name: kpis
SELECT to_jsonb(v) FROM read.kpi_reports_v1 v WHERE cohort = $1 AND latest;

-- name: publications
SELECT to_jsonb(v) FROM read.kpi_reports_v1 v WHERE cohort = $1 ORDER BY "number";

-- name: program_kpis
SELECT to_jsonb(v) FROM read.kpi_reports_v1 v WHERE program = $1 AND latest ORDER BY cohort;

-- name: timeline
SELECT to_jsonb(v) FROM read.timeline_v1 v WHERE cohort = $1 AND "position" > $2 ORDER BY "position" LIMIT $3;

-- name: adherence
WITH due AS (
  SELECT pair, week, state,
    state = 'missed' OR (state = 'planned' AND lapses_at <= $2::timestamptz) AS missed
  FROM read.sessions_v1
  WHERE cohort = $1 AND state <> 'cancelled' AND starts_at <= $2::timestamptz
), paused AS (
  SELECT DISTINCT p.pair, w.week
  FROM read.pauses_v1 p
  CROSS JOIN generate_series(
    p.from_week, coalesce(p.to_week, (($2::timestamptz AT TIME ZONE p.timezone)::date - p.week_one) / 7 + 1)
  ) w(week)
  WHERE p.cohort = $1
), pairs AS (
  SELECT DISTINCT pair FROM read.sessions_v1 WHERE cohort = $1
), by_pair AS (
  SELECT p.pair, count(d.pair) AS planned, count(*) FILTER (WHERE d.state = 'held') AS held,
    count(*) FILTER (WHERE d.missed) AS missed,
    (SELECT count(*) FROM paused n WHERE n.pair = p.pair) AS paused_weeks
  FROM pairs p LEFT JOIN due d USING (pair) GROUP BY p.pair
), weeks AS (
  SELECT week FROM due UNION SELECT week FROM paused
), by_week AS (
  SELECT w.week, count(d.pair) AS planned, count(*) FILTER (WHERE d.state = 'held') AS held,
    count(*) FILTER (WHERE d.missed) AS missed,
    (SELECT count(*) FROM paused n WHERE n.week = w.week) AS paused_pairs
  FROM weeks w LEFT JOIN due d ON d.week = w.week GROUP BY w.week
)
SELECT jsonb_build_object(
  'cohort', m.cohort,
  'as_of', $2::timestamptz,
  'planned', (SELECT count(*) FROM due),
  'held', (SELECT count(*) FROM due WHERE state = 'held'),
  'missed', (SELECT count(*) FROM due WHERE missed),
  'pairs', coalesce((SELECT jsonb_agg(to_jsonb(b) ORDER BY b.pair) FROM by_pair b), '[]'),
  'weeks', coalesce((SELECT jsonb_agg(to_jsonb(b) ORDER BY b.week) FROM by_week b), '[]'),
  'milestones', to_jsonb(m) - 'cohort'
)
FROM read.milestone_progress_v1 m WHERE m.cohort = $1;

-- name: messages
SELECT to_jsonb(v) FROM read.outbox_v1 v
WHERE v.stream = ANY(ARRAY(
    SELECT 'cohort-' || $1::text
    UNION ALL SELECT 'pair-' || c.pair FROM read.pair_card_v1 c WHERE c.cohort = $1
  ))
  AND v.template NOT IN ('check_in_drawn', 'concern_received', 'offer_end', 'reshuffle_proposed', 'steward_alert', 'steward_takes_over')
ORDER BY v.reserved_at, v.event_id, v.recipient, v.channel;

-- name: notifications
-- The steward's own messages only where they did not arrive, and without what leads to a pair (G6).
SELECT to_jsonb(n) FROM (
  SELECT
    CASE o.outcome WHEN 'reserved' THEN 'sending' WHEN 'failed' THEN 'retrying' ELSE o.outcome END AS state,
    o.recipient, o.channel,
    CASE WHEN o.guarded THEN 'routine_check_in' ELSE o.template END AS template,
    CASE WHEN o.guarded THEN 'sealed' ELSE o.stream END AS stream,
    o.due_at, o.reserved_at AS tried_at, o.attempts, o.outcome_at, o.delay_seconds, o.message_id, o.error
  FROM (
    SELECT v.*, v.template IN (
      'check_in_drawn', 'concern_received', 'offer_end', 'reshuffle_proposed', 'steward_alert', 'steward_takes_over'
    ) AS guarded
    FROM read.outbox_v1 v
  ) o
  WHERE (NOT o.guarded OR o.outcome IN ('failed', 'bounced', 'unaddressed', 'dead'))
    AND ($1::text IS NULL
      OR o.outcome = CASE $1::text WHEN 'sending' THEN 'reserved' WHEN 'retrying' THEN 'failed' ELSE $1::text END)
    AND ($2::text IS NULL OR NOT o.guarded
      AND $2::text IN (substring(o.stream FROM '^cohort-(.*)$'), substring(o.stream FROM '^pair-(.*)-[0-9]+$')))
  ORDER BY o.reserved_at DESC, o.message_id DESC
  LIMIT $3
) n
ORDER BY n.tried_at, n.message_id;

-- name: projections
SELECT to_jsonb(v) FROM read.projections_v1 v ORDER BY projection, build;

-- name: positions
SELECT projection, position, error FROM read.projections_v1 WHERE live;

-- name: events
SELECT to_jsonb(v) FROM read.events_v1 v WHERE "position" > $1 ORDER BY "position" LIMIT $2;

-- name: stream_events
SELECT to_jsonb(v) FROM read.events_v1 v WHERE stream = $1 AND "position" > $2 ORDER BY version LIMIT $3;

-- name: latest_events
SELECT to_jsonb(v) FROM read.events_v1 v ORDER BY "position" DESC LIMIT $1;

-- name: latest_stream_events
SELECT to_jsonb(v) FROM read.events_v1 v WHERE stream = $1 ORDER BY version DESC LIMIT $2;

-- name: unknown_people
SELECT id FROM unnest($1::text[]) AS asked (id) WHERE id NOT IN (SELECT d.id FROM read.directory_v1 d) ORDER BY id;

-- name: receipt
SELECT jsonb_build_object('stream', stream, 'version', version, 'position', position, 'digest', '')
FROM read.receipts_v1 WHERE stream = $1 AND command_id = $2;

-- name: stream
SELECT to_jsonb(v) FROM read.streams_v1 v WHERE stream = $1;

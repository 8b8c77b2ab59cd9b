-- name: activities_notify_reserve
-- A new row is ours; so is one that failed, or one whose holder was silent since before $8. All times are the
-- caller's.
INSERT INTO log.outbox AS o (event_id, recipient, channel, stream, template, due_at, reserved_at, message_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
ON CONFLICT (event_id, recipient, channel) DO UPDATE
SET reserved_at = excluded.reserved_at, attempts = o.attempts + 1, outcome = 'reserved', outcome_at = NULL,
  error = NULL
WHERE o.outcome = 'failed' OR (o.outcome = 'reserved' AND o.reserved_at <= $8)
RETURNING attempts;

-- name: activities_notify_holder
SELECT outcome, reserved_at FROM log.outbox WHERE event_id = $1 AND recipient = $2 AND channel = $3;

-- name: activities_notify_record
-- Only the holder of the last reservation has a say.
UPDATE log.outbox
SET outcome = $5, outcome_at = $6, delay_seconds = $7, error = $8, subject = $9, body = $10
WHERE event_id = $1 AND recipient = $2 AND channel = $3 AND attempts = $4 AND outcome = 'reserved';

-- name: events_own_streams
-- Whom a stream began with, or who came into an office of it later; each part has an index of its own.
SELECT s.stream FROM log.streams s WHERE s.stream IN (
  SELECT stream FROM log.events
  WHERE type = 'cohort.planned' AND data #> '{spec,people}' @> jsonb_build_array(jsonb_build_object('id', $1::text))
  UNION
  SELECT stream FROM log.events
  WHERE type = 'cohort.planned' AND ARRAY[
    data #>> '{spec,lead,id}', data #>> '{spec,sponsor,id}', data #>> '{spec,steward,id}',
    data #>> '{spec,business_sponsor,id}'] @> ARRAY[$1::text]
  UNION
  SELECT stream FROM log.events
  WHERE type = 'pair.formed' AND ARRAY[data #>> '{terms,mentor}', data #>> '{terms,mentee}'] @> ARRAY[$1::text]
  UNION
  SELECT stream FROM log.events
  WHERE type IN ('cohort.lead_handed_over', 'cohort.sponsor_replaced', 'cohort.steward_replaced')
    AND data #>> '{to,id}' = $1
)
ORDER BY (SELECT e.position FROM log.events e WHERE e.stream = s.stream AND e.version = 1);

-- name: events_own_history
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND type = ANY($2::text[]) ORDER BY version;

-- name: events_own_messages
SELECT outcome_at AS at, stream, template, subject FROM log.outbox
WHERE recipient = $1 AND outcome = 'sent' ORDER BY outcome_at, template;

-- name: events_people_lock
LOCK TABLE log.people IN SHARE ROW EXCLUSIVE MODE;

-- name: events_people_known
SELECT id, name, email, language, timezone FROM log.people WHERE id = ANY($1::text[]);

-- name: events_people_erased
SELECT person FROM log.person_keys WHERE person = ANY($1::text[]) AND destroyed_at IS NOT NULL;

-- name: events_people_put
INSERT INTO log.people (id, name, email, language, timezone)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  AS n(id, name, email, language, timezone)
ORDER BY n.id
ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, language = excluded.language,
  timezone = excluded.timezone, updated_at = clock_timestamp();

-- name: events_people_find
SELECT id, name, email, language, timezone FROM log.people WHERE id = ANY($1::text[]);

-- name: events_people_everybody
SELECT id, name, email, language, timezone FROM log.people ORDER BY id;

-- name: events_people_by_email
SELECT id, name, email, language, timezone FROM log.people WHERE email = $1 ORDER BY id LIMIT 2;

-- How many of these are on the roster of a cohort that is not over. Primary keys lead to each event.

-- name: events_people_taking_part
SELECT count(DISTINCT person.value ->> 'id') FROM log.streams s
JOIN log.events e ON e.stream = s.stream AND e.version = 1 AND e.type = 'cohort.planned'
CROSS JOIN LATERAL jsonb_array_elements(e.data #> '{spec,people}') AS person
WHERE person.value ->> 'id' = ANY($1::text[]) AND NOT EXISTS (
  SELECT FROM log.events o WHERE o.stream = s.stream AND o.type IN ('cohort.closed', 'cohort.cancelled'));

-- name: events_reader_page
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE position > $1 ORDER BY position LIMIT $2;

-- name: events_reader_page_below
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE position > $1 AND position <= $3 ORDER BY position LIMIT $2;

-- name: events_reader_page_of_types
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE position > $1 AND position <= $3 AND type = ANY($4::text[]) ORDER BY position LIMIT $2;

-- name: events_reader_page_of_stream
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1 WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3;

-- name: events_reader_cohort
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data
FROM read.events_v1
WHERE stream = ANY(ARRAY(
    SELECT s.stream::text FROM read.streams_v1 s
    WHERE s.stream = 'cohort-' || $1::text
      OR (s.kind = 'pair' AND regexp_replace(s.stream, '^pair-(.*)-[^-]*$', '\1') = $1::text)
  ))
  AND position <= $2 AND type = ANY($3::text[])
ORDER BY position;

-- name: events_reader_watermark
SELECT log.watermark();

-- name: events_reader_head
SELECT coalesce(max(position), 0) FROM read.events_v1;

-- name: events_reader_open_versions
SELECT stream, version FROM read.streams_v1 WHERE NOT closed ORDER BY stream;

-- name: events_reader_stream
SELECT stream, version, closed FROM read.streams_v1 WHERE stream = $1;

-- name: events_sealing_find
SELECT person, wrapped_by, wrapped FROM log.person_keys WHERE person = ANY($1::text[]);

-- name: events_sealing_create
INSERT INTO log.person_keys (person, wrapped_by, wrapped)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) AS n(person, wrapped_by, wrapped)
ORDER BY n.person
ON CONFLICT DO NOTHING;

-- name: events_sealing_lock_people
LOCK TABLE log.people IN SHARE ROW EXCLUSIVE MODE;

-- name: events_sealing_known
SELECT EXISTS (SELECT FROM log.people WHERE id = $1) OR EXISTS (SELECT FROM log.person_keys WHERE person = $1);

-- name: events_sealing_destroy
INSERT INTO log.person_keys AS k (person, destroyed_at) VALUES ($1, clock_timestamp())
ON CONFLICT (person) DO UPDATE SET wrapped = NULL, wrapped_by = NULL, destroyed_at = clock_timestamp()
WHERE k.destroyed_at IS NULL
RETURNING person;

-- name: events_sealing_erasures
SELECT person, destroyed_at AS erased_at FROM log.person_keys WHERE destroyed_at IS NOT NULL ORDER BY destroyed_at, person;

-- name: events_sealing_forget_person
DELETE FROM log.people WHERE id = $1;

-- name: events_sealing_forget_messages
UPDATE log.outbox SET subject = NULL, body = NULL WHERE recipient = $1 AND (subject, body) IS DISTINCT FROM (NULL, NULL);

-- name: events_sealing_any
SELECT person, wrapped_by, wrapped FROM log.person_keys WHERE wrapped IS NOT NULL LIMIT 1;

-- name: events_sealing_protected
SELECT wrapped_by, count(*) AS keys FROM log.person_keys WHERE wrapped IS NOT NULL GROUP BY wrapped_by;

-- name: events_sealing_outdated
SELECT person, wrapped_by, wrapped FROM log.person_keys
WHERE wrapped_by <> $1 ORDER BY person LIMIT $2 FOR UPDATE;

-- name: events_sealing_rewrap
UPDATE log.person_keys k SET wrapped_by = $1, wrapped = n.wrapped
FROM unnest($2::text[], $3::bytea[]) AS n(person, wrapped)
WHERE k.person = n.person AND k.wrapped IS NOT NULL;

-- name: events_store_append_one
SELECT version, position, recorded_at, data FROM log.append_one(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::uuid, $12, $13, $14::text::jsonb, $15::text::jsonb);

-- name: events_store_append_many
SELECT version, position, recorded_at, data FROM log.append_many(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text[]::uuid[], $12, $13, $14::text[]::jsonb[],
  $15::text[]::jsonb[]);

-- name: events_store_tail
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3;

-- name: events_store_batch
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND version > $2 AND command_id = $3 ORDER BY version;

-- name: events_store_stream_version
SELECT version FROM log.streams WHERE stream = $1;

-- name: events_store_owners_of_ids
SELECT event_id::text AS event_id, stream, version, command_id FROM log.events
WHERE event_id = ANY($1::text[]::uuid[]) ORDER BY position LIMIT 1;

-- name: events_store_unfinished_streams
SELECT s.stream FROM log.streams s LEFT JOIN log.performed p USING (stream)
WHERE NOT s.closed OR coalesce(p.version, 0) < s.version ORDER BY s.stream;

-- name: events_store_performed
SELECT version FROM log.performed WHERE stream = $1;

-- name: events_store_mark_performed
INSERT INTO log.performed AS p (stream, version) VALUES ($1, $2)
ON CONFLICT (stream) DO UPDATE SET version = excluded.version WHERE p.version < excluded.version;

-- name: events_tokens_add
INSERT INTO log.tokens (id, digest, person, name, scopes, expires_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::interval)
RETURNING id, person, name, scopes, created_at, expires_at, revoked_at, used_at;

-- name: events_tokens_all
SELECT id, person, name, scopes, created_at, expires_at, revoked_at, used_at
FROM log.tokens ORDER BY created_at, id;

-- name: events_tokens_find
SELECT digest, id, person, name, scopes, created_at, expires_at, revoked_at, used_at
FROM log.tokens WHERE id = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp();

-- Once a minute is enough to see whether a token is in use.

-- name: events_tokens_used
UPDATE log.tokens SET used_at = clock_timestamp()
WHERE id = $1 AND (used_at IS NULL OR used_at < clock_timestamp() - interval '1 minute');

-- name: events_tokens_revoke
UPDATE log.tokens SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE id = $1
RETURNING id, person, name, scopes, created_at, expires_at, revoked_at, used_at;

-- name: projections_builds_live
SELECT build, version, live, position, events, error FROM projections.checkpoints
WHERE projection = $1 AND live;

-- name: projections_builds_unfinished
SELECT build, version, live, position, events, error FROM projections.checkpoints
WHERE projection = $1 AND NOT live;

-- name: projections_builds_create
INSERT INTO projections.checkpoints (projection, build, version, live, created_at)
SELECT $1, coalesce(max(n.build), 0) + 1, $2, $3, coalesce($4::timestamptz, clock_timestamp())
FROM (
  SELECT build FROM projections.checkpoints WHERE projection = $1
  UNION ALL SELECT projections.abandoned_builds($1)
) n(build)
RETURNING build, version, live, position, events, error;

-- name: projections_builds_asked_together
-- The builds that one `rebuild --all` began share its moment; one that was begun alone shares it with none.
SELECT c.projection, c.live FROM projections.checkpoints c
WHERE c.created_at = (
  SELECT n.created_at FROM projections.checkpoints n
  WHERE NOT n.live
    AND EXISTS (
      SELECT FROM projections.checkpoints o
      WHERE o.created_at = n.created_at AND (o.projection, o.build) <> (n.projection, n.build)
    )
  ORDER BY n.created_at DESC LIMIT 1
)
ORDER BY c.projection;

-- name: projections_builds_now
SELECT clock_timestamp();

-- name: projections_builds_ask_again
UPDATE projections.checkpoints SET created_at = $3 WHERE projection = $1 AND build = $2;

-- name: projections_builds_open
SELECT projections.open_build($1, $2);

-- name: projections_builds_look_into
SELECT set_config('search_path', $1, true);

-- name: projections_builds_enter
-- A power cut may take the last batches away, with their checkpoints: they are applied again. The log's own
-- commits were flushed before anybody could read them, so no checkpoint can be ahead of the log.
SELECT set_config('search_path', $1, false), set_config('synchronous_commit', 'off', false);

-- name: projections_builds_hold
SELECT position FROM projections.checkpoints WHERE projection = $1 AND build = $2 AND live FOR UPDATE;

-- name: projections_builds_advance
SELECT projections.advance($1, $2, $3, $4, $5, $6);

-- name: projections_builds_stop
UPDATE projections.checkpoints SET stopped_at = clock_timestamp(), error = $3
WHERE projection = $1 AND build = $2;

-- name: projections_builds_resume
UPDATE projections.checkpoints SET stopped_at = NULL, error = NULL
WHERE projection = $1 AND stopped_at IS NOT NULL RETURNING build;

-- name: projections_builds_patience
SELECT set_config('lock_timeout', '250ms', true);

-- name: projections_builds_forget
DELETE FROM projections.checkpoints WHERE projection = $1 AND build = $2;

-- name: projections_builds_promote
UPDATE projections.checkpoints SET live = true, moved_at = clock_timestamp()
WHERE projection = $1 AND build = $2;

-- name: projections_builds_abandoned
SELECT projections.abandoned_builds($1);

-- name: projections_builds_drop
SELECT projections.drop_build($1, $2);

-- name: projections_builds_digest
SELECT projections.digest($1, $2);

-- name: projections_builds_try_follow
SELECT pg_try_advisory_lock(1953854064, hashtext($1));

-- name: projections_builds_leave_follow
SELECT pg_advisory_unlock(1953854064, hashtext($1));

-- name: projections_builds_try_rebuild
SELECT pg_try_advisory_lock(1953854065, hashtext($1));

-- name: projections_builds_leave_rebuild
SELECT pg_advisory_unlock(1953854065, hashtext($1));

-- name: turnabout_reads_board
SELECT to_jsonb(v) FROM read.cohort_board_v1 v WHERE cohort = $1;

-- name: turnabout_reads_boards
SELECT to_jsonb(v) FROM read.cohort_board_v1 v ORDER BY starts_on, cohort;

-- name: turnabout_reads_pair
SELECT to_jsonb(v) FROM read.pair_card_v1 v WHERE pair = $1;

-- name: turnabout_reads_pairs
SELECT to_jsonb(v) FROM read.pair_card_v1 v WHERE cohort = $1 ORDER BY number;

-- name: turnabout_reads_work
SELECT to_jsonb(v) FROM read.pair_work_v1 v WHERE pair = $1;

-- name: turnabout_reads_works
SELECT to_jsonb(v) FROM read.pair_work_v1 v WHERE cohort = $1 ORDER BY number;

-- name: turnabout_reads_checklist
SELECT to_jsonb(v) FROM read.launch_checklist_v1 v WHERE cohort = $1 ORDER BY number;

-- name: turnabout_reads_matching
SELECT to_jsonb(v) FROM read.matching_v1 v WHERE cohort = $1;

-- name: turnabout_reads_open_answers
SELECT to_jsonb(v) FROM read.open_answers_v1 v WHERE cohort = $1 ORDER BY closes_at, kind, person;

-- name: turnabout_reads_reminders
SELECT to_jsonb(v) FROM read.reminder_log_v1 v WHERE cohort = $1 ORDER BY "position";

-- name: turnabout_reads_surveys
SELECT to_jsonb(v) FROM read.survey_status_v1 v WHERE cohort = $1
ORDER BY wave, array_position(ARRAY['silent', 'answered', 'gone'], status), person;

-- name: turnabout_reads_employment
SELECT to_jsonb(v) FROM read.employment_v1 v WHERE cohort = $1 ORDER BY person, on_day, "number";

-- name: turnabout_reads_kpis
SELECT to_jsonb(v) FROM read.kpi_reports_v1 v WHERE cohort = $1 AND latest;

-- name: turnabout_reads_publications
SELECT to_jsonb(v) FROM read.kpi_reports_v1 v WHERE cohort = $1 ORDER BY "number";

-- name: turnabout_reads_program_kpis
SELECT to_jsonb(v) FROM read.kpi_reports_v1 v WHERE program = $1 AND latest ORDER BY cohort;

-- name: turnabout_reads_timeline
SELECT to_jsonb(v) FROM read.timeline_v1 v WHERE cohort = $1 AND "position" > $2 ORDER BY "position" LIMIT $3;

-- name: turnabout_reads_adherence
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

-- name: turnabout_reads_messages
SELECT to_jsonb(v) FROM read.outbox_v1 v
WHERE v.stream = ANY(ARRAY(
    SELECT 'cohort-' || $1::text
    UNION ALL SELECT 'pair-' || c.pair FROM read.pair_card_v1 c WHERE c.cohort = $1
  ))
  AND v.template NOT IN ('check_in_drawn', 'concern_received', 'offer_end', 'reshuffle_proposed', 'steward_alert', 'steward_takes_over')
ORDER BY v.reserved_at, v.event_id, v.recipient, v.channel;

-- name: turnabout_reads_notifications
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

-- name: turnabout_reads_projections
SELECT to_jsonb(v) FROM read.projections_v1 v ORDER BY projection, build;

-- name: turnabout_reads_positions
SELECT projection, position, error FROM read.projections_v1 WHERE live;

-- name: turnabout_reads_events
SELECT to_jsonb(v) FROM read.events_v1 v WHERE "position" > $1 ORDER BY "position" LIMIT $2;

-- name: turnabout_reads_stream_events
SELECT to_jsonb(v) FROM read.events_v1 v WHERE stream = $1 AND "position" > $2 ORDER BY version LIMIT $3;

-- name: turnabout_reads_latest_events
SELECT to_jsonb(v) FROM read.events_v1 v ORDER BY "position" DESC LIMIT $1;

-- name: turnabout_reads_latest_stream_events
SELECT to_jsonb(v) FROM read.events_v1 v WHERE stream = $1 ORDER BY version DESC LIMIT $2;

-- name: turnabout_reads_unknown_people
SELECT id FROM unnest($1::text[]) AS asked (id) WHERE id NOT IN (SELECT d.id FROM read.directory_v1 d) ORDER BY id;

-- name: turnabout_reads_receipt
SELECT jsonb_build_object('stream', stream, 'version', version, 'position', position, 'digest', '')
FROM read.receipts_v1 WHERE stream = $1 AND command_id = $2;

-- name: turnabout_reads_stream
SELECT to_jsonb(v) FROM read.streams_v1 v WHERE stream = $1;

-- name: workers_reconciler_try_lock
SELECT pg_try_advisory_lock(1953854066, 0);

-- name: workers_reconciler_unlock
SELECT pg_advisory_unlock(1953854066, 0);

-- name: workers_retention_due
SELECT r.person, r.cohorts, r.due_on FROM read.retention_v1 r
WHERE r.due_on <= $1
  AND NOT EXISTS (SELECT FROM log.person_keys k WHERE k.person = r.person AND k.destroyed_at IS NOT NULL)
ORDER BY r.due_on, r.person;

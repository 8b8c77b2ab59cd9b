-- name: lag
SELECT projection, lag_events, lag_seconds, (status = 'stopped')::integer AS stopped
FROM read.projections_v1 WHERE live;

-- name: held_back
-- The watermark is taken after the snapshot, so a head beyond it is an event that no reader may have yet.
SELECT coalesce(max(position), 0) AS head, (SELECT log.watermark()) AS watermark FROM read.events_v1;

-- name: outbox
SELECT 'reserved' AS state, count(*) AS messages, min(due_at) AS oldest
FROM read.outbox_v1 WHERE outcome = 'reserved'
UNION ALL
SELECT 'retrying', count(*), min(due_at) FROM read.outbox_v1 WHERE outcome = 'failed'
UNION ALL
SELECT 'undelivered', count(*), NULL FROM read.outbox_v1
WHERE outcome IN ('bounced', 'unaddressed', 'dead') AND outcome_at > clock_timestamp() - interval '1 day';

-- name: backup
SELECT max(taken_at) FROM read.backups_v1;

-- name: cohorts
SELECT state, count(*) FROM read.cohort_board_v1 GROUP BY state;

-- name: unplanned
-- T19. A later cohort of the program was planned, even where nobody recorded it as the next.
SELECT count(*) FROM read.cohort_board_v1 c
WHERE c.state = 'closed' AND c.next_cohort IS NULL AND c.closed_at < clock_timestamp() - interval '14 days'
  AND NOT EXISTS (
    SELECT FROM read.cohort_board_v1 n
    WHERE n.program = c.program AND n.starts_on > c.starts_on AND n.state <> 'cancelled'
  );

-- name: pairs
SELECT state, count(*) FROM read.pair_card_v1 GROUP BY state;

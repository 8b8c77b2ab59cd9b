-- name: lag
SELECT projection, lag_events, lag_seconds, (status = 'stopped')::integer AS stopped
FROM read.projections_v1 WHERE live;

-- name: cohorts
SELECT state, count(*) FROM read.cohort_board_v1 GROUP BY state;

-- name: pairs
SELECT state, count(*) FROM read.pair_card_v1 GROUP BY state;

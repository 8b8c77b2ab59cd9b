-- name: recorded_by
-- Backwards from the end: it costs what was recorded since.
SELECT position FROM read.events_v1 WHERE recorded_at <= $1 ORDER BY position DESC LIMIT 1;

-- name: own_views
SELECT c.relname FROM pg_class c WHERE c.relnamespace = $1::text::regnamespace AND c.relkind = 'v';

-- name: live
SELECT build, version, live, position, events, error FROM projections.checkpoints
WHERE projection = $1 AND live;

-- name: unfinished
SELECT build, version, live, position, events, error FROM projections.checkpoints
WHERE projection = $1 AND NOT live;

-- name: create
INSERT INTO projections.checkpoints (projection, build, version, live, created_at)
SELECT $1, coalesce(max(n.build), 0) + 1, $2, $3, coalesce($4::timestamptz, clock_timestamp())
FROM (
  SELECT build FROM projections.checkpoints WHERE projection = $1
  UNION ALL SELECT projections.abandoned_builds($1)
) n(build)
RETURNING build, version, live, position, events, error;

-- name: asked_together
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

-- name: now
SELECT clock_timestamp();

-- name: ask_again
UPDATE projections.checkpoints SET created_at = $3 WHERE projection = $1 AND build = $2;

-- name: open
SELECT projections.open_build($1, $2);

-- name: look_into
SELECT set_config('search_path', $1, true);

-- name: enter
-- A power cut may take the last batches away, with their checkpoints: they are applied again. The log's own
-- commits were flushed before anybody could read them, so no checkpoint can be ahead of the log.
SELECT set_config('search_path', $1, false), set_config('synchronous_commit', 'off', false);

-- name: hold
SELECT position FROM projections.checkpoints WHERE projection = $1 AND build = $2 AND live FOR UPDATE;

-- name: advance
SELECT projections.advance($1, $2, $3, $4, $5, $6);

-- name: stop
UPDATE projections.checkpoints SET stopped_at = clock_timestamp(), error = $3
WHERE projection = $1 AND build = $2;

-- name: resume
UPDATE projections.checkpoints SET stopped_at = NULL, error = NULL
WHERE projection = $1 AND stopped_at IS NOT NULL RETURNING build;

-- name: patience
SELECT set_config('lock_timeout', '250ms', true);

-- name: forget
DELETE FROM projections.checkpoints WHERE projection = $1 AND build = $2;

-- name: promote
UPDATE projections.checkpoints SET live = true, moved_at = clock_timestamp()
WHERE projection = $1 AND build = $2;

-- name: abandoned
SELECT projections.abandoned_builds($1);

-- name: drop
SELECT projections.drop_build($1, $2);

-- name: digest
SELECT projections.digest($1, $2);

-- name: try_follow
SELECT pg_try_advisory_lock(1953854064, hashtext($1));

-- name: leave_follow
SELECT pg_advisory_unlock(1953854064, hashtext($1));

-- name: try_rebuild
SELECT pg_try_advisory_lock(1953854065, hashtext($1));

-- name: leave_rebuild
SELECT pg_advisory_unlock(1953854065, hashtext($1));

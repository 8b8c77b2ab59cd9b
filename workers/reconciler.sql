-- name: try_lock
SELECT pg_try_advisory_lock(1953854066, 0);

-- name: unlock
SELECT pg_advisory_unlock(1953854066, 0);

-- name: record
INSERT INTO log.backups (taken_at, place) VALUES ($1, $2) RETURNING taken_at, place, recorded_at;

-- name: newest
SELECT taken_at, place, recorded_at FROM read.backups_v1 ORDER BY taken_at DESC, recorded_at DESC LIMIT $1;

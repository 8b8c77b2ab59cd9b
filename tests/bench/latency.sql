-- name: pairs
SELECT stream, version FROM log.streams WHERE stream LIKE 'pair-%' ORDER BY stream;

-- name: seen
SELECT min(position) FROM projections.checkpoints WHERE live;

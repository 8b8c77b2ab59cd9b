-- name: add
INSERT INTO log.tokens (id, digest, person, name, scopes, expires_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + $6::interval)
RETURNING id, person, name, scopes, created_at, expires_at, revoked_at, used_at;

-- name: all
SELECT id, person, name, scopes, created_at, expires_at, revoked_at, used_at
FROM log.tokens ORDER BY created_at, id;

-- name: find
SELECT digest, id, person, name, scopes, created_at, expires_at, revoked_at, used_at
FROM log.tokens WHERE id = $1 AND revoked_at IS NULL AND expires_at > clock_timestamp();

-- Once a minute is enough to see whether a token is in use.
-- name: used
UPDATE log.tokens SET used_at = clock_timestamp()
WHERE id = $1 AND (used_at IS NULL OR used_at < clock_timestamp() - interval '1 minute');

-- name: revoke
UPDATE log.tokens SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE id = $1
RETURNING id, person, name, scopes, created_at, expires_at, revoked_at, used_at;

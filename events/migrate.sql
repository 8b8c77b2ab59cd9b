-- name: bootstrap
CREATE SCHEMA IF NOT EXISTS log;
CREATE TABLE IF NOT EXISTS log.migrations (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Whatever its login, a process sees whether the schema is its release's. To PUBLIC, for at first there are no roles.
GRANT SELECT ON log.migrations TO PUBLIC;

-- name: ledger_exists
SELECT to_regclass('log.migrations') IS NOT NULL;

-- name: ledger
SELECT number, name, checksum, applied_at FROM log.migrations ORDER BY number;

-- name: record
INSERT INTO log.migrations (number, name, checksum) VALUES ($1, $2, $3);

-- name: lock
SELECT pg_advisory_lock(1953854063, 0);

-- name: unlock
SELECT pg_advisory_unlock(1953854063, 0);

-- name: lock_timeout
SELECT set_config('lock_timeout', $1, $2);

-- name: statement_timeout
SELECT set_config('statement_timeout', $1, true);

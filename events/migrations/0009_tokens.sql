-- Tokens with which machines speak to the HTTP API in a person's name. Only a digest of each secret is kept.

CREATE TABLE log.tokens (
  id text PRIMARY KEY,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  person text NOT NULL,
  name text NOT NULL,
  scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  used_at timestamptz
);

GRANT SELECT, INSERT ON log.tokens TO turnabout_writer;
GRANT UPDATE (revoked_at, used_at) ON log.tokens TO turnabout_writer;

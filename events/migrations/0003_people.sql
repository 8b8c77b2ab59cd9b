-- Who the people are, and the keys that their confidential answers are sealed with.

-- The only place of names and addresses; events hold pseudonymous ids.
CREATE TABLE log.people (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text,
  language text NOT NULL,
  timezone text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A destroyed key stays as a tombstone, so that nothing about this person is ever sealed readably again.
CREATE TABLE log.person_keys (
  person text PRIMARY KEY,
  wrapped_by text,
  wrapped bytea,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  destroyed_at timestamptz,
  CHECK ((destroyed_at IS NULL) = (wrapped IS NOT NULL)),
  CHECK ((wrapped IS NULL) = (wrapped_by IS NULL))
);

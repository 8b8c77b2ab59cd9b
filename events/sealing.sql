-- name: find
SELECT person, wrapped_by, wrapped FROM log.person_keys WHERE person = ANY($1::text[]);

-- name: create
INSERT INTO log.person_keys (person, wrapped_by, wrapped)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[]) AS n(person, wrapped_by, wrapped)
ORDER BY n.person
ON CONFLICT DO NOTHING;

-- name: lock_people
LOCK TABLE log.people IN SHARE ROW EXCLUSIVE MODE;

-- name: known
SELECT EXISTS (SELECT FROM log.people WHERE id = $1) OR EXISTS (SELECT FROM log.person_keys WHERE person = $1);

-- name: destroy
INSERT INTO log.person_keys AS k (person, destroyed_at) VALUES ($1, clock_timestamp())
ON CONFLICT (person) DO UPDATE SET wrapped = NULL, wrapped_by = NULL, destroyed_at = clock_timestamp()
WHERE k.destroyed_at IS NULL
RETURNING person;

-- name: erasures
SELECT person, destroyed_at AS erased_at FROM log.person_keys WHERE destroyed_at IS NOT NULL ORDER BY destroyed_at, person;

-- name: forget_person
DELETE FROM log.people WHERE id = $1;

-- name: forget_messages
UPDATE log.outbox SET subject = NULL, body = NULL WHERE recipient = $1 AND (subject, body) IS DISTINCT FROM (NULL, NULL);

-- name: any
SELECT person, wrapped_by, wrapped FROM log.person_keys WHERE wrapped IS NOT NULL LIMIT 1;

-- name: protected
SELECT wrapped_by, count(*) AS keys FROM log.person_keys WHERE wrapped IS NOT NULL GROUP BY wrapped_by;

-- name: outdated
SELECT person, wrapped_by, wrapped FROM log.person_keys
WHERE wrapped_by <> $1 ORDER BY person LIMIT $2 FOR UPDATE;

-- name: rewrap
UPDATE log.person_keys k SET wrapped_by = $1, wrapped = n.wrapped
FROM unnest($2::text[], $3::bytea[]) AS n(person, wrapped)
WHERE k.person = n.person AND k.wrapped IS NOT NULL;

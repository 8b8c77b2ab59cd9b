-- Whoever changes the directory waits for an erasure under way, and the other way round.
-- name: lock
LOCK TABLE log.people IN SHARE ROW EXCLUSIVE MODE;

-- name: known
SELECT id, name, email, language, timezone FROM log.people WHERE id = ANY($1::text[]);

-- name: erased
SELECT person FROM log.person_keys WHERE person = ANY($1::text[]) AND destroyed_at IS NOT NULL;

-- name: put
INSERT INTO log.people (id, name, email, language, timezone)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  AS n(id, name, email, language, timezone)
ORDER BY n.id
ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, language = excluded.language,
  timezone = excluded.timezone, updated_at = clock_timestamp();

-- name: find
SELECT id, name, email, language, timezone FROM log.people WHERE id = ANY($1::text[]);

-- name: everybody
SELECT id, name, email, language, timezone FROM log.people ORDER BY id;

-- name: by_email
SELECT id, name, email, language, timezone FROM log.people WHERE email = $1 ORDER BY id LIMIT 2;

-- How many of these are on the roster of a cohort that is not over. Primary keys lead to each event.
-- name: taking_part
SELECT count(DISTINCT person.value ->> 'id') FROM log.streams s
JOIN log.events e ON e.stream = s.stream AND e.version = 1 AND e.type = 'cohort.planned'
CROSS JOIN LATERAL jsonb_array_elements(e.data #> '{spec,people}') AS person
WHERE person.value ->> 'id' = ANY($1::text[]) AND NOT EXISTS (
  SELECT FROM log.events o WHERE o.stream = s.stream AND o.type IN ('cohort.closed', 'cohort.cancelled'));

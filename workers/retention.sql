-- Those whose keys are not destroyed yet, though every cohort of theirs ended so long ago.
-- name: due
SELECT r.person, r.cohorts, r.due_on FROM read.retention_v1 r
WHERE r.due_on <= $1
  AND NOT EXISTS (SELECT FROM log.person_keys k WHERE k.person = r.person AND k.destroyed_at IS NOT NULL)
ORDER BY r.due_on, r.person;

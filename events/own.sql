-- name: streams
-- A stream's first event names its people; the primary keys of both tables lead to it.
SELECT s.stream FROM log.streams s JOIN log.events e ON e.stream = s.stream AND e.version = 1
WHERE (e.type = 'pair.formed' AND $1 IN (e.data #>> '{terms,mentor}', e.data #>> '{terms,mentee}'))
  OR (e.type = 'cohort.planned' AND (
    e.data #> '{spec,people}' @> jsonb_build_array(jsonb_build_object('id', $1::text))
    OR $1 IN (e.data #>> '{spec,sponsor,id}', e.data #>> '{spec,lead,id}', e.data #>> '{spec,steward,id}')))
ORDER BY e.position;

-- name: history
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND type = ANY($2::text[]) ORDER BY version;

-- name: messages
SELECT outcome_at AS at, stream, template, subject FROM log.outbox
WHERE recipient = $1 AND outcome = 'sent' ORDER BY outcome_at, template;

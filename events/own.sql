-- name: streams
-- Whom a stream began with, or who came into an office of it later; each part has an index of its own.
SELECT s.stream FROM log.streams s WHERE s.stream IN (
  SELECT stream FROM log.events
  WHERE type = 'cohort.planned' AND data #> '{spec,people}' @> jsonb_build_array(jsonb_build_object('id', $1::text))
  UNION
  SELECT stream FROM log.events
  WHERE type = 'cohort.planned' AND ARRAY[
    data #>> '{spec,lead,id}', data #>> '{spec,sponsor,id}', data #>> '{spec,steward,id}',
    data #>> '{spec,business_sponsor,id}'] @> ARRAY[$1::text]
  UNION
  SELECT stream FROM log.events
  WHERE type = 'pair.formed' AND ARRAY[data #>> '{terms,mentor}', data #>> '{terms,mentee}'] @> ARRAY[$1::text]
  UNION
  SELECT stream FROM log.events
  WHERE type IN ('cohort.lead_handed_over', 'cohort.sponsor_replaced', 'cohort.steward_replaced')
    AND data #>> '{to,id}' = $1
)
ORDER BY (SELECT e.position FROM log.events e WHERE e.stream = s.stream AND e.version = 1);

-- name: history
SELECT event_id, stream, version, position, type, schema_version, occurred_at, recorded_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data::text AS data, sealed::text AS sealed
FROM log.events WHERE stream = $1 AND type = ANY($2::text[]) ORDER BY version;

-- name: messages
SELECT outcome_at AS at, stream, template, subject FROM log.outbox
WHERE recipient = $1 AND outcome = 'sent' ORDER BY outcome_at, template;

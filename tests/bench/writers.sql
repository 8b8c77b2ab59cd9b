-- name: plain_table
CREATE SCHEMA bench;
CREATE SEQUENCE bench.position;
CREATE TABLE bench.events (LIKE log.events INCLUDING ALL);
ALTER TABLE bench.events ALTER position SET DEFAULT nextval('bench.position');

-- name: plain_one
INSERT INTO bench.events (stream, version, event_id, type, schema_version, occurred_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: plain_many
INSERT INTO bench.events (stream, version, event_id, type, schema_version, occurred_at, actor, command_id,
  command_digest, correlation_id, causation_id, policy_version, data, sealed)
SELECT $1, u.version, u.event_id, u.type, u.schema_version, $6, $7, $8, $9, $10, $11, $12, u.data, u.sealed
FROM unnest($2::integer[], $3::uuid[], $4::text[], $5::smallint[], $13::jsonb[], $14::jsonb[])
  AS u(version, event_id, type, schema_version, data, sealed);

-- name: advisory_lock
CREATE FUNCTION bench.append_advisory_lock(
  p_stream text, p_expected integer, p_closes boolean, p_occurred_at timestamptz, p_actor text,
  p_command_id text, p_command_digest text, p_correlation_id text, p_causation_id text,
  p_policy_version text, p_event_id uuid, p_type text, p_schema_version smallint, p_data jsonb, p_sealed jsonb
) RETURNS TABLE (version integer, "position" bigint, recorded_at timestamptz, data text)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(20260801);
  RETURN QUERY SELECT * FROM log.append_one(p_stream, p_expected, p_closes, p_occurred_at, p_actor,
    p_command_id, p_command_digest, p_correlation_id, p_causation_id, p_policy_version, p_event_id, p_type,
    p_schema_version, p_data, p_sealed);
END $$;

-- name: table_lock
CREATE FUNCTION bench.append_table_lock(
  p_stream text, p_expected integer, p_closes boolean, p_occurred_at timestamptz, p_actor text,
  p_command_id text, p_command_digest text, p_correlation_id text, p_causation_id text,
  p_policy_version text, p_event_id uuid, p_type text, p_schema_version smallint, p_data jsonb, p_sealed jsonb
) RETURNS TABLE (version integer, "position" bigint, recorded_at timestamptz, data text)
LANGUAGE plpgsql AS $$
BEGIN
  LOCK TABLE log.events IN EXCLUSIVE MODE;
  RETURN QUERY SELECT * FROM log.append_one(p_stream, p_expected, p_closes, p_occurred_at, p_actor,
    p_command_id, p_command_digest, p_correlation_id, p_causation_id, p_policy_version, p_event_id, p_type,
    p_schema_version, p_data, p_sealed);
END $$;

-- name: append_advisory_lock
SELECT version, position, recorded_at, data FROM bench.append_advisory_lock(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::uuid, $12, $13, $14::text::jsonb, $15::text::jsonb);

-- name: append_table_lock
SELECT version, position, recorded_at, data FROM bench.append_table_lock(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::uuid, $12, $13, $14::text::jsonb, $15::text::jsonb);

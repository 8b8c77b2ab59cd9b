-- Appending without an exclusive lock, and the watermark up to which a reader may trust what it sees.
--
-- Positions are drawn before they are committed, so a reader may see 12 before 11. The guard: before its
-- first draw a transaction takes a shared advisory lock whose key is the sequence's last value, its floor;
-- every position that it will draw is greater. A reader first notes the last value W, then the least floor
-- held, and trusts positions up to the lesser of the two, in a snapshot taken afterwards. A position <= W
-- was drawn before W was noted; its transaction either still holds its floor, which is then below that
-- position, or has released it, which PostgreSQL does only after the commit is visible.

-- Called only inside the append functions, whose search path it shares: setting one takes time.
CREATE FUNCTION log.publish_floor() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- Once or twice a transaction, or thousands of appends would exhaust the lock table. A transaction without
  -- a number has not appended yet; in others a mark tells, which names the transaction, so that nothing set
  -- in the session can pretend that the floor is held.
  IF pg_current_xact_id_if_assigned() IS NULL THEN
    PERFORM pg_advisory_xact_lock_shared(1953854062, (last_value & 2147483647)::integer) FROM log.position;
  ELSIF current_setting('turnabout.floor', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    PERFORM pg_advisory_xact_lock_shared(1953854062, (last_value & 2147483647)::integer) FROM log.position;
    PERFORM set_config('turnabout.floor', pg_current_xact_id()::text, true);
  END IF;
END $$;

CREATE FUNCTION log.watermark() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head bigint;
  nearest bigint;
BEGIN
  SELECT last_value INTO head FROM log.position;
  -- A key holds the floor modulo 2^31; the floor is the value of that remainder nearest to head.
  SELECT min(((l.objid::bigint - (head & 2147483647) + 3221225472) & 2147483647) - 1073741824) INTO nearest
  FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.classid = 1953854062 AND l.objsubid = 2 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database());
  RETURN head + least(coalesce(nearest, 0), 0);
END $$;

-- Moves the stream from the expected version to a later one, or raises TA001 and leaves it alone.
CREATE FUNCTION log.advance(p_stream text, p_expected integer, p_count integer, p_closes boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF p_expected = 0 THEN
    INSERT INTO log.streams (stream, version, closed) VALUES (p_stream, p_count, p_closes)
    ON CONFLICT DO NOTHING;
  ELSE
    UPDATE log.streams SET version = p_expected + p_count, closed = p_closes, updated_at = clock_timestamp()
    WHERE stream = p_stream AND version = p_expected;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'stream % is not at version %', p_stream, p_expected USING ERRCODE = 'TA001';
  END IF;
END $$;

-- The common case, one event, as scalars: a third less work for the server than arrays.
CREATE FUNCTION log.append_one(
  p_stream text, p_expected integer, p_closes boolean, p_occurred_at timestamptz, p_actor text,
  p_command_id text, p_command_digest text, p_correlation_id text, p_causation_id text,
  p_policy_version text, p_event_id uuid, p_type text, p_schema_version smallint, p_data jsonb, p_sealed jsonb
) RETURNS TABLE (version integer, "position" bigint, recorded_at timestamptz, data text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM log.publish_floor();
  -- First the stream's row, then the position: so the order of positions is the order of versions.
  PERFORM log.advance(p_stream, p_expected, 1, p_closes);
  RETURN QUERY
  INSERT INTO log.events AS e (position, stream, version, event_id, type, schema_version, occurred_at, actor,
    command_id, command_digest, correlation_id, causation_id, policy_version, data, sealed)
  VALUES (nextval('log.position'), p_stream, p_expected + 1, p_event_id, p_type, p_schema_version,
    p_occurred_at, p_actor, p_command_id, p_command_digest, p_correlation_id, p_causation_id,
    p_policy_version, p_data, p_sealed)
  RETURNING e.version::integer, e.position, e.recorded_at, e.data::text;
END $$;

CREATE FUNCTION log.append_many(
  p_stream text, p_expected integer, p_closes boolean, p_occurred_at timestamptz, p_actor text,
  p_command_id text, p_command_digest text, p_correlation_id text, p_causation_id text,
  p_policy_version text, p_event_ids uuid[], p_types text[], p_schema_versions smallint[], p_data jsonb[],
  p_sealed jsonb[]
) RETURNS TABLE (version integer, "position" bigint, recorded_at timestamptz, data text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM log.publish_floor();
  PERFORM log.advance(p_stream, p_expected, cardinality(p_event_ids), p_closes);
  RETURN QUERY
  INSERT INTO log.events AS e (position, stream, version, event_id, type, schema_version, occurred_at, actor,
    command_id, command_digest, correlation_id, causation_id, policy_version, data, sealed)
  SELECT nextval('log.position'), p_stream, p_expected + n.ordinal::integer, n.event_id, n.type,
    n.schema_version, p_occurred_at, p_actor, p_command_id, p_command_digest, p_correlation_id,
    p_causation_id, p_policy_version, n.data, n.sealed
  FROM (
    SELECT * FROM unnest(p_event_ids, p_types, p_schema_versions, p_data, p_sealed)
      WITH ORDINALITY AS u(event_id, type, schema_version, data, sealed, ordinal)
    ORDER BY u.ordinal
  ) n
  RETURNING e.version::integer, e.position, e.recorded_at, e.data::text;
END $$;

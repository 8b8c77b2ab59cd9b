-- What `turnabout verify` needs: fingerprints of the log that an earlier run kept, and how two builds differ.

-- `digest` covers every event up to `position`, chained in their order, so whatever is changed behind the back of
-- the append-only trigger shows in all later ones.
CREATE TABLE log.fingerprints (
  position bigint PRIMARY KEY,
  events bigint NOT NULL CHECK (events > 0),
  digest bytea NOT NULL CHECK (length(digest) = 32),
  taken_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT SELECT, INSERT ON log.fingerprints TO turnabout_writer;
GRANT SELECT ON SEQUENCE log.position TO turnabout_writer;

-- By table, how many rows only one of two builds has; no rows where they are equal to the byte.
CREATE FUNCTION projections.differences(p_projection text, p_build integer, p_other integer)
RETURNS TABLE (table_name text, only_build bigint, only_other bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
DECLARE
  place text := format('proj_%s_%s', p_projection, p_build);
  other text := format('proj_%s_%s', p_projection, p_other);
BEGIN
  FOR table_name IN
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = place::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname COLLATE "C"
  LOOP
    EXECUTE format(
      'SELECT count(*) FILTER (WHERE n > 0), count(*) FILTER (WHERE n < 0) FROM ('
      'SELECT sum(side) AS n FROM ('
      'SELECT a::text COLLATE "C" AS row_text, 1 AS side FROM %1$I.%3$I a '
      'UNION ALL SELECT b::text COLLATE "C", -1 FROM %2$I.%3$I b) rows GROUP BY row_text) counts',
      place, other, table_name
    ) INTO only_build, only_other;
    IF only_build > 0 OR only_other > 0 THEN
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;

REVOKE ALL ON FUNCTION projections.differences FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projections.differences TO turnabout_projector;

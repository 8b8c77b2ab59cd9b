-- Where each read model stands. Their own tables are made by the projector, in one schema for each build.

CREATE TABLE projections.checkpoints (
  projection text NOT NULL CHECK (projection ~ '^[a-z][a-z_]{0,39}$'),
  build integer NOT NULL CHECK (build > 0),
  version integer NOT NULL CHECK (version > 0),
  live boolean NOT NULL,
  position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
  events bigint NOT NULL DEFAULT 0 CHECK (events >= 0),
  stopped_at timestamptz,
  error text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, build),
  CHECK ((stopped_at IS NULL) = (error IS NULL))
) WITH (fillfactor = 10);

-- Readers see one build of a read model, never two.
CREATE UNIQUE INDEX checkpoints_live ON projections.checkpoints (projection) WHERE live;

-- Moves a build on, or raises TA003 and so undoes the batch that was to go with it: somebody else was there.
CREATE FUNCTION projections.advance(
  p_projection text, p_build integer, p_live boolean, p_from bigint, p_to bigint, p_events integer
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE projections.checkpoints c
  SET position = p_to, events = c.events + p_events, stopped_at = NULL, error = NULL,
    moved_at = clock_timestamp()
  WHERE c.projection = p_projection AND c.build = p_build AND c.live = p_live AND c.position = p_from;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'build % of % is not at position %', p_build, p_projection, p_from USING ERRCODE = 'TA003';
  END IF;
END $$;

-- A projector may make schemas for its builds and nothing else in the database, so these two act for it.
CREATE FUNCTION projections.open_build(p_projection text, p_build integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place text := format('proj_%s_%s', p_projection, p_build);
BEGIN
  IF NOT EXISTS (
    SELECT FROM projections.checkpoints c WHERE c.projection = p_projection AND c.build = p_build
  ) THEN
    RAISE EXCEPTION 'build % of % has no checkpoint', p_build, p_projection;
  END IF;
  EXECUTE format('CREATE SCHEMA %I', place);
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO turnabout_projector', place);
END $$;

CREATE FUNCTION projections.drop_build(p_projection text, p_build integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM projections.checkpoints c WHERE c.projection = p_projection AND c.build = p_build
  ) THEN
    RAISE EXCEPTION 'build % of % is in use', p_build, p_projection;
  END IF;
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', format('proj_%s_%s', p_projection, p_build));
END $$;

-- Builds whose checkpoint is gone: what a kill between a swap and the clearing up leaves behind.
CREATE FUNCTION projections.abandoned_builds(p_projection text) RETURNS SETOF integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT substring(n.nspname from '_([0-9]+)$')::integer
  FROM pg_namespace n
  WHERE n.nspname ~ ('^proj_' || p_projection || '_[0-9]+$')
    AND NOT EXISTS (
      SELECT FROM projections.checkpoints c
      WHERE c.projection = p_projection AND n.nspname = format('proj_%s_%s', c.projection, c.build)
    )
$$;

-- SHA-256 (hex) over all rows of a build in a fixed order: two builds with one digest are equal to the byte.
CREATE FUNCTION projections.digest(p_projection text, p_build integer) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
DECLARE
  place text := format('proj_%s_%s', p_projection, p_build);
  table_name text;
  table_digest text;
  whole text := '';
BEGIN
  FOR table_name IN
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = place::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname COLLATE "C"
  LOOP
    EXECUTE format(
      'SELECT count(*) || '':'' || encode(sha256(convert_to(coalesce(string_agg('
      'encode(sha256(convert_to(whole_row::text, ''UTF8'')), ''hex''), '''' ORDER BY whole_row::text COLLATE "C"'
      '), ''''), ''UTF8'')), ''hex'') FROM %I.%I whole_row', place, table_name
    ) INTO table_digest;
    whole := whole || table_name || ':' || table_digest || E'\n';
  END LOOP;
  RETURN encode(sha256(convert_to(whole, 'UTF8')), 'hex');
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA projections FROM PUBLIC;
GRANT USAGE ON SCHEMA projections TO turnabout_projector;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA projections TO turnabout_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON projections.checkpoints TO turnabout_projector;

CREATE VIEW read.projections_v1 AS
SELECT c.projection, c.build, c.version, c.live,
  CASE WHEN c.stopped_at IS NOT NULL THEN 'stopped' WHEN c.live THEN 'live' ELSE 'building' END AS status,
  c.position, c.events,
  greatest(0, (SELECT coalesce(max(e.position), 0) FROM log.events e) - c.position) AS lag_events,
  coalesce(greatest(0, extract(epoch FROM clock_timestamp() - (
    SELECT e.recorded_at FROM log.events e WHERE e.position > c.position ORDER BY e.position LIMIT 1
  )))::double precision, 0) AS lag_seconds,
  c.error, c.stopped_at, c.created_at, c.moved_at
FROM projections.checkpoints c;

COMMENT ON VIEW read.projections_v1 IS 'For operators: each build of each read model and how far it is behind.';
COMMENT ON COLUMN read.projections_v1.version IS 'Version of the code that fills it; another one needs a new build.';
COMMENT ON COLUMN read.projections_v1.live IS 'Whether this build is the one that the views show.';
COMMENT ON COLUMN read.projections_v1.status IS 'live, building (a rebuild beside the live one), or stopped.';
COMMENT ON COLUMN read.projections_v1.position IS 'Log position up to which every event is in it.';
COMMENT ON COLUMN read.projections_v1.events IS 'How many events were applied, each once.';
COMMENT ON COLUMN read.projections_v1.lag_events IS 'Log positions between it and the end of the log.';
COMMENT ON COLUMN read.projections_v1.lag_seconds IS 'Age of the oldest event that is not in it yet; 0 if none.';
COMMENT ON COLUMN read.projections_v1.error IS 'Why it stands still; names the event, never its content.';

GRANT SELECT ON read.projections_v1 TO turnabout_reader, turnabout_writer, turnabout_projector;

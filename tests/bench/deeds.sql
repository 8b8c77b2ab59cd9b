-- name: tables
CREATE TABLE latest (
  stream text PRIMARY KEY,
  events integer NOT NULL,
  type text NOT NULL,
  occurred_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE tallies (
  cohort text NOT NULL,
  type text NOT NULL,
  events integer NOT NULL,
  PRIMARY KEY (cohort, type)
) WITH (fillfactor = 80);

-- name: load
SELECT jsonb_build_object(
  'latest', (SELECT jsonb_agg(to_jsonb(t)) FROM latest t WHERE stream = ANY($2::text[])),
  'tallies', (SELECT jsonb_agg(to_jsonb(t)) FROM tallies t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_latest AS (
  INSERT INTO latest SELECT * FROM jsonb_populate_recordset(NULL::latest, $1::jsonb -> 'latest')
  ON CONFLICT (stream) DO UPDATE SET
    events = excluded.events, type = excluded.type, occurred_at = excluded.occurred_at
),
save_tallies AS (
  INSERT INTO tallies SELECT * FROM jsonb_populate_recordset(NULL::tallies, $1::jsonb -> 'tallies')
  ON CONFLICT (cohort, type) DO UPDATE SET events = excluded.events
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
SELECT 1;

-- name: tables
CREATE TABLE cohorts (
  cohort text PRIMARY KEY,
  k integer NOT NULL,
  wanted jsonb NOT NULL
);

CREATE TABLE people (
  cohort text NOT NULL,
  person text NOT NULL,
  role text NOT NULL,
  function text NOT NULL,
  location text NOT NULL,
  background text,
  reason text,
  PRIMARY KEY (cohort, person)
) WITH (fillfactor = 80);

CREATE TABLE edges (
  cohort text NOT NULL,
  round integer NOT NULL,
  mentor text NOT NULL,
  mentee text NOT NULL,
  solve integer NOT NULL,
  rank integer,
  state text NOT NULL,
  crosses jsonb NOT NULL,
  PRIMARY KEY (cohort, round, mentor, mentee)
) WITH (fillfactor = 80);

CREATE TABLE solves (
  cohort text NOT NULL,
  round integer NOT NULL,
  solve integer NOT NULL,
  at timestamptz NOT NULL,
  profile jsonb NOT NULL,
  worst_rank integer NOT NULL,
  total_rank integer NOT NULL,
  blocking_pairs integer,
  PRIMARY KEY (cohort, round, solve)
);

CREATE TABLE awaits (
  cohort text NOT NULL,
  item text NOT NULL,
  kind text NOT NULL,
  person text NOT NULL,
  since timestamptz NOT NULL,
  closes_at timestamptz,
  PRIMARY KEY (cohort, item)
);

-- name: load
SELECT jsonb_build_object(
  'cohorts', (SELECT jsonb_agg(to_jsonb(t)) FROM cohorts t WHERE cohort = ANY($1::text[])),
  'people', (SELECT jsonb_agg(to_jsonb(t)) FROM people t WHERE cohort = ANY($1::text[])),
  'edges', (SELECT jsonb_agg(to_jsonb(t)) FROM edges t WHERE cohort = ANY($1::text[])),
  'solves', (SELECT jsonb_agg(to_jsonb(t)) FROM solves t WHERE cohort = ANY($1::text[])),
  'awaits', (SELECT jsonb_agg(to_jsonb(t)) FROM awaits t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_cohorts AS (
  INSERT INTO cohorts SELECT * FROM jsonb_populate_recordset(NULL::cohorts, $1::jsonb -> 'cohorts')
  ON CONFLICT (cohort) DO NOTHING
), save_people AS (
  INSERT INTO people SELECT * FROM jsonb_populate_recordset(NULL::people, $1::jsonb -> 'people')
  ON CONFLICT (cohort, person) DO UPDATE SET reason = excluded.reason
), save_edges AS (
  INSERT INTO edges SELECT * FROM jsonb_populate_recordset(NULL::edges, $1::jsonb -> 'edges')
  ON CONFLICT (cohort, round, mentor, mentee) DO UPDATE SET
    solve = excluded.solve, rank = excluded.rank, state = excluded.state, crosses = excluded.crosses
), save_solves AS (
  INSERT INTO solves SELECT * FROM jsonb_populate_recordset(NULL::solves, $1::jsonb -> 'solves')
  ON CONFLICT (cohort, round, solve) DO NOTHING
), save_awaits AS (
  INSERT INTO awaits SELECT * FROM jsonb_populate_recordset(NULL::awaits, $1::jsonb -> 'awaits')
  ON CONFLICT (cohort, item) DO UPDATE SET
    kind = excluded.kind, person = excluded.person, since = excluded.since, closes_at = excluded.closes_at
), drop_awaits AS (
  DELETE FROM awaits t USING jsonb_populate_recordset(NULL::awaits, $1::jsonb -> 'gone_awaits') d
  WHERE t.cohort = d.cohort AND t.item = d.item
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.matching_v1 AS
SELECT c.cohort, e.matched, e.assigned, e.declined, e.silent, p.profile,
  e.worst_rank, e.total_rank, e.matched + e.assigned AS pairs,
  CASE WHEN e.matched + e.assigned >= c.k THEN jsonb_build_object(
    'function', e.across_functions, 'location', e.across_locations, 'background', e.across_backgrounds
  ) END AS crosses,
  c.wanted, s.solves, w.unmatched
FROM cohorts c
CROSS JOIN LATERAL (
  SELECT (count(*) FILTER (WHERE n.state = 'accepted'))::integer AS matched,
    (count(*) FILTER (WHERE n.state = 'assigned'))::integer AS assigned,
    (count(*) FILTER (WHERE n.state = 'declined'))::integer AS declined,
    (count(*) FILTER (WHERE n.state = 'silent'))::integer AS silent,
    coalesce(max(n.rank) FILTER (WHERE n.state = 'accepted'), 0)::integer AS worst_rank,
    coalesce(sum(n.rank) FILTER (WHERE n.state = 'accepted'), 0)::integer AS total_rank,
    (count(*) FILTER (WHERE n.state IN ('accepted', 'assigned') AND n.crosses ? 'function'))::integer
      AS across_functions,
    (count(*) FILTER (WHERE n.state IN ('accepted', 'assigned') AND n.crosses ? 'location'))::integer
      AS across_locations,
    (count(*) FILTER (WHERE n.state IN ('accepted', 'assigned') AND n.crosses ? 'background'))::integer
      AS across_backgrounds
  FROM edges n WHERE n.cohort = c.cohort
) e
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(r.pairs ORDER BY r.rank), '[]') AS profile
  FROM (
    SELECT g.rank, count(n.rank) AS pairs
    FROM generate_series(1, e.worst_rank) g(rank)
    LEFT JOIN edges n ON n.cohort = c.cohort AND n.state = 'accepted' AND n.rank = g.rank
    GROUP BY g.rank
  ) r
) p
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(to_jsonb(n) - 'cohort' ORDER BY n.round, n.solve), '[]') AS solves
  FROM solves n WHERE n.cohort = c.cohort
) s
CROSS JOIN LATERAL (
  SELECT coalesce(
    jsonb_agg(
      jsonb_build_object('person', n.person, 'role', n.role, 'reason', n.reason) ORDER BY n.person
    ), '[]'
  ) AS unmatched
  FROM people n WHERE n.cohort = c.cohort AND n.reason IS NOT NULL
) w;

COMMENT ON VIEW read.matching_v1 IS
  'For the lead: how matching went, one row a cohort, with the people who wait for a partner by id.';
COMMENT ON COLUMN read.matching_v1.matched IS 'Pairs that mentee and mentor both chose, whatever became of them.';
COMMENT ON COLUMN read.matching_v1.assigned IS 'Pairs made without a choice, for a reason (G18).';
COMMENT ON COLUMN read.matching_v1.silent IS 'Proposals that the mentor did not answer in time.';
COMMENT ON COLUMN read.matching_v1.profile IS 'Matched pairs by the mentee''s rank, first choices first.';
COMMENT ON COLUMN read.matching_v1.worst_rank IS 'The lowest choice that anybody got; 0 without a pair.';
COMMENT ON COLUMN read.matching_v1.crosses IS
  'Pairs across functions, locations and backgrounds (R39); null below the policy''s number of pairs (G19).';
COMMENT ON COLUMN read.matching_v1.wanted IS 'What the policy wants at least of each; 0: nothing.';
COMMENT ON COLUMN read.matching_v1.solves IS
  'Each solve: rank profile, worst and total rank, and the pairs that would rather have each other (blocking).';
COMMENT ON COLUMN read.matching_v1.unmatched IS 'Who waits for a partner, and why (R41).';

CREATE OR REPLACE VIEW read.open_answers_v1 AS
SELECT a.cohort, a.kind, a.person, a.since, a.closes_at, a.item FROM awaits a;

COMMENT ON VIEW read.open_answers_v1 IS
  'For the lead: whose answer to an invitation, a shortlist or a proposal is still open.';
COMMENT ON COLUMN read.open_answers_v1.kind IS
  'invitation (to join), choice (to rank the shortlist) or consent (to accept a mentee).';
COMMENT ON COLUMN read.open_answers_v1.closes_at IS 'Until when the answer counts.';

GRANT SELECT ON read.matching_v1, read.open_answers_v1 TO turnabout_reader, turnabout_writer;

-- name: tables
CREATE TABLE cards (
  pair text PRIMARY KEY,
  cohort text NOT NULL,
  program text NOT NULL,
  number integer NOT NULL,
  mentor text NOT NULL,
  mentee text NOT NULL,
  lead text NOT NULL,
  support_contact text NOT NULL,
  preset text NOT NULL,
  weeks integer NOT NULL,
  interval_weeks integer NOT NULL,
  timezone text NOT NULL,
  ends_on date NOT NULL,
  assigned boolean NOT NULL,
  replaces text,
  formed_at timestamptz NOT NULL,
  life text NOT NULL,
  paused boolean NOT NULL,
  pauses integer NOT NULL,
  activated_at timestamptz,
  ended_at timestamptz,
  goal jsonb,
  proposal jsonb,
  teaches text,
  gives text,
  cadence jsonb,
  sessions jsonb NOT NULL,
  deliverables integer NOT NULL,
  milestone_checked_at timestamptz,
  actions integer NOT NULL,
  actions_done integer[] NOT NULL,
  decision text,
  decision_by_default boolean NOT NULL,
  outcome double precision,
  attainment integer,
  memo text,
  memo_at timestamptz,
  summary text,
  lesson text,
  next_steps jsonb NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX cards_cohort ON cards (cohort, number);

-- name: load
SELECT jsonb_build_object(
  'cards', (SELECT jsonb_agg(to_jsonb(t)) FROM cards t WHERE pair = ANY($1::text[]))
);

-- name: save
WITH save_cards AS (
  INSERT INTO cards SELECT * FROM jsonb_populate_recordset(NULL::cards, $1::jsonb -> 'cards')
  ON CONFLICT (pair) DO UPDATE SET
    lead = excluded.lead, support_contact = excluded.support_contact, weeks = excluded.weeks,
    ends_on = excluded.ends_on, life = excluded.life, paused = excluded.paused, pauses = excluded.pauses,
    activated_at = excluded.activated_at, ended_at = excluded.ended_at, goal = excluded.goal,
    proposal = excluded.proposal, teaches = excluded.teaches, gives = excluded.gives, cadence = excluded.cadence,
    sessions = excluded.sessions, deliverables = excluded.deliverables,
    milestone_checked_at = excluded.milestone_checked_at, actions = excluded.actions,
    actions_done = excluded.actions_done, decision = excluded.decision,
    decision_by_default = excluded.decision_by_default, outcome = excluded.outcome,
    attainment = excluded.attainment, memo = excluded.memo, memo_at = excluded.memo_at,
    summary = excluded.summary, lesson = excluded.lesson, next_steps = excluded.next_steps
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.pair_card_v1 AS
SELECT c.pair, c.cohort, c.program, c.number, CASE WHEN c.paused THEN 'paused' ELSE c.life END AS state,
  c.mentor, c.mentee, c.lead, c.support_contact, c.preset, c.weeks, c.interval_weeks, c.timezone, c.ends_on,
  c.assigned, c.replaces, c.formed_at, c.activated_at, c.ended_at,
  c.goal ->> 'statement' AS goal, c.goal ->> 'metric' AS goal_metric,
  (c.goal ->> 'baseline')::double precision AS goal_baseline,
  (c.goal ->> 'target')::double precision AS goal_target, c.goal ->> 'unit' AS goal_unit,
  (c.goal ->> 'due_on')::date AS goal_due_on, c.proposal ->> 'statement' AS goal_proposed,
  c.teaches, c.gives, c.cadence, c.sessions, s.planned, s.held, s.missed, c.pauses,
  c.deliverables, c.milestone_checked_at, c.actions, cardinality(c.actions_done) AS actions_done,
  c.decision, c.decision_by_default, c.outcome, c.attainment,
  c.memo, c.memo_at, c.summary, c.lesson, c.next_steps
FROM cards c
CROSS JOIN LATERAL (
  SELECT (count(*) FILTER (WHERE n.state <> 'cancelled'))::integer AS planned,
    (count(*) FILTER (WHERE n.state = 'held'))::integer AS held,
    (count(*) FILTER (WHERE n.state = 'missed'))::integer AS missed
  FROM jsonb_to_recordset(c.sessions) n(state text)
) s;

COMMENT ON VIEW read.pair_card_v1 IS
  'For the lead, the steward and the two partners: one row a pair. Never for sponsors. Nothing on safety.';
COMMENT ON COLUMN read.pair_card_v1.state IS
  'forming, active, paused, graduated, graduated_early, reshuffled, ended (by choice or for safety, which '
  'stay undistinguished), ended_by_exit or withdrawn.';
COMMENT ON COLUMN read.pair_card_v1.support_contact IS 'Skip-level contact outside both reporting lines.';
COMMENT ON COLUMN read.pair_card_v1.replaces IS 'The pair that this one follows after a reshuffle.';
COMMENT ON COLUMN read.pair_card_v1.goal IS 'The accepted goal, in the pair''s words.';
COMMENT ON COLUMN read.pair_card_v1.goal_proposed IS 'A goal that awaits both ratings and the lead.';
COMMENT ON COLUMN read.pair_card_v1.teaches IS 'What the mentor teaches.';
COMMENT ON COLUMN read.pair_card_v1.gives IS 'What the mentee gives in return.';
COMMENT ON COLUMN read.pair_card_v1.cadence IS 'weekday (0 is Monday), at (local), timezone, minutes, channel.';
COMMENT ON COLUMN read.pair_card_v1.sessions IS
  'All sessions: number, starts_at, ends_at, state (planned, held, missed, cancelled), unlogged.';
COMMENT ON COLUMN read.pair_card_v1.planned IS 'Sessions of the plan that were not called off, held ones included.';
COMMENT ON COLUMN read.pair_card_v1.missed IS 'Sessions missed, or never logged.';
COMMENT ON COLUMN read.pair_card_v1.pauses IS 'How often the pair was paused.';
COMMENT ON COLUMN read.pair_card_v1.deliverables IS 'Deliverables recorded, in sessions or between them.';
COMMENT ON COLUMN read.pair_card_v1.decision IS 'Midpoint: continue, reshuffle or graduate.';
COMMENT ON COLUMN read.pair_card_v1.outcome IS 'The goal''s metric at the end, in goal_unit.';
COMMENT ON COLUMN read.pair_card_v1.attainment IS 'From -2 (much less than expected) to +2 (much more).';
COMMENT ON COLUMN read.pair_card_v1.memo IS 'filed, waived, or null while it is open.';
COMMENT ON COLUMN read.pair_card_v1.next_steps IS 'Of the closure memo: what, owner, due_on.';

GRANT SELECT ON read.pair_card_v1 TO turnabout_reader, turnabout_writer;

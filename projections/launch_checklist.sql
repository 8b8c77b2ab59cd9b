-- name: tables
CREATE TABLE items (
  cohort text NOT NULL,
  number integer NOT NULL,
  item text NOT NULL,
  title text NOT NULL,
  done_at timestamptz,
  stream text,
  "position" bigint,
  PRIMARY KEY (cohort, number)
) WITH (fillfactor = 80);

-- name: load
SELECT jsonb_build_object(
  'items', (SELECT jsonb_agg(to_jsonb(t)) FROM items t WHERE cohort = ANY($1::text[]))
);

-- name: save
WITH save_items AS (
  INSERT INTO items SELECT * FROM jsonb_populate_recordset(NULL::items, $1::jsonb -> 'items')
  ON CONFLICT (cohort, number) DO UPDATE SET
    done_at = excluded.done_at, stream = excluded.stream, "position" = excluded."position"
)
SELECT projections.advance($2, $3, $4, $5, $6, $7);

-- name: views
CREATE OR REPLACE VIEW read.launch_checklist_v1 AS
SELECT i.cohort, i.number, i.item, i.title, i.done_at IS NOT NULL AS done, i.done_at,
  CASE WHEN i.stream LIKE 'cohort-%' THEN i.stream END AS stream, i."position"
FROM items i;

COMMENT ON VIEW read.launch_checklist_v1 IS
  'For everyone in the program, sponsors too: the launch checklist of each cohort (R77).';
COMMENT ON COLUMN read.launch_checklist_v1.number IS 'The item''s place on the page, from 1.';
COMMENT ON COLUMN read.launch_checklist_v1.done_at IS 'When the event occurred that ticked the item.';
COMMENT ON COLUMN read.launch_checklist_v1.stream IS
  'Where it occurred; null for a pair''s stream, since sponsors never see pair-level data.';
COMMENT ON COLUMN read.launch_checklist_v1."position" IS 'The log position of that event.';

GRANT SELECT ON read.launch_checklist_v1 TO turnabout_reader, turnabout_writer;

-- Which backups were taken, as the script says that took them. The alert about a stale one asks here.

CREATE TABLE log.backups (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- As of when the backup holds everything: the moment before it began.
  taken_at timestamptz NOT NULL,
  place text NOT NULL CHECK (place <> ''),
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (taken_at <= recorded_at)
);

GRANT SELECT, INSERT ON log.backups TO turnabout_writer;

CREATE VIEW read.backups_v1 AS SELECT taken_at, place, recorded_at FROM log.backups;

GRANT SELECT ON read.backups_v1 TO turnabout_reader, turnabout_writer, turnabout_projector;

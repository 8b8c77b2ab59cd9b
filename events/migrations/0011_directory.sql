-- Who is in the people directory, by id alone: nobody else can be written to. Names and addresses stay with writers.

CREATE VIEW read.directory_v1 AS SELECT id FROM log.people;

GRANT SELECT ON read.directory_v1 TO turnabout_reader, turnabout_writer;

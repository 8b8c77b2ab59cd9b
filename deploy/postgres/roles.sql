-- Who may log in. An administrator runs it once for a database, before `turnabout db migrate`; again is harmless:
--   psql --dbname turnabout --file deploy/postgres/roles.sql
-- Then each login gets a password (`\password turnabout_worker`), or what else pg_hba.conf asks of it.
-- None of them is a superuser, may make roles, or sees another database's.

\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I NOLOGIN', name) FROM unnest(ARRAY[
  'turnabout_writer', 'turnabout_projector', 'turnabout_reader', 'turnabout_auditor'
]) AS name WHERE to_regrole(name) IS NULL \gexec

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name) FROM unnest(ARRAY[
  'turnabout_owner', 'turnabout_worker', 'turnabout_gateway', 'turnabout_projections', 'turnabout_operator',
  'turnabout_audit', 'turnabout_lead'
]) AS name WHERE to_regrole(name) IS NULL \gexec

GRANT turnabout_reader TO turnabout_auditor;

-- Process by process: what it is a member of is what it may do.
GRANT turnabout_writer TO turnabout_worker;
GRANT turnabout_writer TO turnabout_gateway;
GRANT turnabout_projector TO turnabout_projections;
-- People at the command line: `operator` rebuilds, recovers and verifies; `audit` reads the log and the outbox
-- as well as the read models, `lead` those alone.
GRANT turnabout_writer, turnabout_projector, turnabout_auditor TO turnabout_operator;
-- Backups: everything is read, answers as the database has them, sealed.
GRANT pg_read_all_data TO turnabout_operator;
GRANT turnabout_auditor TO turnabout_audit;
GRANT turnabout_reader TO turnabout_lead;

-- The schema's owner migrates, and nothing else runs in its name.
ALTER DATABASE :"DBNAME" OWNER TO turnabout_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO
  turnabout_writer, turnabout_projector, turnabout_reader, turnabout_auditor;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

#!/bin/sh
# Gives each login the password of a file, `/run/secrets/<login>_password`: run by the PostgreSQL image of the
# compose file when it makes the database, after roles.sql. A password is on no command line and in no log.
set -eu
for login in turnabout_owner turnabout_worker turnabout_gateway turnabout_projections turnabout_operator; do
  {
    printf "SET log_statement = 'none'; SET log_min_error_statement = 'panic';\n"
    printf "ALTER ROLE %s PASSWORD '%s';\n" "$login" "$(cat "/run/secrets/${login}_password")"
  } | psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
done

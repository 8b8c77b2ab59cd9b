-- name: database_exists
SELECT true FROM pg_database WHERE datname = 'turnabout';

-- name: create_database
CREATE DATABASE turnabout;

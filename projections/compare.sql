-- name: hold
SELECT position FROM projections.checkpoints WHERE projection = $1 AND build = $2 FOR UPDATE;

-- name: patience
SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true);

-- name: events
SELECT events FROM projections.checkpoints WHERE projection = $1 AND build = $2;

-- name: differences
SELECT table_name, only_build, only_other FROM projections.differences($1, $2, $3);

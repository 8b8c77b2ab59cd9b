-- name: tables
CREATE TABLE public.peer_latest (
  stream text PRIMARY KEY, events integer NOT NULL, type text NOT NULL, occurred_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE public.peer_tallies (
  cohort text NOT NULL, type text NOT NULL, events integer NOT NULL, PRIMARY KEY (cohort, type)
) WITH (fillfactor = 80);

-- name: latest
INSERT INTO public.peer_latest AS p VALUES (%(stream)s, 1, %(type)s, %(occurred_at)s)
ON CONFLICT (stream) DO UPDATE SET events = p.events + 1, type = excluded.type, occurred_at = excluded.occurred_at;

-- name: tally
INSERT INTO public.peer_tallies AS p VALUES (%(cohort)s, %(type)s, 1)
ON CONFLICT (cohort, type) DO UPDATE SET events = p.events + 1;

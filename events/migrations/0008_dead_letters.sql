-- A message that was given up is dead; `bounced` is one that somebody refused for good.

ALTER TABLE log.outbox DROP CONSTRAINT outbox_outcome_check;
ALTER TABLE log.outbox ADD CONSTRAINT outbox_outcome_check
  CHECK (outcome IN ('reserved', 'sent', 'suppressed', 'bounced', 'failed', 'unaddressed', 'dead'));
UPDATE log.outbox SET outcome = 'dead' WHERE outcome = 'bounced' AND error LIKE 'given up after %';
CREATE INDEX outbox_trouble ON log.outbox (reserved_at)
  WHERE outcome IN ('failed', 'bounced', 'unaddressed', 'dead');

"""`turnabout verify`: holds the log against what must be true of it, and the read models against the log."""

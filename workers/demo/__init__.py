"""The demo: a whole cohort in simulated time, its people played by a script, on real servers."""

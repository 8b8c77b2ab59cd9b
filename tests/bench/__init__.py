"""Cost and speed, mostly as ratios measured side by side: `python -m tests.bench` reports, never judges."""

"""Servers from Python wheels, for the demo, the tests and `make up`; production never imports this."""

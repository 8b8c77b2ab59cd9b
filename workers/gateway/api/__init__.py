"""The operators' HTTP API below `/v1`: an application of its own, with its own description and problems."""

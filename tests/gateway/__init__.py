"""The gateway, asked over HTTP as browsers and programs ask it."""

"""How a program proceeds: `rules/` decides, pure; the rest of this folder runs it durably on Temporal."""

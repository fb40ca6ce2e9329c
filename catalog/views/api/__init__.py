"""The catalogue for other programs, as `openapi.json` beside this file describes it."""

"""Entries against the catalogue: matching, plans, previews and undo."""

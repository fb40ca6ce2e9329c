"""Keeps the app busy, and tells how it bears it."""

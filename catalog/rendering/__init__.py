"""Renders what a page has dozens of, and keeps what many readers get the same."""

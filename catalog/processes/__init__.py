"""Processes of our own beside a web process, each for what would take too much time from requests."""

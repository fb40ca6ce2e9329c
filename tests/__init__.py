"""The tests, by what they need: unit/ nothing, integration/ a database and sockets, browser/ a Chromium."""

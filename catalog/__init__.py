"""The catalogue of albums and the sync that keeps it in step with the sheet and with Spotify."""

"""What follows from an answer of Spotify, and who is asked next. Pure."""

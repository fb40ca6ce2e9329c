"""What listeners look at: lists, albums, artists, and what the search suggests."""

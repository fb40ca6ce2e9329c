"""Care of what the database holds: copies of it, and what of it may go."""

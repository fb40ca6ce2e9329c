"""What syncs changed, as pages list and show it."""

"""What a sync found wrong in the sheet becomes a to-do list."""

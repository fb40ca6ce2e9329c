"""What a listener asks of their own albums."""

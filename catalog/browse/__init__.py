"""What a visitor asks for, and the answer."""

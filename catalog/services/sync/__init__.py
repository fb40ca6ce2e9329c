"""One sync from its first second to its last."""

"""Tells operators of syncs: what is worth a message, and how it reaches each of them."""

"""Google's sheet becomes album entries."""

"""What the catalogue looks like as a whole, counted by the index's bitmaps."""

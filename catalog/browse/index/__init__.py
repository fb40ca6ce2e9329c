"""The index of the catalogue that each process holds: what to show for filters and words, without the database."""

"""The pages of curators: rows to review for everybody, the rest for staff alone."""

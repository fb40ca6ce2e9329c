"""The pages of curators: for staff alone."""

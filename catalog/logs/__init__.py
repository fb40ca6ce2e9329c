"""Log lines: which operation they belong to, how they are written, and what never stands in them."""

"""How far a sync is, and how long it will still take. Pure: no database, no clock of its own."""

"""The catalogue as programs read it: records, CSV, Atom, iCalendar and schema.org."""

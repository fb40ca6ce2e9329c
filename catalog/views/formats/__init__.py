"""Lists for programs: files, feeds, and what leads search engines."""

"""Stand-ins for Google's export and Spotify, plus a sample workbook, for the demo, the tests and the benchmarks."""

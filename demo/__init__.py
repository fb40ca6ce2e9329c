"""Stand-ins for Google's export and for Spotify, and a sample workbook: for the demo, the tests and the benchmarks."""

"""What benchmarks share: settings, processes, a catalogue, a server, and people who visit it."""

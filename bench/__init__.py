"""Benchmarks: each figure is compared to a baseline measured in the same run."""

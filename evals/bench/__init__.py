"""Benchmarks: they print and append facts, one JSON line each, to `results.jsonl`."""

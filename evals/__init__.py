"""Evaluation: benchmarks and the fitting of constants. Sets, runs and scores come here too."""

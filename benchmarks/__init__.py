"""Whole commands timed beside other programs: ``python -m benchmarks``."""

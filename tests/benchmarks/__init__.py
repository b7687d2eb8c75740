"""Passerby measured beside Chromium: `python -m tests.benchmarks NAME --json`."""

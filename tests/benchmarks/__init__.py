"""Passerby measured beside others: `python -m tests.benchmarks NAME --json`."""

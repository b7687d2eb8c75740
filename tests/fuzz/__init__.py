"""Fuzzing that runs as long as one lets it, outside the check (docs/fuzzing.md)."""

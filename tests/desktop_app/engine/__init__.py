"""Tests of the engine: its parts alone, and whole engine processes driven over pipes."""

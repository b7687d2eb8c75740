"""Tests of desktop_app.engine.capture."""

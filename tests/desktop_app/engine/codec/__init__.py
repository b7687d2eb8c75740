"""Tests of desktop_app.engine.codec."""

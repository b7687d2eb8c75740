"""Tests of desktop_app.engine.rtc."""

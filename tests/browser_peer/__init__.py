"""A stranger in a real browser: a page written from docs/protocol.md, and Chromium to run it."""

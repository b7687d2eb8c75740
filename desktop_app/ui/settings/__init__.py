"""The settings dialog, a module per page."""

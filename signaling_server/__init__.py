"""The server that pairs strangers and relays the descriptions of their calls."""

__version__ = "0.1.0"

"""The server that pairs strangers and relays the descriptions of their calls."""

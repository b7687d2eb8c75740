"""WebSocket and HTTP on one port: sockets, their limits, and who is at the end of which."""

"""The client end of the socket: handshake, resume, back-off."""

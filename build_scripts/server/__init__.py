"""The server as a service: its .deb, its systemd unit, its container."""

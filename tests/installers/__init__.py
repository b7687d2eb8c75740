"""What a person installs, built and installed for real."""

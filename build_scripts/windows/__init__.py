"""What Windows asks for: the version resource, the .ico, and the installer for one person."""

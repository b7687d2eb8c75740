"""What Linux asks for: the .deb, the archive, the AppDir, and the files that tell desktops."""

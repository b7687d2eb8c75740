"""What the operating system gives: paths, sleep, permissions."""

"""Our engine and somebody else's implementation, in one call."""

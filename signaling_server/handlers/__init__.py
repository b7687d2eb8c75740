"""What each message of a client does: one module for each family of messages."""

"""The chat beside the stranger."""

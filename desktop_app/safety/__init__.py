"""What protects a person: evidence for reports that only moderators can read."""

"""Programs for people who have the sources: start, demo, test, lock."""

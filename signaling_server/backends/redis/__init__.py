"""The waiting line that several servers share in Redis, and how they reach each other."""

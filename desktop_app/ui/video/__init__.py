"""Pictures of people on the screen."""

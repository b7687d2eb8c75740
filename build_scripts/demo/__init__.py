"""Three applications that meet without other people: the main job, seen and reported."""

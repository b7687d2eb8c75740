"""What a person sees before the first stranger."""

"""What a person has chosen: a typed, versioned model and the file it lives in."""

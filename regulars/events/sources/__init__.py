"""Ways in, one folder per kind, all of equal shape."""

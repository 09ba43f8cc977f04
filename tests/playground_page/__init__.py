"""A page of a few files."""

"""Folds times configurations: what is trained, how its members are weighted, and what they predict together."""

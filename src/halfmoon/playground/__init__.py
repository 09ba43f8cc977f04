"""The playground: the library itself, live in a browser."""

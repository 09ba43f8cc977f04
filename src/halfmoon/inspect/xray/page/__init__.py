"""The cards as one HTML page, with everything in it: style, script and numbers."""

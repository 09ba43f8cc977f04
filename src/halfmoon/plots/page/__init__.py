"""The page of a moving picture: its HTML, style and script."""

"""Model cards: what a model is, what it was trained on and how good it was, as text, JSON, Markdown or a page."""

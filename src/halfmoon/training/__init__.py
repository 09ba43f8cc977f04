"""Training: updates, epochs, stopping, and what was recorded."""

"""The X-ray: one training step as cards."""

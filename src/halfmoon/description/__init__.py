"""Descriptions of what has been trained: model cards."""

"""Estimators that take tables as they are."""

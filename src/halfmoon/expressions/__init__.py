"""Definitions written as plain functions, and what is made from them: expressions, derivatives, text."""

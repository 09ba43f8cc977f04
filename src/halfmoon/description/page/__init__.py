"""The files of a card's page."""

"""The files of the report's page."""

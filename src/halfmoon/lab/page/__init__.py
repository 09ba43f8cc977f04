"""The page of a report: its HTML, style and scripts, and what it holds."""

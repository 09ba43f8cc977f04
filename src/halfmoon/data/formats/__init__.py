"""How cells are read: what a column of a text file writes for a number, a date, a truth value, a text, or nothing."""
